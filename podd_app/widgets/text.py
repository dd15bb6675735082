"""Text in the few roles the program has, and the surfaces it stands on."""

from typing import Literal

from PySide6.QtCore import QEvent, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QPalette
from PySide6.QtWidgets import QFrame, QLabel, QPushButton, QVBoxLayout, QWidget

from podd_app.style.theme import GRID_PX, colors_of

TextRole = Literal["title", "heading", "section", "muted", "small", "value", "trouble", "which"]
ButtonRole = Literal["primary", "chip", "toggle", "quiet", "list"]


def label(text: str, role: TextRole | None = None, *, wraps: bool = False) -> QLabel:
    """A label in one of the program's roles."""
    made = QLabel(text)
    made.setWordWrap(wraps)
    if role is not None:
        made.setProperty("role", role)
    return made


def section(text: str) -> QLabel:
    """The title over a group of controls."""
    return label(text.upper(), "section", wraps=True)


def button(text: str, tooltip: str, role: ButtonRole | None = None) -> QPushButton:
    """A push button whose focus ring appears for the keyboard only."""
    made = QPushButton(text)
    made.setToolTip(tooltip)
    made.setFocusPolicy(Qt.FocusPolicy.TabFocus)
    made.setCursor(Qt.CursorShape.PointingHandCursor)
    if role is not None:
        made.setProperty("role", role)
    made.setCheckable(role in ("toggle", "list"))
    return made


class Card(QFrame):
    """A quiet rounded block; put widgets into `column`."""

    def __init__(
        self, role: Literal["card", "outlined", "alarm"] = "card", parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.setProperty("role", role)
        self.column = QVBoxLayout(self)
        self.column.setContentsMargins(12, 10, 12, 10)
        self.column.setSpacing(GRID_PX // 2)


class ElidedLabel(QLabel):
    """A line that gives way: it ends in … where there is no room, and tells the rest as a tooltip."""

    def minimumSizeHint(self) -> QSize:
        """Room for a few letters."""
        return QSize(32, super().minimumSizeHint().height())

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw as much as fits."""
        shown = self.fontMetrics().elidedText(self.text(), Qt.TextElideMode.ElideRight, self.width())
        self.setToolTip(self.text() if shown != self.text() else "")
        painter = QPainter(self)
        painter.setPen(self.palette().color(QPalette.ColorRole.WindowText))
        painter.drawText(self.rect(), self.alignment(), shown)


class RichText(QLabel):
    """Muted words with a few figures in ``<b>`` that stand out, in either scheme."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("role", "muted")
        self.setTextFormat(Qt.TextFormat.RichText)
        self._html = ""

    def set_html(self, html: str) -> None:
        """Show ``html``."""
        self._html = html
        self.setText(html.replace("<b>", f'<b style="color:{colors_of(self).text}">'))

    def changeEvent(self, event: QEvent) -> None:
        """Follow the scheme."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange:
            self.set_html(self._html)


class FactsCard(Card):
    """Rich text on a card."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("card", parent)
        self._text = RichText()
        self._text.setProperty("role", "small")
        self._text.setWordWrap(True)
        self.column.setContentsMargins(12, 10, 12, 5)  # the last line brings air of its own
        self.column.addWidget(self._text)

    def set_html(self, html: str) -> None:
        """Show ``html``; figures in ``<b>`` stand out."""
        self._text.set_html(f'<div style="line-height:140%">{html}</div>')
