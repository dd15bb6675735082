"""Load the poster to export from a run directory or a bundle file."""

from pathlib import Path

import numpy as np
import torch

from podd_engine.data.preprocessing import prepare_dataset
from podd_engine.distillation.soft_labels import LabelReader, build_label_scheme
from podd_engine.errors import RunError
from podd_engine.io.os_errors import translate_read_errors
from podd_engine.progress import ProgressCallback, ignore_progress
from podd_engine.runs.bundle import PosterBundle, load_bundle, make_bundle
from podd_engine.runs.checkpoint import check_fits, load_checkpoint
from podd_engine.runs.class_names import complete_class_names
from podd_engine.runs.directory import RunDirectory
from podd_engine.runtime.events import PosterSnapshot


def load_source(
    path: Path, cache: Path | None = None, report: ProgressCallback = ignore_progress
) -> PosterBundle:
    """Load the poster of a run directory or a bundle file.

    For a run, the result is the best poster. Before the first evaluation, the result is the poster of the
    last checkpoint without measured accuracy, and its preprocessing is computed from the dataset.

    Args:
        path: run directory or bundle file.
        cache: cache folder, used for a run without an evaluation. None selects the default folder.
        report: receives the progress if the dataset must be read. Raising `CancelledError` from it stops
            the operation.

    Raises:
        RunError: ``path`` does not exist, is neither a run nor a bundle, or is damaged.
        DataError: the run has no evaluation, and its dataset is not available.
    """
    with translate_read_errors(path, RunError):
        is_folder, exists = path.is_dir(), path.exists()
    if not exists:
        raise RunError(f"{path}: run or file not found; check the path")
    if not is_folder:
        return load_bundle(path)
    run = RunDirectory.open(path)
    if run.best_path.is_file():
        return load_bundle(run.best_path)
    if not run.checkpoint_path.is_file():
        raise RunError(f"{path}: the run has no poster yet; wait for its first step")
    return _bundle_from_checkpoint(run, cache, report)


def checkpoint_snapshot(run: RunDirectory) -> PosterSnapshot:
    """Load the poster of a run's last checkpoint.

    Raises:
        RunError: the checkpoint is missing or damaged, or does not fit the config of the run.
    """
    config, cpu = run.config, torch.device("cpu")
    state = load_checkpoint(run.checkpoint_path, cpu)
    scheme = build_label_scheme(config.labels, config.layout, np.array(config.order.grid))
    poster = (len(state.poster), *config.layout.poster[::-1])
    check_fits(run.checkpoint_path, state, poster, scheme.initial.shape)
    labels = LabelReader(scheme, cpu, torch.float32)(state.labels.float())
    return PosterSnapshot(state.step, state.poster.float().numpy(), labels.numpy())


def _bundle_from_checkpoint(run: RunDirectory, cache: Path | None, report: ProgressCallback) -> PosterBundle:
    """Build a bundle from a run's last checkpoint."""
    snapshot = checkpoint_snapshot(run)
    config = complete_class_names(run.config)
    return make_bundle(config, prepare_dataset(config.dataset, cache, report), snapshot, None)
