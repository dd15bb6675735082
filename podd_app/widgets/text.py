"""Labels, buttons and cards with the roles of the style sheet."""

from typing import Literal

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QPalette
from PySide6.QtWidgets import QFrame, QLabel, QPushButton, QVBoxLayout, QWidget

from podd_app.qt.plain_text import Html, action_text, breakable, set_tooltip, single_line
from podd_app.style.palette import FollowsPalette
from podd_app.style.theme import GRID_PX, colors_of

TextRole = Literal["title", "heading", "section", "muted", "small", "value", "trouble", "which"]
ButtonRole = Literal["primary", "chip", "toggle", "tab", "quiet", "list"]


class PlainLabel(QLabel):
    """Label that shows its text literally, also if the text looks like rich text.

    A label that wraps its text also wraps long words, so that a long name does not widen the window.
    """

    def __init__(self, text: str = "", parent: QWidget | None = None, *, wraps: bool = False) -> None:
        super().__init__(parent)
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setWordWrap(wraps)
        self.setText(text)

    def setText(self, text: str) -> None:
        """Set the text of the label."""
        self._text = text
        super().setText(breakable(text) if self.wordWrap() else text)

    def text(self) -> str:
        """Return the text that was set."""
        return self._text


class PlainButton(QPushButton):
    """Push button that shows its text literally. ``&`` marks no shortcut key."""

    def __init__(self, text: str = "", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setText(text)

    def setText(self, text: str) -> None:
        """Set the text of the button."""
        super().setText(action_text(text))


def label(text: str, role: TextRole | None = None, *, wraps: bool = False) -> PlainLabel:
    """Create a label with a role of the style sheet. The label shows its text literally."""
    made = PlainLabel(text, wraps=wraps)
    if role is not None:
        made.setProperty("role", role)
    return made


def section(text: str) -> PlainLabel:
    """Create the title of a group of controls, in capitals."""
    return label(text.upper(), "section", wraps=True)


def button(text: str, tooltip: str, role: ButtonRole | None = None) -> PlainButton:
    """Create a push button that takes the focus with Tab but not on a click."""
    made = PlainButton(text)
    set_tooltip(made, tooltip)
    made.setFocusPolicy(Qt.FocusPolicy.TabFocus)
    made.setCursor(Qt.CursorShape.PointingHandCursor)
    if role is not None:
        made.setProperty("role", role)
    made.setCheckable(role in ("toggle", "tab", "list"))
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


class ElidedLabel(PlainLabel):
    """Single-line label that elides text that does not fit and shows the full text as tooltip."""

    def minimumSizeHint(self) -> QSize:
        """Return a width of a few characters."""
        return QSize(32, super().minimumSizeHint().height())

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the text, elided to the width of the label."""
        text = single_line(self.text())
        shown = self.fontMetrics().elidedText(text, Qt.TextElideMode.ElideRight, self.width())
        set_tooltip(self, self.text() if shown != text else "")
        painter = QPainter(self)
        painter.setPen(self.palette().color(QPalette.ColorRole.WindowText))
        painter.drawText(self.rect(), self.alignment(), shown)


class RichText(FollowsPalette, QLabel):
    """Rich text. Words in ``<b>`` have the regular text color.

    Args:
        role: role of the style sheet; None for the regular text color.
        parent: parent widget.
    """

    def __init__(self, role: TextRole | None = "muted", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        if role is not None:
            self.setProperty("role", role)
        self.setTextFormat(Qt.TextFormat.RichText)
        self._html = Html()
        self.follow_palette()

    def set_html(self, html: Html) -> None:
        """Set the rich text. `podd_app.qt.plain_text.rich_text` escapes names and messages."""
        self._html = html
        self.setText(html.replace("<b>", f'<b style="color:{colors_of(self).text}">'))

    def _apply_palette(self) -> None:
        self.set_html(self._html)


class FactsCard(Card):
    """Card with rich text."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("card", parent)
        self._text = RichText("small")
        self._text.setWordWrap(True)
        self.column.setContentsMargins(12, 10, 12, 5)  # the line height adds space below the last line
        self.column.addWidget(self._text)

    def set_html(self, html: Html) -> None:
        """Set the rich text. Words in ``<b>`` have the regular text color."""
        self._text.set_html(Html(f'<div style="line-height:140%">{html}</div>'))
