"""The line that parts two posters laid over each other."""

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QMouseEvent, QPainter, QPaintEvent, QPen, QWheelEvent
from PySide6.QtWidgets import QAbstractSlider, QWidget

from podd_app.style.theme import colors_of

WIDTH_PX = 28
_MOST = 1000
_GRIP_PX = 24


class Divider(QAbstractSlider):
    """Dragged or moved with the arrow keys; its value is how much lies before it, in thousandths.

    Args:
        parent: what it parts.
    """

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._whole = parent
        self.setOrientation(Qt.Orientation.Horizontal)
        self.setRange(0, _MOST)
        self.setSingleStep(10)
        self.setPageStep(100)
        self.setValue(_MOST // 2)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setCursor(Qt.CursorShape.SplitHCursor)
        self.setAccessibleName(self.tr("Divider between the two posters"))
        self.setToolTip(self.tr("Drag, or move with the arrow keys, to see more of one poster or the other"))

    def sizeHint(self) -> QSize:
        """Wide enough to be caught."""
        return QSize(WIDTH_PX, WIDTH_PX)

    @property
    def share(self) -> float:
        """How much lies before it, in [0, 1]."""
        return self.value() / _MOST

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Take hold of it."""
        event.setAccepted(event.button() == Qt.MouseButton.LeftButton)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Follow the pointer."""
        share = self.mapTo(self._whole, event.position()).x() / self._whole.width()
        mirrored = self.layoutDirection() == Qt.LayoutDirection.RightToLeft
        self.setValue(round(_MOST * (1 - share if mirrored else share)))

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Leave the wheel to the posters, which zoom."""
        event.ignore()

    def paintEvent(self, event: QPaintEvent) -> None:
        """A line with a grip in its middle; a ring round it where the keyboard is."""
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
