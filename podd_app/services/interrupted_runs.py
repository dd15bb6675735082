"""Runs that a crash, a killed program or a cut cable left without an end; found at the start. No widgets."""

from pathlib import Path

from PySide6.QtCore import QObject, QTimer, Signal

from podd_app.models.preferences import Preferences
from podd_app.models.session import Session
from podd_app.services.run_library import RunLibrary
from podd_engine.runs.run_info import RunInfo

SCAN_DELAY_MS = 1500
"""The window is up and answers before the disk is looked through."""


class InterruptedRuns(QObject):
    """Looks once for runs that could go on.

    Args:
        session: tells where runs are kept.
        memory: knows which of them a person has put aside.
        shelf: looks for runs.
    """

    runs_changed = Signal()
    """`runs` is another."""

    def __init__(
        self, session: Session, preferences: Preferences, shelf: RunLibrary, parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._preferences, self._run_library = preferences, shelf
        self._runs: tuple[RunInfo, ...] = ()
        self._start = QTimer(self, singleShot=True, interval=SCAN_DELAY_MS)
        self._start.timeout.connect(self.scan)
        self._session = session

    @property
    def runs(self) -> tuple[RunInfo, ...]:
        """Those that were not put aside, the one that got on last first."""
        return self._runs

    def scan_later(self) -> None:
        """Look when the window has had time to come up."""
        self._start.start()

    def scan(self) -> None:
        """Look now, off the GUI thread; `runs_changed` follows where there are any."""
        self._start.stop()
        self._run_library.scanning_changed.connect(self._on_library_scanned)
        self._run_library.refresh()

    def dismiss(self) -> None:
        """Do not offer these again, unless they are cut off anew."""
        self._preferences.put_aside = tuple(
            _dismissal_key(run) for run in self._run_library.runs if _is_interrupted(run)
        )
        self.clear()

    def clear(self) -> None:
        """Offer none of them until the next start."""
        if self._runs:
            self._runs = ()
            self.runs_changed.emit()

    def close(self) -> None:
        """Look no more."""
        self._start.stop()

    def _on_library_scanned(self) -> None:
        if self._run_library.scanning:
            return
        self._run_library.scanning_changed.disconnect(self._on_library_scanned)
        aside = set(self._preferences.put_aside)
        open_now: Path | None = self._session.run.path
        found = [
            run
            for run in self._run_library.runs
            if _is_interrupted(run) and _dismissal_key(run) not in aside and run.path != open_now
        ]
        if found:
            self._runs = tuple(sorted(found, key=lambda run: -run.changed))
            self.runs_changed.emit()


def _is_interrupted(run: RunInfo) -> bool:
    return run.status == "interrupted" and run.resumable


def _dismissal_key(run: RunInfo) -> str:
    """Another one each time the run got on."""
    return f"{run.changed:.0f} {run.path}"
