"""Training networks on a poster bundle repeats the evaluation of its run, as do the exported programs."""

import re
from collections.abc import Callable
from pathlib import Path
from zipfile import ZipFile

import numpy as np
import pytest
import torch
from python_process import run_python
from test_bundle import read_metadata, rewrite
from torch import nn

import podd_engine
from podd_engine.config.schema import DistillationConfig
from podd_engine.errors import DeviceError, RunError
from podd_engine.exporters.poster_dataset import PosterDataset
from podd_engine.exporters.snippet import one_call_snippet, pytorch_snippet
from podd_engine.io.resources import resource_path
from podd_engine.runs import distill, prepare_run
from podd_engine.runs.bundle import load_bundle

TINY = {
    "name": "tiny",
    "order.source": "index",
    "network.width": 4,
    "network.depth": 1,
    "inner.learning_rate": 0.02,
    "outer.steps": 2,
    "outer.learning_rate": 0.05,
    "outer.real_batch": 32,
    "truncation.window": 2,
    "truncation.total": 4,
    "augmentation.patches": [],
    "evaluation.every": 1,
    "evaluation.networks": 3,
    "evaluation.steps": [12],
    "evaluation.train_images": 200,
    "compute.device": "cpu",
}
VARIANTS: dict[str, dict[str, object]] = {
    "all patches": {},
    "batches and augmentation": {
        "inner.patch_batch": 20,
        "augmentation.patches": ["flip", "rotate", "cutout"],
    },
    "learned labels": {"labels.kind": "learned", "labels.budget": 4.0, "augmentation.patches": ["flip"]},
    "sgd": {"inner.optimizer": "sgd", "inner.momentum": 0.5, "inner.weight_decay": 0.01},
    "shorter length is best": {
        "evaluation.steps": [10, 100],
        "inner.learning_rate": 0.2,
        "inner.patch_batch": 20,
        "augmentation.patches": ["flip", "rotate"],
    },
    "batch norm": {"network.name": "convnet-bn", "augmentation.patches": ["scale"]},
    "other norm and depth": {"network.name": "convnet-nonorm", "network.depth": 2, "network.width": 6},
    "standardized": {"dataset.preprocessing": "standardize", "seed": 5},
    "double precision": {"compute.precision": "float64"},
}
PRINTED = re.compile(r"test accuracy (\S+)% \(run: (\S+)% ± (\S+)%, (\d+) networks\)\n")


