"""Navigation rail: one button for each page."""

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtWidgets import QButtonGroup, QToolButton, QVBoxLayout, QWidget

from podd_app.qt.plain_text import rich_text, set_tooltip
from podd_app.style.icons import icon
from podd_app.style.palette import FollowsPalette
from podd_app.style.theme import colors_of
from podd_app.window.page_entry import PageEntry

WIDTH_PX = 76
_BUTTON_PX = 58


class NavigationRail(FollowsPalette, QWidget):
    """Column of buttons that select a page.

    Args:
        entries: The pages in display order.
    """

    page_selected = Signal(str)
    """Emitted with the key of the page when the user clicks a button."""

    def __init__(self, entries: tuple[PageEntry, ...], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("rail")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self._icons = {entry.key: entry.icon for entry in entries}
        self._buttons: dict[str, QToolButton] = {}
        group = QButtonGroup(self)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 10, 1, 10)
        column.setSpacing(0)
        for entry in sorted(entries, key=lambda entry: entry.at_bottom):
            if entry.at_bottom:
                column.addStretch(1)
            button = QToolButton()
            button.setProperty("role", "rail")
            button.setText(entry.title)
            set_tooltip(button, rich_text("<b>%s</b><br>%s", entry.title, entry.hint))
            button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextUnderIcon)
            button.setIconSize(QSize(22, 22))
            button.setCheckable(True)
            button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
            button.clicked.connect(lambda _, key=entry.key: self.page_selected.emit(key))
            group.addButton(button)
            column.addWidget(button)
            self._buttons[entry.key] = button
        self.follow_palette()
        self._fit_width()

    def _fit_width(self) -> None:
        """Make the rail as wide as the longest title, which depends on the language."""
        hints = [button.sizeHint() for button in self._buttons.values()]
        width = max(WIDTH_PX - 1, *(hint.width() for hint in hints))
        for button, hint in zip(self._buttons.values(), hints, strict=True):
            button.setFixedSize(width, max(_BUTTON_PX, hint.height()))
        self.setFixedWidth(width + 1)

    def button(self, key: str) -> QToolButton:
        """Return the button of a page."""
        return self._buttons[key]

    def set_current_page(self, key: str) -> None:
        """Highlight the button of the current page."""
        self._buttons[key].setChecked(True)
        # Tab stops at the current page only. The arrow keys move to the other buttons.
        for other, button in self._buttons.items():
            button.setFocusPolicy(Qt.FocusPolicy.TabFocus if other == key else Qt.FocusPolicy.NoFocus)

    def _apply_palette(self) -> None:
        colors = colors_of(self)
        for key, button in self._buttons.items():
            button.setIcon(icon(self._icons[key], colors.muted, checked=colors.accent, size_px=22))
