"""What a run has kept of its evaluations and labels; loads no torch."""

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
    """The soft label of a patch over outer steps.

    Args:
        steps: of the kept posters, rising.
        shares: float32 [steps, classes].
    """

    steps: tuple[int, ...]
    shares: NDArray[np.float32]


def read_evaluation_details(path: Path, report: ProgressCallback) -> EvaluationDetails | None:
    """The details of the last evaluation of the run at ``path``; None where none are kept.

    Raises:
        RunError: they are damaged.
    """
    run = RunDirectory(path)
    try:
        return run.load_evaluation_details()
    except _READ_ERRORS as error:
        raise RunError(
            f"{run.evaluation_path}: cannot be read ({error}); the next evaluation replaces it"
        ) from error


def read_label_history(
    path: Path, steps: Sequence[int], patch: int, report: ProgressCallback
) -> LabelHistory:
    """The soft label of ``patch`` in the posters kept at ``steps``; one that is gone by now is left out.

    Raises:
        RunError: a kept poster is damaged.
    """
    run, found, shares = RunDirectory(path), [], []
    for number, step in enumerate(steps):
        report(Progress("reading labels", number, len(steps)))
        try:
            labels = run.load_snapshot_labels(step)
        except FileNotFoundError:
            continue
        except _READ_ERRORS as error:
            raise RunError(f"{path}: the poster of step {step} cannot be read ({error})") from error
        found.append(step)
        shares.append(labels[patch])
    return LabelHistory(tuple(found), np.array(shares, dtype=np.float32))
