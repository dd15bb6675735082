"""Evaluation details: confusion matrix and predictions for the patches."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch

from podd_engine.config.schema import DistillationConfig
from podd_engine.distillation.distiller import Distiller
from podd_engine.distillation.evaluator import evaluate_state
from podd_engine.distillation.real_data import RealData
from podd_engine.errors import CancelledError
from podd_engine.runs import PreparedRun, RunDirectory, distill, prepare_run, resume
from podd_engine.runtime.coroutines import run_to_completion
from podd_engine.runtime.events import Evaluation, PausePoint

CLASSES = 10


def small_distiller(network: str) -> Distiller:
    config = DistillationConfig().with_values(
        {
            "network.name": network,
            "network.width": 4,
            "network.depth": 1,
            "evaluation.networks": 2,
            "evaluation.steps": (2, 5),
            "evaluation.train_images": 40,
            "inner.patch_batch": 6,
        }
    )
    source = torch.Generator().manual_seed(0)
    images = torch.randn(64, 1, 8, 8, generator=source)
    data = RealData(images, torch.randint(CLASSES, (64,), generator=source))
    test = RealData(images[:57].roll(1, 0), data.labels[:57])
    return Distiller(config, data, test, np.arange(CLASSES).reshape(2, 5))


@pytest.mark.parametrize("network", ["convnet", "convnet-bn"])
def test_details_equal_a_loop_over_networks_and_images(network: str) -> None:
    distiller = small_distiller(network)
    state = replace(distiller.init_state(0), step=7)
    _, evaluation, details = run_to_completion(evaluate_state(distiller, state))
    assert (details.step, details.networks, details.length) == (7, 2, evaluation.best_result.steps)
    confusion = np.zeros((CLASSES, CLASSES), dtype=np.int64)
    probabilities = np.zeros((distiller.layout.patches, CLASSES))
    inner_loop, patches = distiller.inner_loop, distiller.inner_loop.cut_patches(state.poster, state.labels)
    for number in range(2):
        inner = inner_loop.start(distiller.fresh_network("evaluation-network", 7, number))
        for draw in distiller.draw_patches("evaluation-inner", 7, number, steps=5)[: details.length]:
            inner = inner_loop.step(inner, patches, draw)
        module = distiller.network.evaluation_module(inner.parameters, patches.images)
        with torch.no_grad():
            for image, label in zip(distiller.test.images, distiller.test.labels, strict=True):
                confusion[int(label), int(module(image[None])[0].argmax())] += 1
            for patch, image in enumerate(patches.images):
                probabilities[patch] += module(image[None])[0].softmax(0).numpy() / 2
        module.train()
    assert details.confusion.dtype == np.int64
    assert details.patch_predictions.dtype == np.float32
    np.testing.assert_array_equal(details.confusion, confusion)
    np.testing.assert_allclose(details.patch_predictions, probabilities, atol=1e-5)
    assert details.confusion.trace() / details.confusion.sum() == pytest.approx(
        evaluation.best_result.test_accuracy
    )


def test_details_are_saved_in_the_run_and_survive_a_resume(
    prepared_digits: PreparedRun, engine_cache: Path, tmp_path: Path
) -> None:
    changes = {"evaluation.every": 2, "outer.steps": 4}
    prepared = prepare_run(prepared_digits.config.with_values(changes), engine_cache)
    run = RunDirectory(tmp_path / "run")
    events = distill(prepared, run.path)
    assert run.load_evaluation_details() is None
    assert isinstance(next(event for event in events if isinstance(event, Evaluation)), Evaluation)
    first = run.load_evaluation_details()
    assert first is not None
    assert (first.step, first.networks) == (2, 2)
    events.throw(CancelledError())
    events.close()
    resumed = resume(prepared, run.path)
    next(event for event in resumed if isinstance(event, PausePoint))
    reloaded = run.load_evaluation_details()
    assert reloaded is not None
    np.testing.assert_array_equal(reloaded.confusion, first.confusion)
    for _ in resumed:
        pass
    last = run.load_evaluation_details()
    assert last is not None
    assert last.step == 4
    assert last.confusion.sum() == 2 * len(prepared.distiller.test)
    np.testing.assert_allclose(last.patch_predictions.sum(axis=1), 1, atol=1e-5)
    assert [path.name for path in run.path.glob(".evaluation*")] == []
