"""Labels, buttons and cards with the roles of the style sheet."""

from typing import Literal

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QPalette
from PySide6.QtWidgets import QFrame, QLabel, QPushButton, QVBoxLayout, QWidget

from podd_app.style.palette import FollowsPalette
from podd_app.style.theme import GRID_PX, colors_of

TextRole = Literal["title", "heading", "section", "muted", "small", "value", "trouble", "which"]
ButtonRole = Literal["primary", "chip", "toggle", "quiet", "list"]


def label(text: str, role: TextRole | None = None, *, wraps: bool = False) -> QLabel:
    """Create a label with a role of the style sheet."""
    made = QLabel(text)
    made.setWordWrap(wraps)
    if role is not None:
        made.setProperty("role", role)
    return made


def section(text: str) -> QLabel:
    """Create the title of a group of controls, in capitals."""
    return label(text.upper(), "section", wraps=True)


def button(text: str, tooltip: str, role: ButtonRole | None = None) -> QPushButton:
    """Create a push button that takes the focus with Tab but not on a click."""
    made = QPushButton(text)
    made.setToolTip(tooltip)
    made.setFocusPolicy(Qt.FocusPolicy.TabFocus)
    made.setCursor(Qt.CursorShape.PointingHandCursor)
    if role is not None:
        made.setProperty("role", role)
    made.setCheckable(role in ("toggle", "list"))
    return made


class Card(QFrame):
    """Rounded block. Add widgets to `column`."""

    def __init__(
        self, role: Literal["card", "outlined", "alarm"] = "card", parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.setProperty("role", role)
        self.column = QVBoxLayout(self)
        self.column.setContentsMargins(12, 10, 12, 10)
        self.column.setSpacing(GRID_PX // 2)


class ElidedLabel(QLabel):
    """Single-line label that elides text that does not fit and shows the full text as tooltip."""

    def minimumSizeHint(self) -> QSize:
        """Return a width of a few characters."""
        return QSize(32, super().minimumSizeHint().height())

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the text, elided to the width of the label."""
        shown = self.fontMetrics().elidedText(self.text(), Qt.TextElideMode.ElideRight, self.width())
        self.setToolTip(self.text() if shown != self.text() else "")
        painter = QPainter(self)
        painter.setPen(self.palette().color(QPalette.ColorRole.WindowText))
        painter.drawText(self.rect(), self.alignment(), shown)


class RichText(FollowsPalette, QLabel):
    """Muted rich text. Words in ``<b>`` have the regular text color."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("role", "muted")
        self.setTextFormat(Qt.TextFormat.RichText)
        self._html = ""
        self.follow_palette()

    def set_html(self, html: str) -> None:
        """Set the rich text."""
        self._html = html
        self.setText(html.replace("<b>", f'<b style="color:{colors_of(self).text}">'))

    def _apply_palette(self) -> None:
        self.set_html(self._html)


class FactsCard(Card):
    """Card with rich text."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("card", parent)
        self._text = RichText()
        self._text.setProperty("role", "small")
        self._text.setWordWrap(True)
        self.column.setContentsMargins(12, 10, 12, 5)  # the line height adds space below the last line
        self.column.addWidget(self._text)

    def set_html(self, html: str) -> None:
        """Set the rich text. Words in ``<b>`` have the regular text color."""
        self._text.set_html(f'<div style="line-height:140%">{html}</div>')
