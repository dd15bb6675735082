"""The Library place: cards of all runs on disk; what was chosen of them at the right."""

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QPoint, Qt, QTimer
from PySide6.QtGui import QHideEvent, QKeySequence, QShortcut, QShowEvent
from PySide6.QtWidgets import QApplication, QStackedWidget, QVBoxLayout, QWidget

from podd_app.models.run_status import Trouble
from podd_app.models.session import Session
from podd_app.pages.library.card_delegate import GAP_PX
from podd_app.pages.library.card_view import RunCards
from podd_app.pages.library.filter_bar import SelectionBar
from podd_app.pages.library.folders import FolderList
from podd_app.pages.library.group_panel import GroupPanel
from podd_app.pages.library.menu import make_menu
from podd_app.pages.library.panel import RunPanel
from podd_app.pages.library.run_actions import Deeds
from podd_app.pages.library.run_list_model import RunModel
from podd_app.services.example_service import example_desk_of
from podd_app.services.run_library import run_shelf_of
from podd_app.services.trash import trash_name
from podd_app.style.formatting import count
from podd_app.style.theme import GRID_PX
from podd_app.widgets.empty_state import EmptyState
from podd_app.widgets.page import Place
from podd_app.widgets.text import label
from podd_engine.runs.run_info import RunGlance

LOOK_AGAIN_MS = 5000
"""Time between two looks while a run is being written."""


