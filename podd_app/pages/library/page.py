"""Library page: cards of all runs on disk and a panel for the selected runs."""

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QPoint, Qt, QTimer
from PySide6.QtGui import QHideEvent, QKeySequence, QShortcut, QShowEvent
from PySide6.QtWidgets import QApplication, QStackedWidget, QVBoxLayout, QWidget

from podd_app.models.run_status import ErrorReport
from podd_app.pages.library.card_delegate import GAP_PX
from podd_app.pages.library.card_view import RunCardView
from podd_app.pages.library.filter_bar import FilterBar
from podd_app.pages.library.folders import FolderList
from podd_app.pages.library.group_panel import GroupPanel
from podd_app.pages.library.menu import make_context_menu
from podd_app.pages.library.panel import RunPanel
from podd_app.pages.library.run_actions import RunActions
from podd_app.pages.library.run_list_model import RunListModel
from podd_app.services.services import Services
from podd_app.services.trash import trash_name
from podd_app.style.theme import GRID_PX
from podd_app.widgets.empty_state import EmptyState
from podd_app.widgets.page import Page
from podd_app.widgets.text import label
from podd_engine.runs.run_info import RunInfo

REFRESH_INTERVAL_MS = 5000
"""Time between two scans while another process writes a run."""


class LibraryPage(Page):
    """Page that lists the runs on disk.

    Args:
        services: services of the window.
    """

    def __init__(self, services: Services) -> None:
        session = services.session
        super().__init__(session)
        self._examples = services.examples
        self.run_library = services.run_library
        self.run_actions = RunActions(session, self.run_library, self)
        self.model = RunListModel(self.run_library, self)
        self._shown_path: Path | None = None
        self._trashed_count = 0
        """Number of runs moved to the trash since the last confirmation."""
        self._refresh_timer = QTimer(self, interval=REFRESH_INTERVAL_MS)
        self._refresh_timer.timeout.connect(self._on_refresh_timeout)
        self.bar = FilterBar()
        self.cards = RunCardView(self.model, self.run_library)
        self.setFocusProxy(self.cards)
        self._empty_state = EmptyState(
            "library",
            self.tr("No runs yet"),
            self.tr(
                "Every run appears here with its poster and plots. Start a run or add a folder with runs."
            ),
            self.tr("Draw a poster"),
            self.tr("Look at a finished example"),
        )
        self._no_matches = EmptyState(
            "library", self.tr("No matching runs"), self.tr("Change the filter."), self.tr("Show all")
        )
        self._pages = QStackedWidget()
        for page in (self.cards, self._empty_state, self._no_matches):
            self._pages.addWidget(page)
        column = QVBoxLayout(self)
        column.setContentsMargins(2 * GRID_PX, 2 * GRID_PX, 0, 0)
        column.setSpacing(GAP_PX)
        column.addWidget(self.bar)
        column.addWidget(self._pages, 1)
        self.run_panel, self.group_panel = RunPanel(), GroupPanel()
        self.folders = FolderList(self.run_library)
        self.error = label("", "trouble", wraps=True)
        self.error.hide()
        self.trash_notice = label("", "muted", wraps=True)
        self.trash_notice.hide()
        self.panel = self._make_panel()
        self._connect()
        self._show_selection()

    def _make_panel(self) -> QWidget:
        panel = QWidget()
        column = QVBoxLayout(panel)
        column.setContentsMargins(16, 14, 16, 14)
        column.setSpacing(16)
        for widget in (self.trash_notice, self.run_panel, self.group_panel, self.folders, self.error):
            column.addWidget(widget)
        column.addStretch(1)
        return panel

    def _connect(self) -> None:
        session, panel, run_actions = self.session, self.run_panel, self.run_actions
        self.bar.edited.connect(self.model.set_filter)
        self.bar.refresh_pressed.connect(self.run_library.refresh)
        self.run_library.scanning_changed.connect(self._on_scanning_changed)
        self.cards.selection_changed.connect(self._show_selection)
        self.cards.activated.connect(self.open_run)
        self.cards.trash_requested.connect(self._on_trash_pressed)
        self.cards.context_menu_requested.connect(self._on_context_menu_requested)
        self._empty_state.action_triggered.connect(lambda: session.show_page("poster"))
        self._empty_state.second_action_triggered.connect(self._examples.open)
        self._no_matches.action_triggered.connect(self.bar.show_all)
        panel.open_pressed.connect(self.open_run)
        panel.resume_pressed.connect(lambda: self._run_action(run_actions.resume))
        panel.reveal_pressed.connect(lambda: self._run_action(run_actions.show_in_file_manager))
        panel.settings_pressed.connect(lambda: self._run_action(run_actions.duplicate_settings))
        panel.trash_pressed.connect(self._on_trash_pressed)
        panel.name.rename_requested.connect(self._on_rename_requested)
        self.group_panel.trash_pressed.connect(self._on_trash_pressed)
        for question in (panel.question, self.group_panel.question):
            question.confirmed.connect(self._on_trash_confirmed)
        files = self.run_library.files
        panel.notes.notes_requested.connect(files.read_notes)
        panel.notes.notes_edited.connect(files.save_notes)
        panel.notes.notes_edited.connect(self.run_library.set_notes)
        files.notes_read.connect(panel.notes.show_notes)
        files.failed.connect(self._on_files_failed)
        run_actions.renamed.connect(self._on_renamed)
        run_actions.trashed.connect(self._on_trashed)
        session.runs_folder_changed.connect(self._on_runs_folder_changed)
        session.run_changed.connect(self._on_run_changed)
        self._phase_was_active = run_actions.busy
        self._connect_keys()

    def _connect_keys(self) -> None:
        QShortcut(QKeySequence.StandardKey.Refresh, self).activated.connect(self.run_library.refresh)
        QShortcut(QKeySequence.StandardKey.Find, self).activated.connect(self._on_find)
        for widget in (self, self.run_panel):
            rename = QShortcut(QKeySequence(Qt.Key.Key_F2), widget)
            rename.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
            rename.activated.connect(self.edit_name)

    def choose(self, path: Path) -> None:
        """Select the run at ``path``."""
        self.cards.choose(path)

    def open_run(self) -> None:
        """Open the current run."""
        self._run_action(self.run_actions.open)

    def edit_name(self) -> None:
        """Start editing the name of the current run."""
        if self.run_panel.isVisible() and self.run_panel.name.isEnabled():
            self.run_panel.name.setFocus()
            self.run_panel.name.selectAll()

    def _run_action(self, action: Callable[[RunInfo], None]) -> None:
        run = self.cards.current
        if run is not None:
            action(run)

    def showEvent(self, event: QShowEvent) -> None:
        """Scan the folders whenever the page appears."""
        super().showEvent(event)
        self.run_library.refresh()
        self._refresh_timer.start()

    def hideEvent(self, event: QHideEvent) -> None:
        """Stop the periodic scans."""
        super().hideEvent(event)
        self._refresh_timer.stop()

    def _on_find(self) -> None:
        self.bar.filter.setFocus()
        self.bar.filter.selectAll()

    def _on_refresh_timeout(self) -> None:
        """Scan the folders while another process writes a run, because there is no notification."""
        if any(run.status == "running" for run in self.run_library.runs):
            self.run_library.refresh()

    def _on_context_menu_requested(self, at: QPoint) -> None:
        menu = make_context_menu(self.cards, self.run_actions, self.edit_name, self._on_trash_pressed)
        menu.aboutToHide.connect(menu.deleteLater)
        menu.popup(at)

    # File operations

    def _on_rename_requested(self, name: str) -> None:
        run = self.cards.current
        if run is not None:
            self.run_panel.show_error("")
            self.run_panel.notes.commit()
            self.run_actions.rename(run, name)

    def _on_renamed(self, old: Path, new: Path) -> None:
        self.run_panel.notes.update_path(old, new)
        self.cards.update_path(old, new)

    def _on_trash_pressed(self) -> None:
        selected_runs = self.cards.selected_runs
        paths = [run.path for run in selected_runs if run.status != "running"]
        if paths:
            panel = self.run_panel if len(selected_runs) == 1 else self.group_panel
            panel.show_error("")
            panel.question.ask(paths)

    def _on_trash_confirmed(self, paths: tuple[Path, ...]) -> None:
        self.run_panel.notes.commit()
        self._trashed_count = 0
        self.run_actions.trash(paths)

    def _on_trashed(self, path: Path, trashed_path: Path | None) -> None:
        self.run_panel.notes.clear_run(path)
        if [run.path for run in self.cards.selected_runs] == [path]:
            self.cards.select_neighbor_of((path,))
        self._trashed_count += 1
        destination = str(trashed_path.parent) if trashed_path else trash_name()
        count = self._trashed_count
        if count == 1:
            text = self.tr("Moved %s to %s") % (path.name, destination)
        else:
            text = self.tr("Moved %n run(s) to %s", "", count) % destination
        self.trash_notice.setText(text)
        self.trash_notice.show()

    def _on_files_failed(self, path: Path, error: ErrorReport) -> None:
        if path not in [run.path for run in self.cards.selected_runs]:
            return
        self.run_panel.name.reset_text()
        self.run_panel.show_error(error.what)
        self.group_panel.show_error(error.what)

    # Display

    def _on_scanning_changed(self) -> None:
        error = self.run_library.error
        self.error.setText(error.what if error else "")
        self.error.setVisible(error is not None)
        self._show_selection()

    def _show_selection(self) -> None:
        run, selected_runs = self.cards.current, self.cards.selected_runs
        known, shown = len(self.run_library.runs), self.model.rowCount()
        self.bar.show_summary(shown, known, len(selected_runs), self.run_library.scanning)
        page = self.cards if shown else self._no_matches if known else self._empty_state
        if page is not self._pages.currentWidget():
            self._pages.setCurrentWidget(page)
            focused = QApplication.focusWidget()
            elsewhere = focused is not None and not self.isAncestorOf(focused)
            if page is self.cards and not self.bar.filter.text() and not elsewhere:
                self.cards.setFocus()
        several = len(selected_runs) > 1
        self.group_panel.setVisible(several)
        self.run_panel.setVisible(run is not None and not several)
        if several:
            self.group_panel.show_runs(selected_runs)
        path = run.path if run else None
        if path != self._shown_path:
            self._shown_path = path
            self.trash_notice.hide()
            self.run_panel.show_path(path)
        if run is not None:
            self.run_panel.show_run(run, self.run_actions.busy, self.run_actions.is_own(run))

    def _on_runs_folder_changed(self) -> None:
        self.folders.refresh()
        self.run_library.refresh()

    def _on_run_changed(self) -> None:
        if self.run_actions.busy != self._phase_was_active:
            self._phase_was_active = self.run_actions.busy
            self._show_selection()
            if self.isVisible():
                self.run_library.refresh()
