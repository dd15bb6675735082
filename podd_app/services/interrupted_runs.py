"""Finds runs that were interrupted by a crash or a power failure. No widgets."""

from pathlib import Path

from PySide6.QtCore import QObject, QTimer, Signal

from podd_app.models.preferences import Preferences
from podd_app.models.session import Session
from podd_app.services.run_library import RunLibrary
from podd_engine.runs.run_info import RunInfo

SCAN_DELAY_MS = 1500
"""Delay of the scan after startup, so that the window responds first."""


class InterruptedRuns(QObject):
    """Interrupted runs that can be resumed, found by one scan after startup.

    Args:
        session: the session. Its open run is not offered.
        preferences: preferences that store the dismissed runs.
        run_library: library that scans the folders.
    """

    runs_changed = Signal()
    """Emitted when `runs` has changed."""

    def __init__(
        self,
        session: Session,
        preferences: Preferences,
        run_library: RunLibrary,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._session, self._preferences, self._run_library = session, preferences, run_library
        self._runs: tuple[RunInfo, ...] = ()
        self._scan_timer = QTimer(self, singleShot=True, interval=SCAN_DELAY_MS)
        self._scan_timer.timeout.connect(self.scan)

    @property
    def runs(self) -> tuple[RunInfo, ...]:
        """Interrupted runs that were not dismissed, latest first."""
        return self._runs

    def scan_later(self) -> None:
        """Scan after `SCAN_DELAY_MS`."""
        self._scan_timer.start()

    def scan(self) -> None:
        """Scan on a background thread. `runs_changed` is emitted if interrupted runs are found."""
        self._scan_timer.stop()
        self._run_library.scanning_changed.connect(self._on_library_scanned)
        self._run_library.refresh()

    def dismiss(self) -> None:
        """Do not offer the present runs again, unless they are resumed and interrupted again."""
        self._preferences.dismissed_runs = tuple(
            _dismissal_key(run) for run in self._run_library.runs if _is_interrupted(run)
        )
        self.clear()

    def clear(self) -> None:
        """Offer no runs until the next start of the program."""
        if self._runs:
            self._runs = ()
            self.runs_changed.emit()

    def close(self) -> None:
        """Cancel a scan that has not started yet."""
        self._scan_timer.stop()

    def _on_library_scanned(self) -> None:
        if self._run_library.scanning:
            return
        self._run_library.scanning_changed.disconnect(self._on_library_scanned)
        dismissed = set(self._preferences.dismissed_runs)
        open_run: Path | None = self._session.run.path
        found = [
            run
            for run in self._run_library.runs
            if _is_interrupted(run) and _dismissal_key(run) not in dismissed and run.path != open_run
        ]
        if found:
            self._runs = tuple(sorted(found, key=lambda run: -run.changed))
            self.runs_changed.emit()


def _is_interrupted(run: RunInfo) -> bool:
    return run.status == "interrupted" and run.resumable


def _dismissal_key(run: RunInfo) -> str:
    """Return a key that changes whenever the run makes progress."""
    return f"{run.changed:.0f} {run.path}"
