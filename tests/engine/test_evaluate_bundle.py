"""Tests of training any architecture on a poster bundle."""

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
def short_run(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> tuple[PosterBundle, EvaluationImages, Evaluation]:
    """Bundle of a short run, its evaluation images, and the run's own evaluation."""
    folder = tmp_path_factory.mktemp("evaluate-bundle")
    config = DistillationConfig().with_values({**SETTINGS, "labels.kind": request.param})
    events = list(distill(prepare_run(config, folder / "cache"), folder / "run"))
    (evaluation,) = (event for event in events if isinstance(event, Evaluation))
    bundle = load_bundle(folder / "run" / "best.safetensors")
    return bundle, load_evaluation_images(bundle, folder / "cache"), evaluation


def test_evaluation_of_the_run_is_reproduced(
    short_run: tuple[PosterBundle, EvaluationImages, Evaluation],
) -> None:
    bundle, images, evaluation = short_run
    results = run_to_completion(evaluate_architecture(bundle, "convnet", images, networks=2, lengths=(3, 6)))
    for actual, expected in zip(results, evaluation.results, strict=True):
        assert actual.steps == expected.steps
        assert actual.train_loss == pytest.approx(expected.train_loss, rel=1e-4)
        assert actual.test_accuracy == pytest.approx(expected.test_accuracy, abs=0.006)


def test_only_the_required_images_are_loaded(
    short_run: tuple[PosterBundle, EvaluationImages, Evaluation],
) -> None:
    _, images, _ = short_run
    assert images.train.images.shape == (200, 1, 8, 8)
    assert images.test.images.shape == (360, 1, 8, 8)
    assert images.train.images.dtype == torch.float32


def test_architectures_give_different_losses(
    short_run: tuple[PosterBundle, EvaluationImages, Evaluation],
) -> None:
    bundle, images, _ = short_run
    losses = {
        name: run_to_completion(evaluate_architecture(bundle, name, images, networks=1, lengths=(4,)))[
            0
        ].train_loss
        for name in ("convnet", "convnet-bn", "convnet-nonorm")
    }
    assert len(set(losses.values())) == 3


def test_unknown_and_unsuitable_architectures_are_rejected(
    short_run: tuple[PosterBundle, EvaluationImages, Evaluation],
) -> None:
    bundle, _, _ = short_run
    check_architectures(bundle, ["convnet", "convnet-doubling"])
    with pytest.raises(ConfigError, match=r"'perceptron'.*convnet"):
        check_architectures(bundle, ["convnet", "perceptron"])
    with pytest.raises(ConfigError, match="8 px"):
        check_architectures(bundle, ["convnet4"])


def test_unavailable_device_is_reported(short_run: tuple[PosterBundle, EvaluationImages, Evaluation]) -> None:
    bundle, images, _ = short_run
    device = "cuda" if not torch.cuda.is_available() else "mps"
    unavailable = replace(bundle, config=bundle.config.with_values({"compute.device": device}))
    with pytest.raises(DeviceError, match=device):
        run_to_completion(evaluate_architecture(unavailable, "convnet", images, networks=1, lengths=(1,)))


def test_dataset_with_other_classes_is_rejected(
    short_run: tuple[PosterBundle, EvaluationImages, Evaluation], tmp_path: Path
) -> None:
    bundle, _, _ = short_run
    with pytest.raises(DataError, match="classes differ from those of the poster"):
        load_evaluation_images(replace(bundle, class_names=tuple("abcdefghij")), tmp_path)
