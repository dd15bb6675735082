"""Which pixels of a poster the real loss pulls at: one exact meta-gradient, beside a run or after it."""

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
"""Real images at most, so that an answer takes as long as an outer step of small batches."""


def gradient_map_distiller(config: DistillationConfig, data: PreparedData) -> Distiller:
    """What differentiates posters of a run of ``config``, on the CPU: a run on a GPU keeps its memory.

    Its draws are the run's own. Labels are those of each snapshot, however the run came by them.
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
    """The gradient of the real loss with respect to the poster, before clipping.

    Draws are addressed by the poster's step: network, patches and window are those of the outer step
    that follows it, for schedules whose window has not moved.

    Args:
        distiller: of `gradient_map_distiller`, or one with fixed labels.
        snapshot: the poster.
        report: receives progress; raising `CancelledError` from it ends the work.

    Returns:
        float32 [channels, height, width].
    """
    start = distiller.init_state(distiller.config.seed)
    state = replace(
        start,
        step=snapshot.step,
        poster=torch.from_numpy(snapshot.poster).to(start.poster),
        labels=torch.from_numpy(snapshot.patch_labels).to(start.labels),
    )
    span = distiller.truncation.span(state.step, 0)
    work, done = span.undifferentiated + 2 * span.window, 0
    computation = distiller.meta_gradient_coroutine(state, span)
    while True:
        report(Progress("differentiating", min(done, work), work))
        try:
            next(computation)
        except StopIteration as stop:
            gradient: NDArray[np.float32] = stop.value.poster.float().numpy()
            return gradient
        done += 1


def gradient_magnitude(gradient: NDArray[np.float32]) -> NDArray[np.float32]:
    """How strongly each pixel is pulled: the norm of a gradient [channels, height, width] over channels."""
    norms: NDArray[np.float32] = np.linalg.norm(gradient, axis=0)
    return norms
