"""A slim track of outer steps with a mark for every kept poster."""

from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QHelpEvent, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QWheelEvent
from PySide6.QtWidgets import QAbstractSlider, QSizePolicy, QToolTip, QWidget

from podd_app.theme import colours_of
from podd_app.wording import count

_HEIGHT_PX = 32
_INSET_PX = 10
_GROOVE_PX = 4
_MARK_PX = (2, 10)
_HANDLE_PX = 14
_BEST_PX = 3.5


class Track(QAbstractSlider):
    """Marks lie where their steps are, from 0 to the live end; pointer and keys move between them.

    It changes nothing itself: it tells what was chosen, and shows what it is given. While it is
    dragged the scale holds still, however far the live end goes on meanwhile.
    """

    chosen = Signal(object)
    """The step of the mark that was chosen, or None for the live end."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setOrientation(Qt.Orientation.Horizontal)
        self.setAccessibleName(self.tr("Poster over time"))
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setMouseTracking(True)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self._stops: tuple[int, ...] = ()
        self._best: int | None = None
        self._live = True
        self._hovered: int | None = None
        self._end = 1
        self._dragged = False
        self.setRange(0, 1)
        self.valueChanged.connect(self._on_value_changed)

    def sizeHint(self) -> QSize:
        """As wide as there is room."""
        return QSize(240, _HEIGHT_PX)

    @property
    def live(self) -> bool:
        """Whether the handle lies at the live end."""
        return self._live

    def show_marks(self, stops: tuple[int, ...], best: int | None, end: int) -> None:
        """Show other marks.

        Args:
            stops: steps of kept posters, rising; what lies at the end itself is the live poster.
            best: the step of the best poster, if it is one of them.
            end: the step of the live poster.
        """
        self._stops, self._best = stops, best
        if not self._dragged:
            self._end = max(1, end)
        if self._live:
            self.show_step(None)
        self.update()

    def show_step(self, step: int | None) -> None:
        """Put the handle at ``step``; None: at the live end."""
        self._live = step is None
        self.blockSignals(True)
        self.setRange(0, self._end)
        self.setValue(self._end if step is None else step)
        self.blockSignals(False)
        self.update()

    def x_of(self, step: int) -> float:
        """Where a step lies, px from the left."""
        return _INSET_PX + (self.width() - 2 * _INSET_PX) * min(1.0, step / self._end)

    # Pointer and keys

    def _at(self, x: float) -> int | None:
        """The mark nearest to ``x``; None for the live end."""
        inner = [stop for stop in self._stops if stop < self._end]
        return min([*inner, None], key=lambda stop: abs(self.x_of(self._end if stop is None else stop) - x))

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Go there, and hold the scale while dragging."""
        if event.button() == Qt.MouseButton.LeftButton:
            self._dragged = True
            self.chosen.emit(self._at(event.position().x()))

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Drag the handle, or light up the mark under the pointer."""
        self._hovered = self._at(event.position().x())
        if self._dragged and self._hovered != self._shown:
            self.chosen.emit(self._hovered)
        self.update()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """Let go."""
        self._dragged = False

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Leave the wheel to what scrolls."""
        event.ignore()

    def leaveEvent(self, event: QEvent) -> None:
        """Nothing is under the pointer."""
        self._hovered = None
        self.update()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Left and Right go from mark to mark, Home to the first, End to the live end."""
        shown, inner = self._shown, [stop for stop in self._stops if stop < self._end]
        match event.key():
            case Qt.Key.Key_Left | Qt.Key.Key_Down:
                before = [stop for stop in inner if shown is None or stop < shown]
                if before:
                    self.chosen.emit(before[-1])
            case Qt.Key.Key_Right | Qt.Key.Key_Up:
                if shown is not None:
                    self.chosen.emit(next((stop for stop in inner if stop > shown), None))
            case Qt.Key.Key_Home:
                if inner:
                    self.chosen.emit(inner[0])
            case Qt.Key.Key_End:
                self.chosen.emit(None)
            case _:
                event.ignore()

    @property
    def _shown(self) -> int | None:
        return None if self._live else self.value()

    def _on_value_changed(self, value: int) -> None:
        """A screen reader has set the value."""
        self.chosen.emit(self._at(self.x_of(value)))

    def event(self, event: QEvent) -> bool:
        """Say which step lies under the pointer."""
        if event.type() == QEvent.Type.ToolTip and isinstance(event, QHelpEvent) and self.isEnabled():
            QToolTip.showText(event.globalPos(), self._words(self._at(event.pos().x())), self)
            return True
        return super().event(event)

    def _words(self, stop: int | None) -> str:
        if stop is None:
            return self.tr("The latest poster, step %s") % count(self._end)
        words = self.tr("Step %s") % count(stop)
        return self.tr("%s, the best poster") % words if stop == self._best else words

    # Drawing

    def paintEvent(self, event: QPaintEvent) -> None:
        """Groove, marks, the best one, the handle."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        colours, middle, active = colours_of(self), self.height() / 2, self.isEnabled()
        left, right = self.x_of(0), self.x_of(self._end)
        at = right if self._live else self.x_of(self.value())
        accent = QColor(colours.accent if active else colours.muted)

        def groove(start: float, end: float, colour: QColor) -> None:
            painter.setBrush(colour)
            area = QRectF(start, middle - _GROOVE_PX / 2, end - start, _GROOVE_PX)
            painter.drawRoundedRect(area, _GROOVE_PX / 2, _GROOVE_PX / 2)

        groove(left, right, QColor(colours.border))
        if active:
            groove(left, at, accent)
        width, height = _MARK_PX
        for stop in self._stops:
            x = self.x_of(stop)
            lit = stop == self._hovered
            painter.setBrush(QColor(colours.text) if lit else accent if x <= at else QColor(colours.muted))
            reach = height / 2 + (2 if lit else 0)
            painter.drawRoundedRect(QRectF(x - width / 2, middle - reach, width, 2 * reach), 1, 1)
        if self._best is not None:
            painter.setBrush(QColor(colours.good))
            painter.drawEllipse(QPointF(self.x_of(self._best), _BEST_PX), _BEST_PX, _BEST_PX)
        if active:
            self._draw_handle(painter, QPointF(at, middle), accent, QColor(colours.surface))

    def _draw_handle(self, painter: QPainter, at: QPointF, accent: QColor, inside: QColor) -> None:
        """A ring; filled at the live end, haloed where the keyboard is."""
        if self.hasFocus():
            halo = QColor(accent)
            halo.setAlpha(70)
            painter.setBrush(halo)
            painter.drawEllipse(at, _HANDLE_PX / 2 + 3, _HANDLE_PX / 2 + 3)
        painter.setBrush(accent)
        painter.drawEllipse(at, _HANDLE_PX / 2, _HANDLE_PX / 2)
        if not self._live:
            painter.setBrush(inside)
            painter.drawEllipse(at, _HANDLE_PX / 2 - 2.5, _HANDLE_PX / 2 - 2.5)
