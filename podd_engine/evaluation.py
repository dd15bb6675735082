"""Train fresh networks on a poster, measure them on real images."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from torch import Tensor

from podd_engine.arithmetic import score
from podd_engine.cooperative import Computation, side_by_side
from podd_engine.device import choose_workers
from podd_engine.events import LengthResult
from podd_engine.inner import Patches
from podd_engine.real_data import RealData, Score, measure

if TYPE_CHECKING:
    from podd_engine.distiller import Distiller
    from podd_engine.state import State


class _Measured(NamedTuple):
    test_accuracy: float
    test_loss: float
    train_accuracy: float
    train_loss: float


def evaluate(
    distiller: Distiller, state: State, *, networks: int, lengths: Sequence[int], train_images: int
) -> Computation[tuple[LengthResult, ...]]:
    """Train ``networks`` fresh networks on the poster and measure each at every training length.

    Draws are addressed by (seed, outer step, network), apart from the run's own.

    Args:
        distiller: what trains networks on posters.
        state: the poster and its labels.
        networks: how many.
        lengths: training lengths in inner steps, rising.
        train_images: real training images measured, at most.

    Returns:
        One result for each length: means and standard deviations over the networks.
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
    return tuple(_summary(steps, row) for steps, row in zip(lengths, zip(*rows, strict=True), strict=True))


def workers_for(distiller: Distiller, networks: int) -> int:
    """How many of ``networks`` train at once."""
    if distiller.compiled and distiller.device.type == "cpu" and not distiller.network.batch_norms:
        # Compiled steps share nothing and leave Python to one another; eager ones share a module.
        return min(networks, choose_workers(distiller.config))
    return 1


def _trained_and_measured(
    distiller: Distiller, patches: Patches, address: tuple[int, int], lengths: Sequence[int], train: RealData
) -> Computation[list[_Measured]]:
    """Train the network at ``address`` and measure it at every length."""
    problem = distiller.problem
    inner = problem.start(distiller.fresh_network("evaluation-network", *address))
    measured = []
    for draw in distiller.draw_patches("evaluation-inner", *address, steps=lengths[-1]):
        inner = problem.step(inner, patches, draw)
        yield None
        if inner.step in lengths:
            with scoring(distiller, inner.parameters, patches.images) as network:
                on_test = yield from measure(network, distiller.test)
                measured.append(_Measured(*on_test, *(yield from measure(network, train))))
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
