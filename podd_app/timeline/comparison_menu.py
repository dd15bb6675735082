"""The menu of what a poster can be compared with."""

from pathlib import Path

from PySide6.QtCore import Signal
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QFileDialog, QMenu, QWidget

from podd_app.engine.latest_job import LatestJob
from podd_app.models.preferences import Preferences
from podd_app.models.session import Session
from podd_app.services.comparison_source import ComparisonChoice
from podd_app.services.snapshot_player import SnapshotPlayer
from podd_app.style.formatting import format_count
from podd_app.workers.comparison import runs_with_posters

RUNS_LISTED = 10


class ComparisonMenu(QMenu):
    """Built anew whenever it opens; runs are looked for off the GUI thread and come when they are found.

    Args:
        session: whose run is on screen, and where runs are kept.
        reel: knows what is kept of it.
    """

    choice_selected = Signal(object)
    """A `ComparisonChoice`."""
    pin_requested = Signal()
    """The poster on screen is to be compared with."""

    def __init__(
        self, session: Session, snapshot_player: SnapshotPlayer, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._session, self._snapshot_player = session, snapshot_player
        self._listed: list[QAction] = []
        self._after_runs = QAction(self)
        self._looking = LatestJob(snapshot_player.jobs, self)
        self._looking.succeeded.connect(self._list_runs)
        self.setToolTipsVisible(True)
        self.setAccessibleName(self.tr("Compare with"))
        self.aboutToShow.connect(self.fill)

    def fill(self) -> None:
        """Offer what there is now."""
        self.clear()
        self._listed = []
        snapshot_player = self._snapshot_player
        start, best, shown = (
            (snapshot_player.snapshot_steps[0] if snapshot_player.snapshot_steps else None),
            snapshot_player.best,
            snapshot_player.poster,
        )
        self._add_choice(self.tr("Start of this run"), start, ComparisonChoice("start"))
        self._add_choice(self.tr("Best of this run"), best, ComparisonChoice("best"))
        pin = self.addAction(self.tr("The poster looked at now"), self.pin_requested.emit)
        pin.setToolTip(self.tr("Keep it beside, and go on to another step"))
        pin.setEnabled(shown is not None and snapshot_player.path is not None)
        if shown is not None:
            pin.setText(self.tr("%s, step %s") % (pin.text(), format_count(shown.step)))
        self.addSeparator()
        self._after_runs = self.addAction(self.tr("Another run…"), self._on_run_wanted)
        self.addAction(self.tr("A poster file…"), self._on_file_wanted)
        self._find_runs()

    def _add_choice(self, text: str, step: int | None, choice: ComparisonChoice) -> None:
        action = self.addAction(text, lambda: self.choice_selected.emit(choice))
        action.setEnabled(step is not None)
        if step is not None:
            action.setText(self.tr("%s, step %s") % (text, format_count(step)))

    def _find_runs(self) -> None:
        folders = dict.fromkeys((self._session.runs_folder, *Preferences().other_runs_folders))
        self._looking.start(lambda report: runs_with_posters(folders, RUNS_LISTED + 1))

    def _list_runs(self, paths: tuple[Path, ...]) -> None:
        """List other runs than the run on screen."""
        for action in self._listed:
            self.removeAction(action)
        others = [path for path in paths if path != self._snapshot_player.path][:RUNS_LISTED]
        self._listed = [self._action_of(path) for path in others]
        self.insertActions(self._after_runs, self._listed)

    def _action_of(self, path: Path) -> QAction:
        action = QAction(path.name, self)
        action.setToolTip(self.tr("Compare with the best poster of %s, or with it in step") % path)
        action.triggered.connect(lambda: self.choice_selected.emit(ComparisonChoice("other", path)))
        return action

    def _on_run_wanted(self) -> None:
        folder = QFileDialog.getExistingDirectory(
            self.parentWidget(), self.tr("Compare with a run"), str(self._session.runs_folder)
        )
        if folder:
            self.choice_selected.emit(ComparisonChoice("other", Path(folder)))

    def _on_file_wanted(self) -> None:
        kinds = self.tr("Posters (*.safetensors)")
        file, _ = QFileDialog.getOpenFileName(
            self.parentWidget(), self.tr("Compare with a poster"), "", kinds
        )
        if file:
            self.choice_selected.emit(ComparisonChoice("other", Path(file)))
