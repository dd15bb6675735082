"""Reads saved evaluation details and soft labels of a run. Does not import torch."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from zipfile import BadZipFile

import numpy as np
from numpy.typing import NDArray

from podd_engine.errors import RunError
from podd_engine.progress import Progress, ProgressCallback
from podd_engine.runs.directory import RunDirectory
from podd_engine.runtime.events import EvaluationDetails

_READ_ERRORS = (OSError, ValueError, KeyError, EOFError, BadZipFile)


@dataclass(frozen=True, eq=False)
class LabelHistory:
    """Soft label of a patch over outer steps.

    Args:
        steps: outer steps of the snapshots, ascending.
        shares: float32 [steps, classes], label weights; each row sums to 1.
    """

    steps: tuple[int, ...]
    shares: NDArray[np.float32]


def read_evaluation_details(path: Path, report: ProgressCallback) -> EvaluationDetails | None:
    """Read the details of the last evaluation of the run at ``path``.

    Returns:
        The details; None if the run has no saved details.

    Raises:
        RunError: the file is damaged.
    """
    run = RunDirectory(path)
    try:
        return run.load_evaluation_details()
    except _READ_ERRORS as error:
        raise RunError(
            f"{run.evaluation_path}: cannot be read ({error}); the next evaluation replaces the file"
        ) from error


def read_label_history(
    path: Path, steps: Sequence[int], patch: int, report: ProgressCallback
) -> LabelHistory:
    """Read the soft label of a patch from snapshots. Missing snapshots are skipped.

    Args:
        path: run directory.
        steps: outer steps of the snapshots, ascending.
        patch: index of the patch.
        report: callback for progress.

    Raises:
        RunError: a snapshot is damaged.
    """
    run, found, shares = RunDirectory(path), [], []
    for number, step in enumerate(steps):
        report(Progress("reading labels", number, len(steps)))
        try:
            labels = run.load_snapshot_labels(step)
        except FileNotFoundError:
            continue
        except _READ_ERRORS as error:
            raise RunError(
                f"{path}: the poster of step {step} cannot be read ({error}); delete the damaged snapshot"
            ) from error
        found.append(step)
        shares.append(labels[patch])
    return LabelHistory(tuple(found), np.array(shares, dtype=np.float32))
