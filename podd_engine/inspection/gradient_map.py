"""Gradient map: one exact meta-gradient of the real loss with respect to the poster."""

from dataclasses import replace

import numpy as np
import torch
from numpy.typing import NDArray

from podd_engine.config.schema import DistillationConfig
from podd_engine.data.preprocessing import PreparedData
from podd_engine.distillation.distiller import Distiller
from podd_engine.distillation.real_data import RealData
from podd_engine.progress import Progress, ProgressCallback, ignore_progress
from podd_engine.runtime.events import PosterSnapshot

REAL_BATCH = 256
"""Maximum number of real images. Limits the time to that of an outer step with a small batch."""


def gradient_map_distiller(config: DistillationConfig, data: PreparedData) -> Distiller:
    """Create a distiller that computes meta-gradients for the posters of a run.

    The distiller uses the CPU so that it takes no memory from a run on the GPU. Its random draws are those
    of the run. Labels are fixed because each snapshot contains its final labels.

    Args:
        config: config of the run, including the class order.
        data: dataset and preprocessing of the run.
    """
    settings = {
        "compute.device": "cpu",
        "compute.precision": "float32",
        "labels.kind": "fixed",
        "outer.real_batch": min(config.outer.real_batch, REAL_BATCH),
    }
    return Distiller(
        config.with_values(settings),
        RealData(data.train, data.train_labels),
        RealData(data.test, data.test_labels),
        np.array(config.order.grid, dtype=np.int64),
    )


def gradient_map(
    distiller: Distiller, snapshot: PosterSnapshot, report: ProgressCallback = ignore_progress
) -> NDArray[np.float32]:
    """Compute the gradient of the real loss with respect to the poster, before clipping.

    Network, patches and window are those of the outer step that follows the snapshot, unless the schedule
    has moved its window.

    Args:
        distiller: result of `gradient_map_distiller`, or another distiller with fixed labels.
        snapshot: poster and labels.
        report: receives the progress. Raising `CancelledError` from it stops the computation.

    Returns:
        Gradient, float32 [channels, height, width].
    """
    initial = distiller.init_state(distiller.config.seed)
    state = replace(
        initial,
        step=snapshot.step,
        poster=torch.from_numpy(snapshot.poster).to(initial.poster),
        labels=torch.from_numpy(snapshot.patch_labels).to(initial.labels),
    )
    span = distiller.truncation.span(state.step, 0)
    total, done = span.undifferentiated + 2 * span.window, 0
    computation = distiller.meta_gradient_coroutine(state, span)
    while True:
        report(Progress("computing the gradient", min(done, total), total))
        try:
            next(computation)
        except StopIteration as stop:
            gradient: NDArray[np.float32] = stop.value.poster.float().numpy()
            return gradient
        done += 1


def gradient_magnitude(gradient: NDArray[np.float32]) -> NDArray[np.float32]:
    """Return the norm over channels of a gradient [channels, height, width], float32 [height, width]."""
    norms: NDArray[np.float32] = np.linalg.norm(gradient, axis=0)
    return norms