class LibraryPlace(Place):
    """Runs to come back to."""

    def __init__(self, session: Session) -> None:
        super().__init__(session)
        self.shelf = run_shelf_of(session)
        self.deeds = Deeds(session, self.shelf, self)
        self.model = RunModel(self.shelf, self)
        self._told_of: Path | None = None
        self._thrown_away = 0
        """Runs in the trash since it was last agreed to."""
        self._again = QTimer(self, interval=LOOK_AGAIN_MS)
        self._again.timeout.connect(self._on_look_again)
        self.bar = SelectionBar()
        self.cards = RunCards(self.model, self.shelf)
        self.setFocusProxy(self.cards)
        self._nothing = EmptyState(
            "library",
            self.tr("No runs yet"),
            self.tr("Every run is kept here with its poster and curves. Start one, or add a folder of runs."),
            self.tr("Draw a poster"),
            self.tr("Look at a finished example"),
        )
        self._unmatched = EmptyState(
            "library", self.tr("No run matches"), self.tr("Try other words."), self.tr("Show all")
        )
        self._pages = QStackedWidget()
        for page in (self.cards, self._nothing, self._unmatched):
            self._pages.addWidget(page)
        column = QVBoxLayout(self)
        column.setContentsMargins(2 * GRID_PX, 2 * GRID_PX, 0, 0)
        column.setSpacing(GAP_PX)
        column.addWidget(self.bar)
        column.addWidget(self._pages, 1)
        self.run_panel, self.group_panel = RunPanel(), GroupPanel()
        self.folders = FolderList(self.shelf)
        self.trouble = label("", "trouble", wraps=True)
        self.trouble.hide()
        self.said = label("", "muted", wraps=True)
        self.said.hide()
        self.panel = self._make_panel()
        self._connect()
        self._show_chosen()

    def _make_panel(self) -> QWidget:
        panel = QWidget()
        column = QVBoxLayout(panel)
        column.setContentsMargins(16, 14, 16, 14)
        column.setSpacing(16)
        for widget in (self.said, self.run_panel, self.group_panel, self.folders, self.trouble):
            column.addWidget(widget)
        column.addStretch(1)
        return panel

    def _connect(self) -> None:
        session, panel, deeds = self.session, self.run_panel, self.deeds
        self.bar.edited.connect(self.model.select)
        self.bar.refresh_pressed.connect(self.shelf.refresh)
        self.shelf.looking_changed.connect(self._on_looking_changed)
        self.cards.choice_changed.connect(self._show_chosen)
        self.cards.activated.connect(self.open_run)
        self.cards.trash_wanted.connect(self._on_trash_pressed)
        self.cards.menu_wanted.connect(self._on_menu_wanted)
        self._nothing.acted.connect(lambda: session.go_to("poster"))
        self._nothing.second_acted.connect(lambda: example_desk_of(session).open())
        self._unmatched.acted.connect(self.bar.show_all)
        panel.open_pressed.connect(self.open_run)
        panel.resume_pressed.connect(lambda: self._do(deeds.resume))
        panel.reveal_pressed.connect(lambda: self._do(deeds.reveal))
        panel.settings_pressed.connect(lambda: self._do(deeds.duplicate_settings))
        panel.trash_pressed.connect(self._on_trash_pressed)
        panel.name.renamed.connect(self._on_named)
        self.group_panel.trash_pressed.connect(self._on_trash_pressed)
        for question in (panel.question, self.group_panel.question):
            question.agreed.connect(self._on_trash_agreed)
        files = self.shelf.files
        panel.notes.wanted.connect(files.read_notes)
        panel.notes.settled.connect(files.save_notes)
        panel.notes.settled.connect(self.shelf.note)
        files.notes_read.connect(panel.notes.show_notes)
        files.failed.connect(self._on_files_failed)
        deeds.renamed.connect(self._on_renamed)
        deeds.trashed.connect(self._on_trashed)
        session.runs_folder_changed.connect(self._on_runs_folder_changed)
        session.run_changed.connect(self._on_run_changed)
        self._phase_was_active = deeds.busy
        self._connect_keys()

    def _connect_keys(self) -> None:
        QShortcut(QKeySequence.StandardKey.Refresh, self).activated.connect(self.shelf.refresh)
        QShortcut(QKeySequence.StandardKey.Find, self).activated.connect(self._on_find)
        for where in (self, self.run_panel):
            rename = QShortcut(QKeySequence(Qt.Key.Key_F2), where)
            rename.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
            rename.activated.connect(self.edit_name)

    def choose(self, path: Path) -> None:
        """Choose the run at ``path``."""
        self.cards.choose(path)

    def open_run(self) -> None:
        """Open the current run."""
        self._do(self.deeds.open)

    def edit_name(self) -> None:
        """Put the cursor into the name of the current run."""
        if self.run_panel.isVisible() and self.run_panel.name.isEnabled():
            self.run_panel.name.setFocus()
            self.run_panel.name.selectAll()

    def _do(self, deed: Callable[[RunGlance], None]) -> None:
        run = self.cards.current
        if run is not None:
            deed(run)

    def showEvent(self, event: QShowEvent) -> None:
        """Look again whenever the place comes up."""
        super().showEvent(event)
        self.shelf.refresh()
        self._again.start()

    def hideEvent(self, event: QHideEvent) -> None:
        """Look no more."""
        super().hideEvent(event)
        self._again.stop()

    def _on_find(self) -> None:
        self.bar.filter.setFocus()
        self.bar.filter.selectAll()

    def _on_look_again(self) -> None:
        """What other processes write changes without a word."""
        if any(run.status == "running" for run in self.shelf.runs):
            self.shelf.refresh()

    def _on_menu_wanted(self, at: QPoint) -> None:
        menu = make_menu(self.cards, self.deeds, self.edit_name, self._on_trash_pressed)
        menu.aboutToHide.connect(menu.deleteLater)
        menu.popup(at)

    # What is done to the files of runs

    def _on_named(self, name: str) -> None:
        run = self.cards.current
        if run is not None:
            self.run_panel.show_trouble("")
            self.run_panel.notes.settle()
            self.deeds.rename(run, name)

    def _on_renamed(self, old: Path, new: Path) -> None:
        self.run_panel.notes.follow(old, new)
        self.cards.follow(old, new)

    def _on_trash_pressed(self) -> None:
        chosen = self.cards.chosen
        paths = [run.path for run in chosen if run.status != "running"]
        if paths:
            panel = self.run_panel if len(chosen) == 1 else self.group_panel
            panel.show_trouble("")
            panel.question.ask(paths)

    def _on_trash_agreed(self, paths: tuple[Path, ...]) -> None:
        self.run_panel.notes.settle()
        self._thrown_away = 0
        self.deeds.trash(paths)

    def _on_trashed(self, path: Path, now: Path | None) -> None:
        self.run_panel.notes.forget(path)
        if [run.path for run in self.cards.chosen] == [path]:
            self.cards.leave((path,))
        self._thrown_away += 1
        where = self.tr("in %s") % now.parent if now else self.tr("in the %s") % trash_name()
        if self._thrown_away == 1:
            self.said.setText(self.tr("%s is %s now") % (path.name, where))
        else:
            self.said.setText(self.tr("%s runs are %s now") % (count(self._thrown_away), where))
        self.said.show()

    def _on_files_failed(self, path: Path, trouble: Trouble) -> None:
        if path not in [run.path for run in self.cards.chosen]:
            return
        self.run_panel.name.show_as_it_is()
        self.run_panel.show_trouble(trouble.what)
        self.group_panel.show_trouble(trouble.what)

    # What is shown

    def _on_looking_changed(self) -> None:
        trouble = self.shelf.trouble
        self.trouble.setText(trouble.what if trouble else "")
        self.trouble.setVisible(trouble is not None)
        self._show_chosen()

    def _show_chosen(self) -> None:
        run, chosen = self.cards.current, self.cards.chosen
        known, shown = len(self.shelf.runs), self.model.rowCount()
        self.bar.show_summary(shown, known, len(chosen), self.shelf.looking)
        page = self.cards if shown else self._unmatched if known else self._nothing
        if page is not self._pages.currentWidget():
            self._pages.setCurrentWidget(page)
            focused = QApplication.focusWidget()
            elsewhere = focused is not None and not self.isAncestorOf(focused)
            if page is self.cards and not self.bar.filter.text() and not elsewhere:
                self.cards.setFocus()
        several = len(chosen) > 1
        self.group_panel.setVisible(several)
        self.run_panel.setVisible(run is not None and not several)
        if several:
            self.group_panel.show_runs(chosen)
        path = run.path if run else None
        if path != self._told_of:
            self._told_of = path
            self.said.hide()
            self.run_panel.show_path(path)
        if run is not None:
            self.run_panel.show_run(run, self.deeds.busy)

    def _on_runs_folder_changed(self) -> None:
        self.folders.refresh()
        self.shelf.refresh()

    def _on_run_changed(self) -> None:
        if self.deeds.busy != self._phase_was_active:
            self._phase_was_active = self.deeds.busy
            self._show_chosen()
            if self.isVisible():
                self.shelf.refresh()
