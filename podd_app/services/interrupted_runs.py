"""Runs that a crash, a killed program or a cut cable left without an end; found at the start. No widgets."""

from pathlib import Path

from PySide6.QtCore import QObject, QTimer, Signal

from podd_app.models.preferences import Memory
from podd_app.models.session import Session
from podd_app.services.run_library import run_shelf_of
from podd_engine.runs.run_info import RunGlance

AFTER_START_MS = 1500
"""The window is up and answers before the disk is looked through."""


class CutOffRuns(QObject):
    """Looks once for runs that could go on.

    Args:
        session: tells where runs are kept.
        memory: knows which of them a person has put aside.
    """

    changed = Signal()
    """`runs` is another."""

    def __init__(self, session: Session, memory: Memory, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._memory = memory
        self._shelf = run_shelf_of(session)
        self._runs: tuple[RunGlance, ...] = ()
        self._start = QTimer(self, singleShot=True, interval=AFTER_START_MS)
        self._start.timeout.connect(self.look)
        self._session = session

    @property
    def runs(self) -> tuple[RunGlance, ...]:
        """Those that were not put aside, the one that got on last first."""
        return self._runs

    def look_soon(self) -> None:
        """Look when the window has had time to come up."""
        self._start.start()

    def look(self) -> None:
        """Look now, off the GUI thread; `changed` follows where there are any."""
        self._start.stop()
        self._shelf.looking_changed.connect(self._on_looked)
        self._shelf.refresh()

    def put_aside(self) -> None:
        """Do not offer these again, unless they are cut off anew."""
        self._memory.put_aside = tuple(_mark(run) for run in self._shelf.runs if _cut_off(run))
        self.leave()

    def leave(self) -> None:
        """Offer none of them until the next start."""
        if self._runs:
            self._runs = ()
            self.changed.emit()

    def close(self) -> None:
        """Look no more."""
        self._start.stop()

    def _on_looked(self) -> None:
        if self._shelf.looking:
            return
        self._shelf.looking_changed.disconnect(self._on_looked)
        aside = set(self._memory.put_aside)
        open_now: Path | None = self._session.run.path
        found = [
            run
            for run in self._shelf.runs
            if _cut_off(run) and _mark(run) not in aside and run.path != open_now
        ]
        if found:
            self._runs = tuple(sorted(found, key=lambda run: -run.changed))
            self.changed.emit()


def _cut_off(run: RunGlance) -> bool:
    return run.status == "interrupted" and run.resumable


def _mark(run: RunGlance) -> str:
    """Another one each time the run got on."""
    return f"{run.changed:.0f} {run.path}"
