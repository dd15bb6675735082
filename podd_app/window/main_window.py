"""Main window: navigation rail, pages with side panels, top bar and status line."""

from pathlib import Path

from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtGui import QCloseEvent, QDragEnterEvent, QDropEvent, QKeyEvent
from PySide6.QtWidgets import (
    QAbstractButton,
    QComboBox,
    QFileDialog,
    QHBoxLayout,
    QMainWindow,
    QMessageBox,
    QScrollArea,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from podd_app.models.preferences import EditedSettings
from podd_app.models.run_status import ErrorReport
from podd_app.services.services import Services
from podd_app.style.icons import pixmap
from podd_app.style.theme import colors_of, scaled
from podd_app.widgets.focus_scroll_area import FocusScrollArea
from podd_app.widgets.page import Page
from podd_app.window.actions import ApplicationActions
from podd_app.window.error_banner import ErrorBanner
from podd_app.window.first_tour import FirstTour
from podd_app.window.help_topics import SHORTCUTS
from podd_app.window.help_window import HelpWindow
from podd_app.window.navigation_rail import NavigationRail
from podd_app.window.page_entry import PageEntry
from podd_app.window.status_line import StatusLine
from podd_app.window.top_bar import TopBar
from podd_engine.errors import StorageError
from podd_engine.io.atomic_write import atomic_write_bytes

_SIZE_PX = (1280, 800)
_MINIMUM_PX = (960, 620)
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
        self._panel_scroll_areas: dict[str, QScrollArea] = {}
        self._help: HelpWindow | None = None
        self._closing = False
        self.setWindowTitle("PoDD Studio")
        self.setMinimumSize(*_MINIMUM_PX)
        self.setAcceptDrops(True)
        self.actions_ = ApplicationActions(
            self,
            session,
            preferences,
            pages,
            open_file=self._open_file,
            open_folder=self._open_folder,
            open_example=services.examples.open,
            start=self.start,
            save=self.save_settings,
            show_help=lambda: self.show_help(self.page),
            show_shortcuts=lambda: self.show_help(SHORTCUTS),
            tour=self.start_tour,
        )
        self.top_bar = TopBar(session, services.presets, self.actions_.menu)
        self.rail = NavigationRail(pages)
        self.banner = ErrorBanner()
        self._center = QStackedWidget()
        self._center.setObjectName("center")
        self._panels = QStackedWidget()
        self._panels.setObjectName("panel")
        self._panels.setFixedWidth(min(scaled(_PANEL_PX), _WIDEST_PANEL_PX))
        self.status_line = StatusLine(session)
        self._build_layout()
        self.tour = FirstTour(session, self, self.rail, self.top_bar)

        self.top_bar.start_pressed.connect(self.start)
        self.top_bar.save_requested.connect(self.save_settings)
        self.rail.page_selected.connect(self.show_page)
        session.page_requested.connect(self.show_page)
        session.error_reported.connect(self.banner.show_error)
        session.run_changed.connect(self._on_run_changed)
        session.runs_folder_changed.connect(self._on_runs_folder_changed)
        self._restore()

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

    def _restore(self) -> None:
        self.resize(*_SIZE_PX)
        if not self._preferences.geometry.isEmpty():
            self.restoreGeometry(self._preferences.geometry)
        self.show_page(
            self._preferences.page if self._preferences.page in self._page_entries else _FIRST_PAGE
        )

    # Pages

    @property
    def page(self) -> str:
        """Key of the current page."""
        return next(key for key, page in self._pages.items() if page is self._center.currentWidget())

    def show_page(self, key: str) -> None:
        """Show a page. Create the page the first time."""
        page = self.page_widget(key)
        self._center.setCurrentWidget(page)
        panel = page.panel
        self._panels.setVisible(panel is not None)
        if panel is not None:
            self._panels.setCurrentWidget(self._panel_scroll_areas[key])
        self.rail.set_current_page(key)
        self.top_bar.show_page(key)
        # The arrow keys on the rail must keep the focus there.
        focused = self.focusWidget()
        if focused is None or not self.rail.isAncestorOf(focused):
            page.setFocus()

    def page_widget(self, key: str) -> Page:
        """Return the page with this key. Create the page if necessary."""
        if key not in self._pages:
            page = self._page_entries[key].make(self.services)
            self._pages[key] = page
            self._center.addWidget(page)
            if page.panel is not None:
                self._panel_scroll_areas[key] = self._scroll(page.panel)
                self._panels.addWidget(self._panel_scroll_areas[key])
        return self._pages[key]

    def _scroll(self, panel: QWidget) -> QScrollArea:
        panel.setObjectName("panelBody")
        area = FocusScrollArea()
        area.setWidget(panel)
        return area

    def add_notice_bar(self, bar: QWidget) -> None:
        """Add a bar above the pages."""
        self._middle.insertWidget(self._middle.indexOf(self._center), bar)

    def start(self) -> None:
        """Apply the text of the focused field, then start a run."""
        self._commit_field_edits()
        self.session.start()

    def _commit_field_edits(self) -> None:
        focused = self.focusWidget()
        if focused is not None:
            focused.clearFocus()

    # Files

    def save_settings(self) -> None:
        """Ask for a file name and save the settings as TOML."""
        self._commit_field_edits()
        config = self.session.config
        if config is None:
            self.session.report_error(
                ErrorReport(self.tr("Invalid settings cannot be saved"), self.session.start_blocker)
            )
            return
        suggestion = f"{self.session.origin.name}.toml"
        chosen, _ = QFileDialog.getSaveFileName(
            self, self.tr("Save settings"), suggestion, self.tr("Settings (*.toml)")
        )
        if not chosen:
            return
        path = Path(chosen).with_suffix(".toml")
        try:
            atomic_write_bytes(path, config.to_toml().encode())
        except StorageError as error:
            self.session.report_error(ErrorReport(self.tr("The settings could not be saved"), str(error)))
            return
        self._preferences.add_recent(path)
        self.session.load_config(config, path.stem)

    def _open_file(self) -> None:
        name_filter = self.tr("Settings and posters (*.toml *.safetensors)")
        chosen, _ = QFileDialog.getOpenFileName(self, self.tr("Open"), "", name_filter)
        if chosen:
            self.open_path(Path(chosen))

    def _open_folder(self) -> None:
        chosen = QFileDialog.getExistingDirectory(self, self.tr("Open a run or a folder of images"))
        if chosen:
            self.open_path(Path(chosen))

    def open_path(self, path: Path) -> None:
        """Open a run, bundle, settings file or folder of images."""
        self._preferences.add_recent(path)
        self.session.open_path(path)

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
        if self.session.run.phase.active:
            event.ignore()
            if not self._closing and self._confirm_stop():
                self._closing = True
                self.session.stop()
            return
        self._preferences.geometry = self.saveGeometry()
        self._preferences.page = self.page
        if self.session.config is not None:
            self._preferences.edited = EditedSettings(self.session.config, self.session.origin.name)
        self._preferences.flush()
        super().closeEvent(event)
        self.closed.emit()

    def _confirm_stop(self) -> bool:
        box = QMessageBox(self)
        box.setIconPixmap(pixmap("run", colors_of(self).accent, 32, self.devicePixelRatioF()))
        box.setTextFormat(Qt.TextFormat.PlainText)
        box.setText(self.tr("A run is in progress."))
        box.setInformativeText(self.tr("Closing stops the run. You can resume it from the last saved step."))
        stop = box.addButton(self.tr("Stop and close"), QMessageBox.ButtonRole.AcceptRole)
        box.addButton(self.tr("Keep running"), QMessageBox.ButtonRole.RejectRole)
        box.exec()
        return box.clickedButton() is stop

    def _on_runs_folder_changed(self) -> None:
        self._preferences.runs_folder = self.session.runs_folder

    def _on_run_changed(self) -> None:
        if self._closing and not self.session.run.phase.active:
            self.close()

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
