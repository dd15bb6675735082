"""Main window: navigation rail, pages with side panels, top bar and status line."""

from pathlib import Path

from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtGui import QCloseEvent, QDragEnterEvent, QDropEvent, QKeyEvent
from PySide6.QtWidgets import (
    QAbstractButton,
    QComboBox,
    QHBoxLayout,
    QMainWindow,
    QScrollArea,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from podd_app.models.run_status import Phase
from podd_app.services.services import Services
from podd_app.style.theme import scaled
from podd_app.widgets.focus_scroll_area import FocusScrollArea
from podd_app.widgets.page import Page
from podd_app.window.actions import ApplicationActions
from podd_app.window.closing import WindowClosing
from podd_app.window.error_banner import ErrorBanner
from podd_app.window.file_dialogs import FileDialogs
from podd_app.window.first_tour import FirstTour
from podd_app.window.help_topics import SHORTCUTS
from podd_app.window.help_window import HelpWindow
from podd_app.window.navigation_rail import NavigationRail
from podd_app.window.page_area import PageArea
from podd_app.window.page_entry import PageEntry
from podd_app.window.start_question import confirms_start
from podd_app.window.status_line import StatusLine
from podd_app.window.subject import ShownSubject, Subject
from podd_app.window.top_bar import TopBar
from podd_app.window.window_geometry import WindowGeometry
from podd_app.window.window_title import WindowTitle

_PANEL_PX, _WIDEST_PANEL_PX = 312, 480
_FIRST_PAGE = "poster"


class MainWindow(QMainWindow):
    """Main window. Creates each page when the page is first shown.

    Args:
        services: The session, the preferences and the background services.
        pages: The entries of the navigation rail.
    """

    closed = Signal()
    """Emitted when the window has closed."""

    def __init__(self, services: Services, pages: tuple[PageEntry, ...]) -> None:
        super().__init__()
        self.services = services
        self.session = session = services.session
        self._preferences = preferences = services.preferences
        self._page_entries = {entry.key: entry for entry in pages}
        self._pages: dict[str, Page] = {}
        self._page_areas: dict[str, QScrollArea] = {}
        self._panel_areas: dict[str, QScrollArea] = {}
        self._page = ""
        self._page_of_subject = {Subject.DRAFT: _FIRST_PAGE, Subject.RUN: "run"}
        self._run_was_active = False
        self._help: HelpWindow | None = None
        self.setAcceptDrops(True)
        self.subject = ShownSubject(session, self)
        self.files = FileDialogs(session, preferences, self)
        self.actions_ = ApplicationActions(
            self,
            session,
            preferences,
            pages,
            open_file=self.files.open_file,
            open_folder=self.files.open_folder,
            open_example=services.examples.open,
            start=self.start,
            save=self.save_settings,
            show_help=lambda: self.show_help(self.page),
            show_shortcuts=lambda: self.show_help(SHORTCUTS),
            tour=self.start_tour,
            toggle_panel=lambda: self.show_panel(not preferences.panel_shown),
        )
        self.top_bar = TopBar(session, services.presets, self.actions_.menu, self.subject)
        self.rail = NavigationRail(pages)
        self.banner = ErrorBanner()
        self._center = QStackedWidget()
        self._center.setObjectName("center")
        self._panels = QStackedWidget()
        self._panels.setObjectName("panel")
        self._panels.setFixedWidth(min(scaled(_PANEL_PX), _WIDEST_PANEL_PX))
        self.status_line = StatusLine(session, self.subject)
        self._build_layout()
        self.tour = FirstTour(session, self, self.rail, self.top_bar)
        self.closing = WindowClosing(session, self)
        WindowTitle(session, self)

        self.top_bar.draft.start_pressed.connect(self.start)
        self.top_bar.draft.save_requested.connect(self.save_settings)
        self.top_bar.subject_requested.connect(lambda shown: self.show_page(self._page_of_subject[shown]))
        self.top_bar.panel_toggled.connect(self.show_panel)
        self.rail.page_selected.connect(self.show_page)
        session.page_requested.connect(self.show_page)
        session.error_reported.connect(self.banner.show_error)
        session.notice_reported.connect(self.banner.show_notice)
        # An earlier message, such as the reason why the draft could not start, no longer applies.
        session.start_requested.connect(self.banner.hide)
        session.run_changed.connect(self._on_run_changed)
        session.runs_folder_changed.connect(self._on_runs_folder_changed)
        WindowGeometry(self).restore(preferences.geometry)
        self.show_page(preferences.page if preferences.page in self._page_entries else _FIRST_PAGE)

    def _build_layout(self) -> None:
        middle = self._middle = QVBoxLayout()
        middle.setSpacing(0)
        self._banner_container = QWidget()
        banner_layout = QVBoxLayout(self._banner_container)
        banner_layout.setContentsMargins(16, 12, 16, 0)
        banner_layout.addWidget(self.banner)
        middle.addWidget(self._banner_container)
        middle.addWidget(self._center, 1)
        self._banner_container.hide()
        self.banner.installEventFilter(self)
        row = QHBoxLayout()
        row.setSpacing(0)
        row.addWidget(self.rail)
        row.addLayout(middle, 1)
        row.addWidget(self._panels)
        central = QWidget()
        column = QVBoxLayout(central)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.top_bar)
        column.addLayout(row, 1)
        column.addWidget(self.status_line)
        self.setCentralWidget(central)

    # Pages

    @property
    def page(self) -> str:
        """Key of the current page."""
        return self._page

    def show_page(self, key: str) -> None:
        """Show a page. Create the page the first time."""
        page, entry = self.page_widget(key), self._page_entries[key]
        self._page = key
        self._center.setCurrentWidget(self._page_areas[key])
        if page.panel is not None:
            self._panels.setCurrentWidget(self._panel_areas[key])
        self.show_panel(self._preferences.panel_shown)
        self.rail.set_current_page(key)
        self.top_bar.show_page(key, has_panel=page.panel is not None)
        if entry.subject is not None:
            self._page_of_subject[entry.subject] = key
        self.subject.show(entry.subject)
        # The arrow keys on the rail must keep the focus there.
        focused = self.focusWidget()
        if focused is None or not self.rail.isAncestorOf(focused):
            page.setFocus()

    def page_widget(self, key: str) -> Page:
        """Return the page with this key. Create the page if necessary."""
        if key not in self._pages:
            page = self._pages[key] = self._page_entries[key].make(self.services)
            self._page_areas[key] = PageArea(page)
            self._center.addWidget(self._page_areas[key])
            if page.panel is not None:
                self._panel_areas[key] = self._panel_area(page.panel)
                self._panels.addWidget(self._panel_areas[key])
        return self._pages[key]

    def _panel_area(self, panel: QWidget) -> QScrollArea:
        panel.setObjectName("panelBody")
        area = FocusScrollArea()
        area.setWidget(panel)
        return area

    def show_panel(self, shown: bool) -> None:
        """Show or hide the side panel of all pages, and remember the choice."""
        self._preferences.panel_shown = shown
        self._panels.setVisible(shown and self._pages[self._page].panel is not None)
        self.top_bar.panel_button.setChecked(shown)

    def add_notice_bar(self, bar: QWidget) -> None:
        """Add a bar above the pages."""
        self._middle.insertWidget(self._middle.indexOf(self._center), bar)

    # Actions

    def start(self) -> None:
        """Apply the text of the focused field, then start a run. Ask first if memory or disk are short."""
        self._commit_field_edits()
        if not self.session.can_start or confirms_start(self, self.session.run_estimate.shortage):
            self.session.start()

    def _commit_field_edits(self) -> None:
        focused = self.focusWidget()
        if focused is not None:
            focused.clearFocus()

    def save_settings(self) -> None:
        """Ask for a file name and save the settings as TOML."""
        self._commit_field_edits()
        self.files.save_settings()

    def open_path(self, path: Path) -> None:
        """Open a run, bundle, settings file or folder of images."""
        self.files.open_path(path)

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        """Accept files and folders."""
        if any(url.isLocalFile() for url in event.mimeData().urls()):
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        """Open the dropped files and folders."""
        for url in event.mimeData().urls():
            if url.isLocalFile():
                self.open_path(Path(url.toLocalFile()))
        event.acceptProposedAction()

    # Help

    def show_help(self, topic: str) -> None:
        """Show a help topic.

        Args:
            topic: The key of a page, or the name of another topic.
        """
        if self._help is None:
            self._help = HelpWindow(self)
        self._help.show_topic(topic)

    def start_tour(self) -> None:
        """Start the tour. The tour no longer starts automatically afterwards."""
        self._preferences.set_tour_shown()
        self.tour.begin(self.page)

    # Closing

    def closeEvent(self, event: QCloseEvent) -> None:
        """Close the window. During a run, ask first, and close when the run has stopped."""
        # The draft survives even if the run fails to stop and the user ends the program in another way.
        self.services.draft_autosave.save()
        if not self.closing.may_close():
            event.ignore()
            return
        self._preferences.geometry = self.saveGeometry()
        self._preferences.page = self.page
        self._preferences.flush()
        super().closeEvent(event)
        self.closed.emit()

    def close_without_question(self) -> None:
        """Save the draft, stop the run in progress, and close the window."""
        self.services.draft_autosave.save()
        self.closing.close_without_question()

    def _on_runs_folder_changed(self) -> None:
        self._preferences.runs_folder = self.session.runs_folder

    def _on_run_changed(self) -> None:
        """Return to the draft if a run has ended without leaving anything."""
        phase = self.session.run.phase
        if self._run_was_active and phase is Phase.READY and self.page == "run":
            self.show_page(self._page_of_subject[Subject.DRAFT])
        self._run_was_active = phase.active

    def event(self, event: QEvent) -> bool:
        """Let Space press a focused button or open a drop-down list instead of pausing the run."""
        if (
            event.type() == QEvent.Type.ShortcutOverride
            and isinstance(event, QKeyEvent)
            and event.key() == Qt.Key.Key_Space
            and isinstance(self.focusWidget(), QAbstractButton | QComboBox)
        ):
            event.accept()
            return True
        return super().event(event)

    def eventFilter(self, watched: object, event: QEvent) -> bool:
        """Show the container of the banner only while the banner is visible."""
        if watched is self.banner and event.type() in (QEvent.Type.ShowToParent, QEvent.Type.HideToParent):
            self._banner_container.setVisible(event.type() == QEvent.Type.ShowToParent)
        return False
