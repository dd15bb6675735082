"""The rail: places in the order of the work, settings at its foot."""

from PySide6.QtCore import QEvent, QSize, Qt, Signal
from PySide6.QtWidgets import QButtonGroup, QToolButton, QVBoxLayout, QWidget

from podd_app.style.icons import icon
from podd_app.style.theme import colors_of
from podd_app.window.page_entry import PageEntry

WIDTH_PX = 76
_BUTTON_PX = 58


class NavigationRail(QWidget):
    """One button a place.

    Args:
        entries: the places, in order.
    """

    page_selected = Signal(str)
    """Key of the place the user went to."""

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
            made = QToolButton()
            made.setProperty("role", "rail")
            made.setText(entry.title)
            made.setToolTip(f"<qt><b>{entry.title}</b><br>{entry.hint}</qt>")
            made.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextUnderIcon)
            made.setIconSize(QSize(22, 22))
            made.setCheckable(True)
            made.setFocusPolicy(Qt.FocusPolicy.TabFocus)
            made.clicked.connect(lambda _, key=entry.key: self.page_selected.emit(key))
            group.addButton(made)
            column.addWidget(made)
            self._buttons[entry.key] = made
        self._apply_palette()
        self._measure()

    def _measure(self) -> None:
        """As wide as the longest title; wider than usual in languages with long words."""
        hints = [made.sizeHint() for made in self._buttons.values()]
        width = max(WIDTH_PX - 1, *(hint.width() for hint in hints))
        for made, hint in zip(self._buttons.values(), hints, strict=True):
            made.setFixedSize(width, max(_BUTTON_PX, hint.height()))
        self.setFixedWidth(width + 1)

    def button(self, key: str) -> QToolButton:
        """The button of the place with this key."""
        return self._buttons[key]

    def set_current_page(self, key: str) -> None:
        """Mark the place on screen."""
        self._buttons[key].setChecked(True)
        for other, made in self._buttons.items():  # Tab comes to the place on screen, arrows go on from there
            made.setFocusPolicy(Qt.FocusPolicy.TabFocus if other == key else Qt.FocusPolicy.NoFocus)

    def changeEvent(self, event: QEvent) -> None:
        """Follow the scheme."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange:
            self._apply_palette()

    def _apply_palette(self) -> None:
        colors = colors_of(self)
        for key, made in self._buttons.items():
            made.setIcon(icon(self._icons[key], colors.muted, checked=colors.accent, size_px=22))
