"""Menu of the posters that the shown poster can be compared with."""

from pathlib import Path

from PySide6.QtCore import Signal
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QFileDialog, QMenu, QWidget

from podd_app.engine.latest_job import LatestJob
from podd_app.models.preferences import Preferences
from podd_app.models.session import Session
from podd_app.qt.plain_text import set_action_text, set_tooltip
from podd_app.services.comparison_source import ComparisonChoice
from podd_app.services.snapshot_player import SnapshotPlayer
from podd_app.style.formatting import format_count
from podd_app.workers.comparison import runs_with_posters

RUNS_LISTED = 10
"""Maximum number of other runs in the menu."""


class ComparisonMenu(QMenu):
    """Menu that is filled each time it opens. Other runs appear after a background search.

    Args:
        session: the session with the open run and the runs folder.
        snapshot_player: the player with the saved posters of the open run.
    """

    choice_selected = Signal(object)
    """Emitted with the selected `ComparisonChoice`."""
    pin_requested = Signal()
    """Emitted when the user selects the shown poster as the second poster."""

    def __init__(
        self, session: Session, snapshot_player: SnapshotPlayer, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._session, self._snapshot_player = session, snapshot_player
        self._run_actions: list[QAction] = []
        self._other_run_action = QAction(self)
        self._search_job = LatestJob(snapshot_player.jobs, self)
        self._search_job.succeeded.connect(self._list_runs)
        self.setToolTipsVisible(True)
        self.setAccessibleName(self.tr("Compare with"))
        self.aboutToShow.connect(self.fill)

    def fill(self) -> None:
        """Fill the menu with the posters that are available now."""
        self.clear()
        self._run_actions = []
        snapshot_player = self._snapshot_player
        start, best, shown = (
            (snapshot_player.snapshot_steps[0] if snapshot_player.snapshot_steps else None),
            snapshot_player.best,
            snapshot_player.poster,
        )
        start_text, best_text = self.tr("Start of this run"), self.tr("Best of this run")
        if start is not None:
            start_text = self.tr("Start of this run, step %s") % format_count(start)
        if best is not None:
            best_text = self.tr("Best of this run, step %s") % format_count(best)
        self._add_choice(start_text, start is not None, ComparisonChoice("start"))
        self._add_choice(best_text, best is not None, ComparisonChoice("best"))
        pin = self.addAction(self.tr("Pin current poster"), self.pin_requested.emit)
        set_tooltip(pin, self.tr("Compare other steps with the current poster"))
        pin.setEnabled(shown is not None and snapshot_player.path is not None)
        if shown is not None:
            pin.setText(self.tr("Pin current poster, step %s") % format_count(shown.step))
        self.addSeparator()
        self._other_run_action = self.addAction(self.tr("Another run…"), self._choose_run)
        self.addAction(self.tr("Poster file…"), self._choose_file)
        self._find_runs()

    def _add_choice(self, text: str, enabled: bool, choice: ComparisonChoice) -> None:
        action = self.addAction(text, lambda: self.choice_selected.emit(choice))
        action.setEnabled(enabled)

    def _find_runs(self) -> None:
        folders = dict.fromkeys((self._session.runs_folder, *Preferences().other_runs_folders))
        self._search_job.start(lambda _: runs_with_posters(folders, RUNS_LISTED + 1))

    def _list_runs(self, paths: tuple[Path, ...]) -> None:
        """Add the found runs, except the open run."""
        for action in self._run_actions:
            self.removeAction(action)
        others = [path for path in paths if path != self._snapshot_player.path][:RUNS_LISTED]
        self._run_actions = [self._create_run_action(path) for path in others]
        self.insertActions(self._other_run_action, self._run_actions)

    def _create_run_action(self, path: Path) -> QAction:
        action = QAction(self)
        set_action_text(action, path.name)
        set_tooltip(action, self.tr("Compare with a poster of %s") % path)
        action.triggered.connect(lambda: self.choice_selected.emit(ComparisonChoice("other", path)))
        return action

    def _choose_run(self) -> None:
        folder = QFileDialog.getExistingDirectory(
            self.parentWidget(), self.tr("Choose a Run"), str(self._session.runs_folder)
        )
        if folder:
            self.choice_selected.emit(ComparisonChoice("other", Path(folder)))

    def _choose_file(self) -> None:
        name_filter = self.tr("Posters (*.safetensors)")
        file, _ = QFileDialog.getOpenFileName(
            self.parentWidget(), self.tr("Choose a Poster File"), "", name_filter
        )
        if file:
            self.choice_selected.emit(ComparisonChoice("other", Path(file)))