@pytest.fixture(scope="module", params=VARIANTS)
def bundle_path(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Best poster of a tiny run."""
    folder = tmp_path_factory.mktemp("variant")
    config = DistillationConfig().with_values({**TINY, **VARIANTS[request.param]})
    for _ in distill(prepare_run(config, folder / "cache"), folder / "run"):
        pass
    return folder / "run" / "best.safetensors"


@pytest.fixture
def poster(bundle_path: Path) -> PosterDataset:
    loaded: PosterDataset = podd_engine.load_poster(bundle_path)
    return loaded


def train_in_plain_pytorch(poster: PosterDataset, seed: int) -> nn.Module:
    recipe = poster.training
    network = poster.new_network(seed)
    if recipe.optimizer == "adam":
        optimizer: torch.optim.Optimizer = torch.optim.Adam(
            network.parameters(), recipe.learning_rate, weight_decay=recipe.weight_decay
        )
    else:
        optimizer = torch.optim.SGD(
            network.parameters(), recipe.learning_rate, recipe.momentum, weight_decay=recipe.weight_decay
        )
    for indices, augmentation in poster.draw_batches(seed):
        patches = poster.augment(poster.patches[indices], augmentation)
        loss = nn.functional.cross_entropy(network(patches), poster.labels[indices])
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    poster.set_norm_statistics(network)
    return network.eval()


def measure_accuracies(poster: PosterDataset, train: Callable[[int], nn.Module]) -> list[float]:
    real = podd_engine.load_dataset(poster.bundle.config.dataset)
    images = poster.preprocess(real.test_images)
    networks = [train(seed) for seed in range(poster.bundle.networks)]
    with torch.no_grad():
        return [float((network(images).argmax(1).numpy() == real.test_labels).mean()) for network in networks]


@pytest.mark.parametrize("version", ["one call", "plain PyTorch"])
def test_networks_of_the_displayed_evaluation_are_repeated(poster: PosterDataset, version: str) -> None:
    def train(seed: int) -> nn.Module:
        return poster.train_network(seed) if version == "one call" else train_in_plain_pytorch(poster, seed)

    displayed = min(poster.bundle.measured, key=lambda result: result["train_loss"])
    found = measure_accuracies(poster, train)
    assert poster.training.steps == displayed["steps"]
    assert np.mean(found) == pytest.approx(displayed["test_accuracy"], abs=0.004)
    assert np.std(found) == pytest.approx(displayed["test_accuracy_std"], abs=0.004)


def test_steps_are_those_of_the_length_with_the_lowest_loss(poster: PosterDataset) -> None:
    lengths = poster.bundle.config.evaluation.steps
    assert poster.training.steps == lengths[0]
    assert len(poster.draw_batches()) == lengths[0]
    assert len(poster.draw_batches(steps=17)) == 17


def test_recipe_is_recorded_in_the_metadata(bundle_path: Path, poster: PosterDataset) -> None:
    recorded = read_metadata(bundle_path)["training"]
    assert recorded == poster.training.model_dump(mode="json")
    assert isinstance(recorded, dict)
    assert (recorded["loss"], recorded["targets"]) == ("cross-entropy", "patch_labels")
    assert recorded["network"]["name"] == poster.bundle.config.network.name


def test_bundle_of_an_earlier_version_has_the_same_recipe(
    bundle_path: Path, poster: PosterDataset, tmp_path: Path
) -> None:
    about = read_metadata(bundle_path)
    del about["training"]
    earlier = tmp_path / "earlier.safetensors"
    earlier.write_bytes(bundle_path.read_bytes())
    rewrite(earlier, about)
    assert podd_engine.load_poster(earlier).training == poster.training


@pytest.mark.parametrize(
    ("key", "value"), [("loss", "hinge"), ("targets", "pixels"), ("optimizer", "lion"), ("temperature", 2.0)]
)
def test_recipe_of_another_algorithm_asks_for_an_update(
    digits_run: Path, tmp_path: Path, key: str, value: object
) -> None:
    path = tmp_path / "poster.safetensors"
    path.write_bytes((digits_run / "best.safetensors").read_bytes())
    about = read_metadata(path)
    about["training"][key] = value  # type: ignore[index]
    rewrite(path, about)
    with pytest.raises(RunError, match=rf"poster\.safetensors: .*training\.{key} is unknown.*update"):
        load_bundle(path)


def test_recorded_recipe_determines_the_training(digits_run: Path, tmp_path: Path) -> None:
    path = tmp_path / "poster.safetensors"
    path.write_bytes((digits_run / "best.safetensors").read_bytes())
    about = read_metadata(path)
    about["training"] |= {"steps": 3, "batch_size": 7}  # type: ignore[operator]
    about["training"]["network"]["width"] = 9  # type: ignore[index]
    rewrite(path, about)
    poster = podd_engine.load_poster(path)
    assert [len(indices) for indices, _ in poster.draw_batches()] == [7, 7, 7]
    weight = next(poster.new_network().parameters())
    assert weight.shape[0] == next(poster.train_network().parameters()).shape[0] == 9


def test_run_without_evaluation_trains_for_its_longest_length(digits_run: Path, tmp_path: Path) -> None:
    config = DistillationConfig().with_values({**TINY, "outer.steps": 9, "evaluation.every": 9})
    events = distill(prepare_run(config, tmp_path / "cache"), tmp_path / "run")
    next(events)
    events.close()
    (path,) = podd_engine.export(tmp_path / "run", tmp_path / "files", ["bundle"], cache=tmp_path / "cache")
    poster = podd_engine.load_poster(path)
    assert poster.training.steps == 12
    assert "(the run was not evaluated)" in one_call_snippet(path, poster.bundle)


def test_trained_network_can_be_trained_further(poster: PosterDataset) -> None:
    network = poster.train_network(seed=1)
    assert not network.training
    assert all(parameter.requires_grad for parameter in network.parameters())
    assert network(poster.patches).dtype == torch.float32
    nn.functional.cross_entropy(network(poster.patches), poster.labels).backward()


def test_unavailable_device_is_reported(poster: PosterDataset) -> None:
    device = "mps" if torch.cuda.is_available() else "cuda"
    with pytest.raises(DeviceError, match=device):
        poster.train_network(device=device)


@pytest.mark.parametrize("make_program", [one_call_snippet, pytorch_snippet])
def test_program_of_a_tiny_run_prints_the_accuracy_of_the_run(
    digits_run: Path, tmp_path: Path, make_program: Callable[..., str]
) -> None:
    (path,) = podd_engine.export(digits_run, tmp_path / "it's a folder", ["bundle"])
    check_printed_accuracy(run_python(make_program(path, load_bundle(path)), tmp_path))


def check_printed_accuracy(output: str) -> None:
    """Check that a program printed an accuracy within two standard deviations of that of the run."""
    printed = PRINTED.fullmatch(output)
    assert printed, output
    accuracy, displayed, deviation = (float(printed[group]) for group in (1, 2, 3))
    assert abs(accuracy - displayed) <= 2 * deviation + 0.1


@pytest.fixture(scope="module", params=["example", "fresh"])
def digits_poster(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Exported bundle of the example of the program, or of a new run of the preset with fewer steps."""
    folder = tmp_path_factory.mktemp("digits")
    if request.param == "example":
        with ZipFile(resource_path("examples/digits.zip")) as archive:
            archive.extractall(folder / "run")
    else:
        values = {"seed": 3, "outer.steps": 100, "evaluation.every": 100}
        for _ in podd_engine.distill(podd_engine.load_config("digits").with_values(values), folder / "run"):
            pass
    (path,) = podd_engine.export(folder / "run", folder / "files", ["bundle"])
    return path


@pytest.mark.slow
@pytest.mark.timeout(1200)
@pytest.mark.parametrize("make_program", [one_call_snippet, pytorch_snippet])
def test_program_of_a_digits_run_prints_the_accuracy_of_the_run(
    digits_poster: Path, make_program: Callable[..., str], tmp_path: Path
) -> None:
    check_printed_accuracy(run_python(make_program(digits_poster, load_bundle(digits_poster)), tmp_path))
