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
from podd_engine.distillation.real_data import RealData, Score, measure
from podd_engine.distillation.state import State
from podd_engine.distillation.step_functions import NO_CLASS, score
from podd_engine.runtime.coroutines import Computation, side_by_side
from podd_engine.runtime.device import choose_workers
from podd_engine.runtime.events import EvaluationDetails, LengthResult


class Evaluated(NamedTuple):
    """What `evaluate` returns.

    Args:
        results: one for each training length: means and standard deviations over the networks.
        details: what the networks say after the length with the lowest real-training loss.
    """

    results: tuple[LengthResult, ...]
    details: EvaluationDetails


class _Measured(NamedTuple):
    test_accuracy: float
    test_loss: float
    train_accuracy: float
    train_loss: float


class _Said(NamedTuple):
    """Classes of the test images, int64 [images], and probabilities of the patches [patches, classes]."""

    test_classes: Tensor
    of_patches: Tensor


def evaluate(
    distiller: Distiller, state: State, *, networks: int, lengths: Sequence[int], train_images: int
) -> Computation[Evaluated]:
    """Train ``networks`` fresh networks on the poster and measure each at every training length.

    Draws are addressed by (seed, outer step, network), apart from the run's own.

    Args:
        distiller: what trains networks on posters.
        state: the poster and its labels.
        networks: how many.
        lengths: training lengths in inner steps, rising.
        train_images: real training images measured, at most.
    """
    patches = distiller.problem.cut(state.poster, state.labels)
    train = distiller.train.first(train_images, distiller.config.seed)
    training = [
        _trained_and_measured(distiller, patches, (state.step, network), lengths, train)
        for network in range(networks)
    ]
    workers = workers_for(distiller, networks)
    if workers > 1:
        rows = yield from side_by_side(training, workers)
    else:
        rows = []
        for network_training in training:
            rows.append((yield from network_training))
    by_length = list(zip(*rows, strict=True))
    results = tuple(
        _summary(steps, [measured for measured, _ in row])
        for steps, row in zip(lengths, by_length, strict=True)
    )
    chosen = min(range(len(lengths)), key=lambda number: results[number].train_loss)
    said = [network_said for _, network_said in by_length[chosen]]
    return Evaluated(results, _details(distiller, state.step, lengths[chosen], said))


def workers_for(distiller: Distiller, networks: int) -> int:
    """How many of ``networks`` train at once."""
    if distiller.compiled and distiller.device.type == "cpu" and not distiller.network.batch_norms:
        # Compiled steps share nothing and leave Python to one another; eager ones share a module.
        return min(networks, choose_workers(distiller.config))
    return 1


def _trained_and_measured(
    distiller: Distiller, patches: Patches, address: tuple[int, int], lengths: Sequence[int], train: RealData
) -> Computation[list[tuple[_Measured, _Said]]]:
    """Train the network at ``address`` and measure it at every length."""
    problem = distiller.problem
    of_no_class = torch.full((len(patches.images),), NO_CLASS, device=distiller.device)
    # Laid out as the images are that scoring was compiled for; patches are cut all at once, by channel.
    looked_at = RealData(patches.images.contiguous(), of_no_class)
    inner = problem.start(distiller.fresh_network("evaluation-network", *address))
    measured = []
    for draw in distiller.draw_patches("evaluation-inner", *address, steps=lengths[-1]):
        inner = problem.step(inner, patches, draw)
        yield None
        if inner.step in lengths:
            with scoring(distiller, inner.parameters, patches.images) as network:
                on_test = yield from measure(network, distiller.test)
                on_train = yield from measure(network, train)
                on_patches = yield from measure(network, looked_at)
                figures = _Measured(on_test.accuracy, on_test.loss, on_train.accuracy, on_train.loss)
                said = _Said(on_test.logits.argmax(dim=1), on_patches.logits.softmax(dim=1))
                measured.append((figures, said))
    return measured


@contextmanager
def scoring(distiller: Distiller, parameters: Tensor, trained_on: Tensor) -> Iterator[Score]:
    """What scores the network with ``parameters``; batch norms need what it was ``trained_on``."""
    network = distiller.network
    if not network.batch_norms:
        yield partial(distiller.problem.arithmetic.score, parameters)
        return
    module = network.trained(parameters, trained_on)
    try:
        yield lambda images, labels: score(module(images), labels)
    finally:
        module.train()


def _details(distiller: Distiller, step: int, length: int, said: Sequence[_Said]) -> EvaluationDetails:
    labels, classes = distiller.test.labels, distiller.layout.classes
    pairs = sum((labels * classes + network.test_classes).bincount(minlength=classes**2) for network in said)
    probabilities = torch.stack([network.of_patches for network in said]).mean(dim=0)
    return EvaluationDetails(
        step=step,
        networks=len(said),
        length=length,
        confusion=torch.as_tensor(pairs).view(classes, classes).cpu().numpy(),
        patch_predictions=probabilities.float().cpu().numpy(),
    )


def _summary(steps: int, rows: Sequence[_Measured]) -> LengthResult:
    mean = _Measured(*np.mean(rows, axis=0).tolist())
    deviation = _Measured(*np.std(rows, axis=0).tolist())
    return LengthResult(
        steps=steps,
        test_accuracy=mean.test_accuracy,
        test_accuracy_std=deviation.test_accuracy,
        train_accuracy=mean.train_accuracy,
        train_accuracy_std=deviation.train_accuracy,
        train_loss=mean.train_loss,
        test_loss=mean.test_loss,
    )
