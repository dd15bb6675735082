"""A part of a panel that folds."""

from PySide6.QtCore import QPointF, QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QFont, QPainter, QPaintEvent, QPen, QPolygonF
from PySide6.QtWidgets import QAbstractButton, QSizePolicy, QStyle, QVBoxLayout, QWidget

from podd_app.style.theme import colors_of

_HEAD_PX = 30
_SIGN_PX = 16
_FONT_PX = 11


class Collapsible(QWidget):
    """A title that shows and hides what is below it; put widgets into `column`.

    Args:
        title: of the part.
        tooltip: what it tells.
    """

    collapse_toggled = Signal(bool)
    """A person opened (False) or closed (True) it."""

    def __init__(self, title: str, tooltip: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.header = _CollapsibleHeader(title)
        self.header.setToolTip(tooltip)
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
        self.header.clicked.connect(lambda opened: self.collapse_toggled.emit(not opened))
        self._body.hide()

    @property
    def is_expanded(self) -> bool:
        """Whether what is below the title is shown."""
        return self.header.isChecked()

    def set_expanded(self, opened: bool) -> None:
        """Show or hide what is below the title, without `collapse_toggled`."""
        self.header.setChecked(opened)


class _CollapsibleHeader(QAbstractButton):
    """The title under a line, after a sign that points down while the part is open."""

    def __init__(self, title: str) -> None:
        super().__init__()
        self.setText(title)
        self.setCheckable(True)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def sizeHint(self) -> QSize:
        """A line to aim at."""
        return QSize(160, _HEAD_PX)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Everything from the side where lines begin."""
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
        rect = QRect(_SIGN_PX, 1, self.width() - _SIGN_PX, _HEAD_PX - 1)
        painter.drawText(self._mirrored(rect), side | Qt.AlignmentFlag.AlignVCenter, self.text().upper())
        self._draw_sign(painter, QRectF(self._mirrored(QRect(0, 1, _SIGN_PX, _HEAD_PX - 1))), ink)

    def _draw_sign(self, painter: QPainter, rect: QRectF, ink: QColor) -> None:
        along = QPointF(1, 0) if self.isLeftToRight() else QPointF(-1, 0)
        down = QPointF(0, 1)
        ahead, aside = (down, QPointF(1, 0)) if self.isChecked() else (along, down)
        middle = rect.center()
        points = [middle - ahead * 2 - aside * 4, middle + ahead * 2.5, middle - ahead * 2 + aside * 4]
        painter.setPen(QPen(ink, 1.6))
        painter.drawPolyline(QPolygonF(points))

    def _mirrored(self, rect: QRect) -> QRect:
        return QStyle.visualRect(self.layoutDirection(), self.rect(), rect)
