"""A slim track of outer steps with a mark for every kept poster, and thumbnails where they fit."""

from bisect import bisect_right

from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QHelpEvent,
    QImage,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QResizeEvent,
    QWheelEvent,
)
from PySide6.QtWidgets import QAbstractSlider, QSizePolicy, QToolTip, QWidget

from podd_app.theme import colours_of
from podd_app.timeline.strip import LARGEST_PX, Frame, film, fitted, frame_at, lay_out, outline
from podd_app.timeline.thumbnails import Thumbnails
from podd_app.wording import count

_GROOVE_ROOM_PX = 24
_HEIGHT_PX = round(LARGEST_PX.height()) + _GROOVE_ROOM_PX
_INSET_PX = 10
_PAGE_MARKS = 8
_GROOVE_PX = 4
_MARK_PX = (2, 10)
_HANDLE_PX = 14
_BEST_PX = 3.5


class Track(QAbstractSlider):
    """Marks lie where their steps are, from 0 to the live end; pointer and keys move between them.

    It changes nothing itself: it tells what was chosen, and shows what it is given. While it is
    dragged the scale holds still, however far the live end goes on meanwhile.

    Args:
        thumbnails: gives the pictures over the groove.
    """

    chosen = Signal(object)
    """The step of the mark that was chosen, or None for the live end."""

    pictures_changed = Signal()
    """`frames` or `pictured` is another."""

    def __init__(self, thumbnails: Thumbnails, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._thumbnails = thumbnails
        self._poster = (1, 1)
        self._frames: list[Frame] = []
        self._film: QImage | None = None
        self.setOrientation(Qt.Orientation.Horizontal)
        self.setAccessibleName(self.tr("Poster over time"))
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setMouseTracking(True)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self._stops: tuple[int, ...] = ()
        self._marks: list[QRectF] = []
        self._best: int | None = None
        self._live = True
        self._hovered: int | None = None
        self._end = 1
        self._dragged = False
        self.setRange(0, 1)
        self.valueChanged.connect(self._on_value_changed)
        thumbnails.changed.connect(self._lay_out)

    def sizeHint(self) -> QSize:
        """As wide as there is room."""
        return QSize(240, _HEIGHT_PX)

    @property
    def live(self) -> bool:
        """Whether the handle lies at the live end."""
        return self._live

    @property
    def frames(self) -> list[Frame]:
        """The thumbnails shown, rising by step."""
        return self._frames

    @property
    def pictured(self) -> bool:
        """Whether every frame has its picture."""
        return all(self._thumbnails.of(frame.step) is not None for frame in self._frames)

    @property
    def groove_px(self) -> float:
        """The middle of the groove, px from the top."""
        return self.height() - _GROOVE_ROOM_PX / 2 + 1

    def show_marks(self, poster: tuple[int, int], stops: tuple[int, ...], best: int | None, end: int) -> None:
        """Show other marks.

        Args:
            poster: width and height of the poster, px.
            stops: steps of kept posters, rising; what lies at the end itself is the live poster.
            best: the step of the best poster, if it is one of them.
            end: the step of the live poster.
        """
        self._poster, self._stops, self._best = poster, stops, best
        if not self._dragged:
            self._end = max(1, end)
        if self._live:
            self.show_step(None)
        self._lay_out()

    def show_step(self, step: int | None) -> None:
        """Put the handle at ``step``; None: at the live end."""
        before = self._shown, self.maximum()
        self._live = step is None
        self.blockSignals(True)
        self.setRange(0, self._end)
        self.setValue(self._end if step is None else step)
        self.blockSignals(False)
        if (self._shown, self.maximum()) != before:
            self.update()

    def x_of(self, step: int) -> float:
        """Where a step lies, px from the left; time goes as people read."""
        x = _INSET_PX + (self.width() - 2 * _INSET_PX) * min(1.0, step / self._end)
        return self.width() - x if self._mirrored else x

    def _mark_at(self, x: float) -> QRectF:
        width, height = _MARK_PX
        return QRectF(x - width / 2, self.groove_px - height / 2, width, height)

    @property
    def _mirrored(self) -> bool:
        return self.layoutDirection() == Qt.LayoutDirection.RightToLeft

    def _lay_out(self) -> None:
        unreadable = self._thumbnails.unreadable
        places = [(stop, self.x_of(stop)) for stop in self._stops]
        self._marks = [self._mark_at(x) for _, x in places]
        readable = [(stop, x) for stop, x in places if stop not in unreadable]
        self._frames = lay_out(readable, self._best, fitted(self._poster), self.width())
        self._film = None
        self._thumbnails.want(frame.step for frame in self._frames)
        self.update()
        self.pictures_changed.emit()

    def changeEvent(self, event: QEvent) -> None:
        """Follow the scheme."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange:
            self._film = None

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Show as many thumbnails as fit now."""
        super().resizeEvent(event)
        self._lay_out()

    # Pointer and keys

    def _at(self, x: float) -> int | None:
        """The mark nearest to ``x``; None for the live end."""
        inner = [stop for stop in self._stops if stop < self._end]
        return min([*inner, None], key=lambda stop: abs(self.x_of(self._end if stop is None else stop) - x))

    def _under(self, at: QPointF) -> int | None:
        """What a click at a point means: the thumbnail there, or the mark nearest to it."""
        frame = frame_at(self._frames, at.x(), at.y())
        return self._at(at.x()) if frame is None or frame.step >= self._end else frame.step

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Go there, and hold the scale while dragging."""
        if event.button() == Qt.MouseButton.LeftButton:
            self._dragged = True
            self.chosen.emit(self._under(event.position()))

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Drag the handle, or light up the mark under the pointer."""
        at = event.position()
        self._hovered = self._at(at.x()) if self._dragged else self._under(at)
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
        """Arrows go from mark to mark, Page Up and Down by eight, Home to the first, End to the live end."""
        later, earlier = Qt.Key.Key_Right, Qt.Key.Key_Left
        if self._mirrored:
            later, earlier = earlier, later
        match event.key():
            case key if key in (earlier, Qt.Key.Key_Down):
                self._go(-1)
            case key if key in (later, Qt.Key.Key_Up):
                self._go(1)
            case Qt.Key.Key_PageDown:
                self._go(-_PAGE_MARKS)
            case Qt.Key.Key_PageUp:
                self._go(_PAGE_MARKS)
            case Qt.Key.Key_Home:
                self._go(-len(self._stops))
            case Qt.Key.Key_End:
                self.chosen.emit(None)
            case _:
                event.ignore()

    def _go(self, marks: int) -> None:
        """Choose the mark so many after the one shown, or before it, as far as there are marks."""
        shown, inner = self._shown, [stop for stop in self._stops if stop < self._end]
        if not inner or (shown is None and marks > 0):
            return
        if marks < 0:
            before = [stop for stop in inner if shown is None or stop < shown]
            if before:
                self.chosen.emit(before[max(marks, -len(before))])
        else:
            after = [*(stop for stop in inner if shown is not None and stop > shown), None]
            self.chosen.emit(after[min(marks, len(after)) - 1])

    @property
    def _shown(self) -> int | None:
        return None if self._live else self.value()

    def _on_value_changed(self, value: int) -> None:
        """A screen reader has set the value."""
        self.chosen.emit(self._at(self.x_of(value)))

    def event(self, event: QEvent) -> bool:
        """Say which step lies under the pointer."""
        if event.type() == QEvent.Type.ToolTip and isinstance(event, QHelpEvent) and self.isEnabled():
            QToolTip.showText(event.globalPos(), self._words(self._under(QPointF(event.pos()))), self)
            return True
        return super().event(event)

    def _words(self, stop: int | None) -> str:
        if stop is None:
            return self.tr("The latest poster, step %s") % count(self._end)
        words = self.tr("Step %s") % count(stop)
        return self.tr("%s, the best poster") % words if stop == self._best else words

    # Drawing

    def paintEvent(self, event: QPaintEvent) -> None:
        """Thumbnails, groove, marks, the best one, the handle."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        colours, middle, active = colours_of(self), self.groove_px, self.isEnabled()
        live_x = self.x_of(self._end)
        at = live_x if self._live else self.x_of(self.value())
        accent = QColor(colours.accent if active else colours.muted)

        def groove(end: float, colour: QColor) -> None:
            painter.setBrush(colour)
            area = QRectF(self.x_of(0), middle - _GROOVE_PX / 2, end - self.x_of(0), _GROOVE_PX)
            painter.drawRoundedRect(area.normalized(), _GROOVE_PX / 2, _GROOVE_PX / 2)

        self._draw_frames(painter, accent)
        groove(live_x, QColor(colours.border))
        if active:
            groove(at, accent)
        passed = len(self._marks) if self._live else bisect_right(self._stops, self.value())
        for colour, marks in ((accent, self._marks[:passed]), (QColor(colours.muted), self._marks[passed:])):
            painter.setBrush(colour)
            painter.drawRects(marks)  # at once: a run may have kept hundreds
        if self._hovered in self._stops:
            painter.setBrush(QColor(colours.text))
            painter.drawRect(self._mark_at(self.x_of(self._hovered)).adjusted(0, -2, 0, 2))
        if self._best is not None:
            painter.setBrush(QColor(colours.good))
            below = middle + _GROOVE_ROOM_PX / 2 - _BEST_PX - 1
            painter.drawEllipse(QPointF(self.x_of(self._best), below), _BEST_PX, _BEST_PX)
        if active:
            self._draw_handle(painter, QPointF(at, middle), accent, QColor(colours.surface))

    def _draw_frames(self, painter: QPainter, accent: QColor) -> None:
        """The film is drawn once for many steps: its rounded corners take longer than all the rest."""
        colours, ratio = colours_of(self), self.devicePixelRatioF()
        if self._film is None or self._film.devicePixelRatio() != ratio:
            self._film = film(self._frames, self._thumbnails.of, QColor(colours.border), ratio)
        painter.drawImage(QPointF(), self._film)
        for frame in self._frames:
            if frame.step == self._shown or (self._live and frame.step == self._end):
                outline(painter, frame.area, accent)
            elif frame.step == self._hovered:
                outline(painter, frame.area, QColor(colours.text))

    def _draw_handle(self, painter: QPainter, at: QPointF, accent: QColor, inside: QColor) -> None:
        """A ring; filled at the live end, ringed where the keyboard is."""
        if self.hasFocus():
            painter.setBrush(accent)
            painter.drawEllipse(at, _HANDLE_PX / 2 + 4, _HANDLE_PX / 2 + 4)
            painter.setBrush(inside)
            painter.drawEllipse(at, _HANDLE_PX / 2 + 2, _HANDLE_PX / 2 + 2)
        painter.setBrush(accent)
        painter.drawEllipse(at, _HANDLE_PX / 2, _HANDLE_PX / 2)
        if not self._live:
            painter.setBrush(inside)
            painter.drawEllipse(at, _HANDLE_PX / 2 - 2.5, _HANDLE_PX / 2 - 2.5)
