"""Training any architecture on a finished poster."""

from dataclasses import replace
from pathlib import Path

import pytest
import torch

from podd_engine.config.schema import DistillationConfig
from podd_engine.errors import ConfigError, DataError, DeviceError
from podd_engine.runs import distill, prepare_run
from podd_engine.runs.bundle import PosterBundle, load_bundle
from podd_engine.runs.evaluate_bundle import (
    EvaluationImages,
    check_architectures,
    evaluate_architecture,
    load_evaluation_images,
)
from podd_engine.runtime.coroutines import run_to_completion
from podd_engine.runtime.events import Evaluation

SETTINGS = {
    "order.source": "index",
    "network.width": 4,
    "network.depth": 1,
    "outer.steps": 2,
    "outer.real_batch": 32,
    "truncation.window": 2,
    "truncation.total": 4,
    "evaluation.networks": 2,
    "evaluation.steps": [3, 6],
    "evaluation.train_images": 200,
    "compute.device": "cpu",
}


@pytest.fixture(scope="module", params=["fixed", "learned"])
def finished(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> tuple[PosterBundle, EvaluationImages, Evaluation]:
    """The bundle of a short run, what it is measured on, and its own evaluation."""
    folder = tmp_path_factory.mktemp("transfer")
    config = DistillationConfig().with_values({**SETTINGS, "labels.kind": request.param})
    events = list(distill(prepare_run(config, folder / "cache"), folder / "run"))
    (evaluation,) = (event for event in events if isinstance(event, Evaluation))
    bundle = load_bundle(folder / "run" / "best.safetensors")
    return bundle, load_evaluation_images(bundle, folder / "cache"), evaluation


def test_the_runs_own_evaluation_is_repeated(
    finished: tuple[PosterBundle, EvaluationImages, Evaluation],
) -> None:
    bundle, images, evaluation = finished
    found = run_to_completion(evaluate_architecture(bundle, "convnet", images, networks=2, lengths=(3, 6)))
    for ours, theirs in zip(found, evaluation.results, strict=True):
        assert ours.steps == theirs.steps
        assert ours.train_loss == pytest.approx(theirs.train_loss, rel=1e-4)
        assert ours.test_accuracy == pytest.approx(theirs.test_accuracy, abs=0.006)


def test_only_the_images_that_are_measured_are_kept(
    finished: tuple[PosterBundle, EvaluationImages, Evaluation],
) -> None:
    _, images, _ = finished
    assert images.train.images.shape == (200, 1, 8, 8)
    assert images.test.images.shape == (360, 1, 8, 8)
    assert images.train.images.dtype == torch.float32


def test_other_architectures_learn_other_things(
    finished: tuple[PosterBundle, EvaluationImages, Evaluation],
) -> None:
    bundle, images, _ = finished
    losses = {
        name: run_to_completion(evaluate_architecture(bundle, name, images, networks=1, lengths=(4,)))[
            0
        ].train_loss
        for name in ("convnet", "convnet-bn", "convnet-nonorm")
    }
    assert len(set(losses.values())) == 3


def test_unknown_and_unfit_architectures_are_refused(
    finished: tuple[PosterBundle, EvaluationImages, Evaluation],
) -> None:
    bundle, _, _ = finished
    check_architectures(bundle, ["convnet", "convnet-doubling"])
    with pytest.raises(ConfigError, match=r"'perceptron'.*convnet"):
        check_architectures(bundle, ["convnet", "perceptron"])
    with pytest.raises(ConfigError, match="8 px"):
        check_architectures(bundle, ["convnet4"])


def test_a_device_that_is_not_there(finished: tuple[PosterBundle, EvaluationImages, Evaluation]) -> None:
    bundle, images, _ = finished
    device = "cuda" if not torch.cuda.is_available() else "mps"
    elsewhere = replace(bundle, config=bundle.config.with_values({"compute.device": device}))
    with pytest.raises(DeviceError, match=device):
        run_to_completion(evaluate_architecture(elsewhere, "convnet", images, networks=1, lengths=(1,)))


def test_other_classes_are_refused(
    finished: tuple[PosterBundle, EvaluationImages, Evaluation], tmp_path: Path
) -> None:
    bundle, _, _ = finished
    with pytest.raises(DataError, match="other classes than the poster"):
        load_evaluation_images(replace(bundle, class_names=tuple("abcdefghij")), tmp_path)
