"""Reading the posters a run has kept."""

from pathlib import Path
from zipfile import BadZipFile

from podd_app.live import LivePoster
from podd_app.work.pixels import live_poster
from podd_engine.data.dataset import Report
from podd_engine.data.preprocessing import Preprocessing
from podd_engine.errors import RunError
from podd_engine.events import PosterSnapshot
from podd_engine.export.source import load_source
from podd_engine.runs.directory import RunDirectory


class SnapshotReader:
    """Reads snapshots of one run; what undoes its preprocessing is read once, with the first.

    Args:
        path: the run directory.
    """

    def __init__(self, path: Path) -> None:
        self._run = RunDirectory.open(path)
        self._layout = self._run.config.layout
        self._preprocessing: Preprocessing | None = None

    def read(self, step: int, report: Report) -> LivePoster:
        """The poster kept at outer ``step``.

        Args:
            step: of `RunDirectory.snapshot_steps`.
            report: receives progress where the dataset has to be read; raising `Cancelled` ends it.

        Raises:
            RunError: it is no longer there, or damaged.
            DataError: the run has no evaluation yet and its dataset is gone.
        """
        snapshot = read_snapshot(self._run, step)
        if self._preprocessing is None:
            self._preprocessing = load_source(self._run.path, report=report).preprocessing
        return live_poster(snapshot, self._layout, self._preprocessing)


def read_snapshot(run: RunDirectory, step: int) -> PosterSnapshot:
    """The snapshot ``run`` keeps of outer ``step``.

    Raises:
        RunError: it is no longer there, or damaged.
    """
    try:
        return run.load_snapshot(step)
    except (OSError, ValueError, KeyError, EOFError, BadZipFile) as error:
        raise RunError(
            f"{run.path}: the poster of step {step} cannot be read ({error}); choose another"
        ) from error
