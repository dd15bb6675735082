"""The menu of what a poster can be compared with."""

from pathlib import Path

from PySide6.QtCore import Signal
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QFileDialog, QMenu, QWidget

from podd_app.models.preferences import Memory
from podd_app.models.session import Session
from podd_app.services.comparison_source import Choice
from podd_app.services.snapshot_player import Reel
from podd_app.style.formatting import count
from podd_app.workers.comparison import runs_with_posters

RUNS_LISTED = 10


class ReferenceMenu(QMenu):
    """Built anew whenever it opens; runs are looked for off the GUI thread and come when they are found.

    Args:
        session: whose run is on screen, and where runs are kept.
        reel: knows what is kept of it.
    """

    chosen = Signal(object)
    """A `Choice`."""
    pin_chosen = Signal()
    """The poster on screen is to be compared with."""

    def __init__(self, session: Session, reel: Reel, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session, self._reel = session, reel
        self._listed: list[QAction] = []
        self._after_runs = QAction(self)
        self.setToolTipsVisible(True)
        self.setAccessibleName(self.tr("Compare with"))
        self.aboutToShow.connect(self.fill)

    def fill(self) -> None:
        """Offer what there is now."""
        self.clear()
        self._listed = []
        reel = self._reel
        start, best, shown = (reel.stops[0] if reel.stops else None), reel.best, reel.poster
        self._offer(self.tr("Start of this run"), start, Choice("start"))
        self._offer(self.tr("Best of this run"), best, Choice("best"))
        pin = self.addAction(self.tr("The poster looked at now"), self.pin_chosen.emit)
        pin.setToolTip(self.tr("Keep it beside, and go on to another step"))
        pin.setEnabled(shown is not None and reel.path is not None)
        if shown is not None:
            pin.setText(self.tr("%s, step %s") % (pin.text(), count(shown.step)))
        self.addSeparator()
        self._after_runs = self.addAction(self.tr("Another run…"), self._on_run_wanted)
        self.addAction(self.tr("A poster file…"), self._on_file_wanted)
        self._look_for_runs()

    def _offer(self, text: str, step: int | None, choice: Choice) -> None:
        action = self.addAction(text, lambda: self.chosen.emit(choice))
        action.setEnabled(step is not None)
        if step is not None:
            action.setText(self.tr("%s, step %s") % (text, count(step)))

    def _look_for_runs(self) -> None:
        folders = dict.fromkeys((self._session.runs_folder, *Memory().other_runs_folders))
        job = self._reel.jobs.start(lambda report: runs_with_posters(folders, RUNS_LISTED + 1))
        job.succeeded.connect(self._list_runs)

    def _list_runs(self, paths: tuple[Path, ...]) -> None:
        """List other runs than the one on screen; the last answer holds."""
        for action in self._listed:
            self.removeAction(action)
        others = [path for path in paths if path != self._reel.path][:RUNS_LISTED]
        self._listed = [self._action_of(path) for path in others]
        self.insertActions(self._after_runs, self._listed)

    def _action_of(self, path: Path) -> QAction:
        action = QAction(path.name, self)
        action.setToolTip(self.tr("Compare with the best poster of %s, or with it in step") % path)
        action.triggered.connect(lambda: self.chosen.emit(Choice("other", path)))
        return action

    def _on_run_wanted(self) -> None:
        folder = QFileDialog.getExistingDirectory(
            self.parentWidget(), self.tr("Compare with a run"), str(self._session.runs_folder)
        )
        if folder:
            self.chosen.emit(Choice("other", Path(folder)))

    def _on_file_wanted(self) -> None:
        kinds = self.tr("Posters (*.safetensors)")
        file, _ = QFileDialog.getOpenFileName(
            self.parentWidget(), self.tr("Compare with a poster"), "", kinds
        )
        if file:
            self.chosen.emit(Choice("other", Path(file)))
