"""Collapsible section of a panel."""

from PySide6.QtCore import QPointF, QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QFont, QPainter, QPaintEvent, QPen, QPolygonF
from PySide6.QtWidgets import QAbstractButton, QSizePolicy, QStyle, QVBoxLayout, QWidget

from podd_app.qt.plain_text import set_tooltip
from podd_app.style.theme import colors_of

_HEADER_PX = 30
_ARROW_PX = 16
_FONT_PX = 11


class Collapsible(QWidget):
    """Section with a header that shows and hides the content. Add widgets to `column`.

    Args:
        title: Title in the header.
        tooltip: Tooltip of the header.
    """

    collapse_toggled = Signal(bool)
    """Emitted with True when the user collapses the section, and with False when the user expands it."""

    def __init__(self, title: str, tooltip: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.header = _CollapsibleHeader(title)
        set_tooltip(self.header, tooltip)
        self._body = QWidget()
        self.column = QVBoxLayout(self._body)
        self.column.setContentsMargins(0, 2, 0, 8)
        self.column.setSpacing(6)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(0)
        whole.addWidget(self.header)
        whole.addWidget(self._body)
        self.header.toggled.connect(self._body.setVisible)
        self.header.clicked.connect(lambda expanded: self.collapse_toggled.emit(not expanded))
        self._body.hide()

    @property
    def is_expanded(self) -> bool:
        """Whether the content is shown."""
        return self.header.isChecked()

    def set_expanded(self, expanded: bool) -> None:
        """Show or hide the content without emitting `collapse_toggled`."""
        self.header.setChecked(expanded)


class _CollapsibleHeader(QAbstractButton):
    """Header with a separator line, an arrow and the title. The arrow points down when expanded."""

    def __init__(self, title: str) -> None:
        super().__init__()
        self.setText(title)
        self.setCheckable(True)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def sizeHint(self) -> QSize:
        """Return the size of one line that is easy to click."""
        return QSize(160, _HEADER_PX)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint line, arrow and title. Right-to-left layouts are mirrored."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        colors = colors_of(self)
        painter.fillRect(QRectF(0, 0, self.width(), 1), QColor(colors.border))
        if self.hasFocus():
            painter.setPen(QPen(QColor(colors.accent), 2))
            painter.drawRoundedRect(QRectF(self.rect()).adjusted(1, 2, -1, -1), 4, 4)
        lit = self.isChecked() or self.underMouse()
        ink = QColor(colors.text if lit else colors.muted)
        font = QFont(self.font())
        font.setPixelSize(_FONT_PX)
        font.setWeight(QFont.Weight.DemiBold)
        font.setLetterSpacing(QFont.SpacingType.AbsoluteSpacing, 1)
        painter.setFont(font)
        painter.setPen(ink)
        side = QStyle.visualAlignment(self.layoutDirection(), Qt.AlignmentFlag.AlignLeft)
        rect = QRect(_ARROW_PX, 1, self.width() - _ARROW_PX, _HEADER_PX - 1)
        painter.drawText(self._mirrored(rect), side | Qt.AlignmentFlag.AlignVCenter, self.text().upper())
        self._draw_arrow(painter, QRectF(self._mirrored(QRect(0, 1, _ARROW_PX, _HEADER_PX - 1))), ink)

    def _draw_arrow(self, painter: QPainter, rect: QRectF, ink: QColor) -> None:
        along = QPointF(1, 0) if self.isLeftToRight() else QPointF(-1, 0)
        down = QPointF(0, 1)
        ahead, aside = (down, QPointF(1, 0)) if self.isChecked() else (along, down)
        middle = rect.center()
        points = [middle - ahead * 2 - aside * 4, middle + ahead * 2.5, middle - ahead * 2 + aside * 4]
        painter.setPen(QPen(ink, 1.6))
        painter.drawPolyline(QPolygonF(points))

    def _mirrored(self, rect: QRect) -> QRect:
        return QStyle.visualRect(self.layoutDirection(), self.rect(), rect)
