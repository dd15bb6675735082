"""Top bar: the menu, a switch between draft and run, and the buttons of the one that is shown."""

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QMenu, QSizePolicy, QStackedWidget, QToolButton, QWidget

from podd_app.models.preset_store import PresetStore
from podd_app.models.run_status import Phase
from podd_app.models.session import Session
from podd_app.qt.plain_text import set_tooltip
from podd_app.style.icons import icon
from podd_app.style.palette import FollowsPalette
from podd_app.style.theme import colors_of, scaled
from podd_app.widgets.text import button
from podd_app.window.draft_bar import DraftBar
from podd_app.window.run_bar import RunBar
from podd_app.window.run_texts import tab_text
from podd_app.window.subject import ShownSubject, Subject

HEIGHT_PX = 48
_WIDEST_TAB_PX, _TAB_PADDING_PX = 240, 16


class TopBar(FollowsPalette, QWidget):
    """Shows either the draft or the run on screen, never both.

    Args:
        session: the session with the run and the draft.
        presets: the presets in the preset menu.
        menu: the main menu, opened by the first button.
        subject: which of draft and run is shown.

    Attributes:
        draft: part for the draft.
        run: part for the run.
        start, pause, resume, stop: buttons of these parts.
    """

    subject_requested = Signal(object)
    """The `Subject` whose tab was clicked."""
    panel_toggled = Signal(bool)
    """Emitted when the user shows or hides the side panel."""

    def __init__(
        self,
        session: Session,
        presets: PresetStore,
        menu: QMenu,
        subject: ShownSubject,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._session, self._subject = session, subject
        self.setObjectName("topBar")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setFixedHeight(scaled(HEIGHT_PX))
        self._menu = self._tool_button(self.tr("Menu (F10)"), self.tr("Menu"))
        self._menu.setShortcut("F10")
        self._menu.setMenu(menu)
        self._menu.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self._menu.setStyleSheet("QToolButton::menu-indicator { image: none; }")
        self.draft_tab = button(self.tr("Draft"), self.tr("Show the settings of the next run"), "tab")
        self.run_tab = button("", self.tr("Show the run"), "tab")
        self.run_tab.setMaximumWidth(scaled(_WIDEST_TAB_PX))
        self.draft = DraftBar(session, presets)
        self.run = RunBar(session)
        self.start = self.draft.start
        self.pause, self.resume, self.stop = self.run.pause, self.run.resume, self.run.stop
        self._bars = QStackedWidget()
        # The wider bar must not determine the minimum width of the window.
        self._bars.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self._bars.setMinimumWidth(1)
        self._bars.addWidget(self.draft)
        self._bars.addWidget(self.run)
        self.panel_button = self._tool_button(
            self.tr("Show or hide the side panel (F9)"), self.tr("Side panel")
        )
        self.panel_button.setCheckable(True)
        row = QHBoxLayout(self)
        row.setContentsMargins(8, 0, 16, 0)
        row.setSpacing(6)
        row.addWidget(self._menu)
        row.addWidget(self.draft_tab)
        row.addWidget(self.run_tab)
        row.addSpacing(6)
        row.addWidget(self._bars, 1)
        row.addWidget(self.panel_button)
        self.draft_tab.clicked.connect(lambda: self._on_tab_clicked(Subject.DRAFT))
        self.run_tab.clicked.connect(lambda: self._on_tab_clicked(Subject.RUN))
        self.panel_button.clicked.connect(self.panel_toggled)
        subject.changed.connect(self._refresh)
        session.run_changed.connect(self._refresh)
        session.run_progressed.connect(self._show_tab_text)
        session.run_history.evaluated.connect(self._show_tab_text)
        session.run_history.opened.connect(self._show_tab_text)
        self._refresh()
        self.follow_palette()

    def _tool_button(self, tooltip: str, name: str) -> QToolButton:
        made = QToolButton()
        made.setProperty("role", "mark")
        made.setFixedSize(32, 32)
        made.setIconSize(QSize(20, 20))
        set_tooltip(made, tooltip)
        made.setAccessibleName(name)
        made.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        return made

    def show_page(self, key: str, *, has_panel: bool) -> None:
        """Update the buttons for the current page.

        Args:
            key: key of the page.
            has_panel: whether the page has a side panel.
        """
        self.run.show_page(key)
        self.panel_button.setVisible(has_panel)

    def _on_tab_clicked(self, subject: Subject) -> None:
        self._refresh()  # a click must not uncheck the current tab
        self.subject_requested.emit(subject)

    def _refresh(self) -> None:
        shows_run = self._subject.value is Subject.RUN
        self._bars.setCurrentWidget(self.run if shows_run else self.draft)
        self.draft_tab.setChecked(not shows_run)
        self.run_tab.setChecked(shows_run)
        self.run_tab.setVisible(self._session.run.phase is not Phase.READY)
        self._show_tab_text()

    def _show_tab_text(self) -> None:
        text = tab_text(self._session)
        width = self.run_tab.maximumWidth() - 2 * _TAB_PADDING_PX
        shown = self.run_tab.fontMetrics().elidedText(text, Qt.TextElideMode.ElideMiddle, width)
        self.run_tab.setText(shown)
        self.run_tab.setAccessibleName(text)

    def _apply_palette(self) -> None:
        colors = colors_of(self)
        self._menu.setIcon(icon("menu", colors.muted))
        self.panel_button.setIcon(icon("panel", colors.muted, checked=colors.accent))
