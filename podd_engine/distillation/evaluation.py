"""Train fresh networks on a poster, measure them on real images."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from typing import NamedTuple

import numpy as np
import torch
from torch import Tensor

from podd_engine.distillation.distiller import Distiller
from podd_engine.distillation.inner_loop import Patches
from podd_engine.distillation.real_data import RealData, ScoreFunction, score_network
from podd_engine.distillation.state import State
from podd_engine.distillation.step_functions import IGNORE_INDEX, score
from podd_engine.runtime.coroutines import Computation, run_concurrently
from podd_engine.runtime.device import choose_workers
from podd_engine.runtime.events import EvaluationDetails, LengthResult


class EvaluationResult(NamedTuple):
    """What `evaluate` returns.

    Args:
        results: one for each training length: means and standard deviations over the networks.
        details: what the networks say after the length with the lowest real-training loss.
    """

    results: tuple[LengthResult, ...]
    details: EvaluationDetails


class _Metrics(NamedTuple):
    test_accuracy: float
    test_loss: float
    train_accuracy: float
    train_loss: float


class _Predictions(NamedTuple):
    """Classes of the test images, int64 [images], and probabilities of the patches [patches, classes]."""

    test_classes: Tensor
    patch_probabilities: Tensor


def evaluate(
    distiller: Distiller, state: State, *, networks: int, lengths: Sequence[int], train_images: int
) -> Computation[EvaluationResult]:
    """Train ``networks`` fresh networks on the poster and measure each at every training length.

    Draws are addressed by (seed, outer step, network), apart from the run's own.

    Args:
        distiller: what trains networks on posters.
        state: the poster and its labels.
        networks: how many.
        lengths: training lengths in inner steps, rising.
        train_images: real training images measured, at most.
    """
    patches = distiller.inner_loop.cut_patches(state.poster, state.labels)
    train = distiller.train.random_subset(train_images, distiller.config.seed)
    training = [
        _train_and_evaluate(distiller, patches, (state.step, network), lengths, train)
        for network in range(networks)
    ]
    workers = parallel_networks(distiller, networks)
    if workers > 1:
        rows = yield from run_concurrently(training, workers)
    else:
        rows = []
        for network_training in training:
            rows.append((yield from network_training))
    by_length = list(zip(*rows, strict=True))
    results = tuple(
        _aggregate(steps, [measured for measured, _ in row])
        for steps, row in zip(lengths, by_length, strict=True)
    )
    chosen = min(range(len(lengths)), key=lambda number: results[number].train_loss)
    predictions = [network_predictions for _, network_predictions in by_length[chosen]]
    return EvaluationResult(results, _details(distiller, state.step, lengths[chosen], predictions))


def parallel_networks(distiller: Distiller, networks: int) -> int:
    """How many of ``networks`` train at once."""
    if distiller.compiled and distiller.device.type == "cpu" and not distiller.network.batch_norms:
        # Compiled steps share nothing and leave Python to one another; eager ones share a module.
        return min(networks, choose_workers(distiller.config))
    return 1


def _train_and_evaluate(
    distiller: Distiller, patches: Patches, address: tuple[int, int], lengths: Sequence[int], train: RealData
) -> Computation[list[tuple[_Metrics, _Predictions]]]:
    """Train the network at ``address`` and measure it at every length."""
    inner_loop = distiller.inner_loop
    ignored_labels = torch.full((len(patches.images),), IGNORE_INDEX, device=distiller.device)
    # Laid out as the images are that scoring was compiled for; patches are cut all at once, by channel.
    patch_data = RealData(patches.images.contiguous(), ignored_labels)
    inner = inner_loop.start(distiller.fresh_network("evaluation-network", *address))
    measured = []
    for draw in distiller.draw_patches("evaluation-inner", *address, steps=lengths[-1]):
        inner = inner_loop.step(inner, patches, draw)
        yield None
        if inner.step in lengths:
            with network_scorer(distiller, inner.parameters, patches.images) as network:
                on_test = yield from score_network(network, distiller.test)
                on_train = yield from score_network(network, train)
                on_patches = yield from score_network(network, patch_data)
                figures = _Metrics(on_test.accuracy, on_test.loss, on_train.accuracy, on_train.loss)
                predictions = _Predictions(on_test.logits.argmax(dim=1), on_patches.logits.softmax(dim=1))
                measured.append((figures, predictions))
    return measured


@contextmanager
def network_scorer(distiller: Distiller, parameters: Tensor, trained_on: Tensor) -> Iterator[ScoreFunction]:
    """What scores the network with ``parameters``; batch norms need what it was ``trained_on``."""
    network = distiller.network
    if not network.batch_norms:
        yield partial(distiller.inner_loop.step_functions.score, parameters)
        return
    module = network.evaluation_module(parameters, trained_on)
    try:
        yield lambda images, labels: score(module(images), labels)
    finally:
        module.train()


def _details(
    distiller: Distiller, step: int, length: int, predictions: Sequence[_Predictions]
) -> EvaluationDetails:
    labels, classes = distiller.test.labels, distiller.layout.classes
    pairs = sum(
        (labels * classes + network.test_classes).bincount(minlength=classes**2) for network in predictions
    )
    probabilities = torch.stack([network.patch_probabilities for network in predictions]).mean(dim=0)
    return EvaluationDetails(
        step=step,
        networks=len(predictions),
        length=length,
        confusion=torch.as_tensor(pairs).view(classes, classes).cpu().numpy(),
        patch_predictions=probabilities.float().cpu().numpy(),
    )


def _aggregate(steps: int, rows: Sequence[_Metrics]) -> LengthResult:
    mean = _Metrics(*np.mean(rows, axis=0).tolist())
    deviation = _Metrics(*np.std(rows, axis=0).tolist())
    return LengthResult(
        steps=steps,
        test_accuracy=mean.test_accuracy,
        test_accuracy_std=deviation.test_accuracy,
        train_accuracy=mean.train_accuracy,
        train_accuracy_std=deviation.train_accuracy,
        train_loss=mean.train_loss,
        test_loss=mean.test_loss,
    )
