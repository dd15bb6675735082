"""Create the run directory of a long run without training, with the writers of the engine."""

from pathlib import Path

import numpy as np
import torch

from podd_engine.config.presets import load_preset
from podd_engine.data.preprocessing import Preprocessing
from podd_engine.distillation.soft_labels import build_label_scheme
from podd_engine.distillation.state import State
from podd_engine.poster.patches import initial_poster
from podd_engine.runs.bundle import PosterBundle, save_bundle
from podd_engine.runs.checkpoint import save_checkpoint
from podd_engine.runs.directory import RunDirectory
from podd_engine.runs.event_log import EventLog
from podd_engine.runs.training_recipe import TrainingRecipe
from podd_engine.runtime import random_streams
from podd_engine.runtime.events import Evaluation, LengthResult, PosterSnapshot, StepReport, Terminal

STEPS_PER_SNAPSHOT = 20
"""Outer steps between two snapshots."""

IMAGES = 64


def write_run_with_snapshots(path: Path, preset: str, snapshots: int) -> None:
    """Write a finished run of ``preset`` at ``path`` with ``snapshots`` slightly different posters.

    The preprocessing is "standardize". Its inversion takes no time, so benchmarks measure only the window.
    """
    config = load_preset(preset).with_values({"dataset.preprocessing": "standardize"})
    layout = config.layout
    columns, rows = layout.class_grid
    grid = np.arange(layout.classes).reshape(rows, columns)
    config = config.with_values(
        {"order.grid": grid.tolist(), "outer.steps": STEPS_PER_SNAPSHOT * (snapshots - 1)}
    )
    labels = build_label_scheme(config.labels, layout, grid)
    source = np.random.default_rng(0)
    size = config.dataset.image_size
    images = source.integers(0, 256, (IMAGES, size, size, 3), dtype=np.uint8)
    preprocessing = Preprocessing.fit(images, "standardize", path.parent / "cache")
    run = RunDirectory.create(path, config)
    log = EventLog(run.events_path)
    poster = initial_poster(layout, 3, random_streams.generator(0, "poster"))
    drift = torch.randn(poster.shape, generator=random_streams.generator(1, "poster")) * poster.std() / 50
    patch_labels = labels.patch_labels
    for number in range(snapshots):
        step = number * STEPS_PER_SNAPSHOT
        snapshot = PosterSnapshot(step, (poster + number * drift).numpy(), patch_labels)
        run.save_snapshot(snapshot)
        if number:
            log.append(StepReport(step, 2.0, 1.0, 2.0, 0.001, 50, 100, 1.0))
            share = number / snapshots
            measured = tuple(
                LengthResult(steps, share, 0.01, share, 0.01, 2.0, 2.0) for steps in config.evaluation.steps
            )
            log.append(Evaluation(step, 2, measured, number == snapshots - 1, 1.0))
    log.append(Terminal("finished", config.outer.steps))
    log.close()
    names = tuple(f"class number {index}" for index in range(layout.classes))
    bundle = PosterBundle(
        torch.from_numpy(snapshot.poster),
        torch.from_numpy(snapshot.patch_labels),
        preprocessing,
        config,
        preset,
        names,
        snapshot.step,
        TrainingRecipe.of_run(config, ()),
    )
    save_bundle(run.best_path, bundle)
    array = torch.as_tensor(labels.initial, dtype=torch.float32)
    save_checkpoint(
        run.checkpoint_path,
        State(
            step=config.outer.steps,
            poster=torch.from_numpy(snapshot.poster),
            poster_first=torch.zeros_like(poster),
            poster_second=torch.zeros_like(poster),
            labels=array,
            labels_first=torch.zeros_like(array),
            labels_second=torch.zeros_like(array),
            average_norm=torch.ones(()),
        ),
    )
