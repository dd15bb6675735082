"""Movable divider between two overlaid posters."""

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QMouseEvent, QPainter, QPaintEvent, QPen, QWheelEvent
from PySide6.QtWidgets import QAbstractSlider, QWidget

from podd_app.qt.plain_text import set_tooltip
from podd_app.style.theme import colors_of

WIDTH_PX = 28
_MAX_VALUE = 1000
_GRIP_PX = 24


class Divider(QAbstractSlider):
    """Divider that the mouse or the arrow keys move.

    The value is the part of the parent width before the divider, in thousandths.

    Args:
        parent: the widget that the divider divides.
    """

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._area = parent
        self.setOrientation(Qt.Orientation.Horizontal)
        self.setRange(0, _MAX_VALUE)
        self.setSingleStep(10)
        self.setPageStep(100)
        self.setValue(_MAX_VALUE // 2)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setCursor(Qt.CursorShape.SplitHCursor)
        self.setAccessibleName(self.tr("Divider between the two posters"))
        set_tooltip(self, self.tr("Drag, or use the arrow keys, to move the divider"))

    def sizeHint(self) -> QSize:
        """Return a width that is easy to grab."""
        return QSize(WIDTH_PX, WIDTH_PX)

    @property
    def share(self) -> float:
        """Part of the parent width before the divider, in [0, 1]."""
        return self.value() / _MAX_VALUE

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Accept a press of the left button."""
        event.setAccepted(event.button() == Qt.MouseButton.LeftButton)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Move the divider to the pointer."""
        share = self.mapTo(self._area, event.position()).x() / self._area.width()
        mirrored = self.layoutDirection() == Qt.LayoutDirection.RightToLeft
        self.setValue(round(_MAX_VALUE * (1 - share if mirrored else share)))

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Pass wheel events to the canvases, so that they zoom."""
        event.ignore()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw a line with a grip in the center, and a ring around the grip on keyboard focus."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        x, middle, height = self.width() / 2, self.height() / 2, self.height()
        painter.fillRect(QRectF(x - 2, 0, 4, height), QColor(0, 0, 0, 70))
        painter.fillRect(QRectF(x - 1, 0, 2, height), QColor("#ffffff"))
        colors = colors_of(self)
        ring = QPen(QColor(colors.accent), 3) if self.hasFocus() else QPen(QColor(0, 0, 0, 90), 1)
        painter.setPen(ring)
        painter.setBrush(QColor("#ffffff"))
        painter.drawEllipse(QPointF(x, middle), _GRIP_PX / 2 - 1, _GRIP_PX / 2 - 1)
        arrow = QPen(QColor("#191d2b"), 1.6)
        arrow.setCapStyle(Qt.PenCapStyle.RoundCap)
        painter.setPen(arrow)
        for side in (-1, 1):
            tip = QPointF(x + side * 7, middle)
            painter.drawLine(tip, QPointF(x + side * 3.5, middle - 3.5))
            painter.drawLine(tip, QPointF(x + side * 3.5, middle + 3.5))
