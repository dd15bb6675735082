"""What can be exported: a run's best poster, or a bundle that lies somewhere."""

from pathlib import Path

import numpy as np
import torch

from podd_engine.data.preprocessing import prepare_dataset
from podd_engine.distillation.soft_labels import LabelReader, build_label_scheme
from podd_engine.errors import RunError
from podd_engine.progress import ProgressCallback, ignore_progress
from podd_engine.runs.bundle import PosterBundle, load_bundle, make_bundle
from podd_engine.runs.checkpoint import load_checkpoint
from podd_engine.runs.directory import RunDirectory
from podd_engine.runtime.events import PosterSnapshot


def load_source(
    path: Path, cache: Path | None = None, report: ProgressCallback = ignore_progress
) -> PosterBundle:
    """The poster of a run directory or a bundle file.

    A run gives its best poster. Before its first evaluation it has none: then it gives the poster
    of its last checkpoint, unmeasured, with the preprocessing of its dataset.

    Args:
        path: a run directory, or a bundle file.
        cache: cache folder, for a run without an evaluation; None: the system's.
        report: receives progress where the dataset has to be read; raising `CancelledError` ends it.

    Raises:
        RunError: there is nothing at ``path``, or it is neither, or damaged.
        DataError: a run without an evaluation, whose dataset is no longer there.
    """
    if not path.exists():
        raise RunError(f"{path}: there is no such run or file")
    if not path.is_dir():
        return load_bundle(path)
    run = RunDirectory.open(path)
    if run.best_path.is_file():
        return load_bundle(run.best_path)
    if not run.checkpoint_path.is_file():
        raise RunError(f"{path}: has no poster yet; let the run take its first step")
    return _bundle_from_checkpoint(run, cache, report)


def checkpoint_snapshot(run: RunDirectory) -> PosterSnapshot:
    """The poster of a run's last checkpoint.

    Raises:
        RunError: there is no checkpoint, or it is damaged.
    """
    config, cpu = run.config, torch.device("cpu")
    state = load_checkpoint(run.checkpoint_path, cpu)
    plan = build_label_scheme(config.labels, config.layout, np.array(config.order.grid))
    labels = LabelReader(plan, cpu, torch.float32)(state.labels.float())
    return PosterSnapshot(state.step, state.poster.float().numpy(), labels.numpy())


def _bundle_from_checkpoint(run: RunDirectory, cache: Path | None, report: ProgressCallback) -> PosterBundle:
    """The bundle of a run's last checkpoint."""
    snapshot = checkpoint_snapshot(run)
    return make_bundle(run.config, prepare_dataset(run.config.dataset, cache, report), snapshot, None)
