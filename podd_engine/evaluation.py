"""Train fresh networks on a poster, measure them on real images."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from podd_engine.cooperative import Computation
from podd_engine.events import LengthResult
from podd_engine.real_data import measure

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
    problem, seed = distiller.problem, distiller.config.seed
    patches = problem.cut(state.poster, state.labels)
    train = distiller.train.first(train_images, seed)
    measured: list[list[_Measured]] = [[] for _ in lengths]
    for network in range(networks):
        address = (state.step, network)
        inner = problem.start(distiller.fresh_network("evaluation-network", *address))
        draws = distiller.draw_patches("evaluation-inner", *address, steps=lengths[-1])
        for draw in draws:
            inner = problem.step(inner, patches, draw)
            yield None
            if inner.step in lengths:
                trained = distiller.network.trained(inner.parameters, patches.images)
                found = _Measured(*measure(trained, distiller.test), *measure(trained, train))
                distiller.network.module.train()
                measured[lengths.index(inner.step)].append(found)
                yield None
    return tuple(_summary(steps, rows) for steps, rows in zip(lengths, measured, strict=True))


def _summary(steps: int, rows: list[_Measured]) -> LengthResult:
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
