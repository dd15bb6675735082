"""Small fake run directories in every state that the library can show."""

import json
from pathlib import Path

import numpy as np
from safetensors.numpy import save_file

from podd_engine.config.presets import load_preset
from podd_engine.runs.directory import RunDirectory
from podd_engine.runtime.events import PosterSnapshot

STEPS_LOGGED = 30


def write_run(
    path: Path,
    preset: str = "digits",
    end: str | None = "finished",
    accuracy: float | None = None,
    message: str = "",
    with_snapshot: bool = False,
) -> Path:
    """Write a run directory with some steps.

    Args:
        path: run directory.
        preset: preset with the settings of the run.
        end: kind of the terminal event; None for an interrupted run.
        accuracy: test accuracy of the best poster; None if the run was never evaluated.
        message: error message of a failed run.
        with_snapshot: whether the run has a snapshot.

    Returns:
        ``path``.
    """
    config = load_preset(preset)
    run = RunDirectory.create(path, config)
    events = [{"type": "step", "step": step, "loss": 2.0} for step in range(1, STEPS_LOGGED + 1)]
    if end is not None:
        details = "Traceback\n" * 900 if end == "failed" else ""
        step = config.outer.steps if end == "finished" else STEPS_LOGGED
        events.append({"type": "terminal", "kind": end, "step": step, "message": message, "details": details})
    run.events_path.write_text("".join(json.dumps(event) + "\n" for event in events))
    run.checkpoint_path.write_bytes(b"")
    (path / ".lock").touch()
    if accuracy is not None:
        result = {"steps": 40, "test_accuracy": accuracy, "test_accuracy_std": 0.01, "train_loss": 1.0}
        worse = {**result, "test_accuracy": 0.99, "train_loss": 2.0}
        metadata = {"measured": [worse, result], "networks": 8}
        save_file({"poster": np.zeros(1, np.float32)}, run.best_path, {"podd": json.dumps(metadata)})
    if with_snapshot:
        run.save_snapshot(snapshot(*config.layout.poster))
    return path


def snapshot(width: int, height: int) -> PosterSnapshot:
    """Return a poster that darkens from left to right and turns from green to red from top to bottom."""
    down, across = np.mgrid[0:height, 0:width].astype(np.float32)
    channels = [down / height, 1 - down / height, np.full_like(down, 0.3)]
    poster = np.stack([channel * (1 - across / width) for channel in channels])
    return PosterSnapshot(STEPS_LOGGED, poster.astype(np.float32), np.zeros((1, 1), np.float32))
