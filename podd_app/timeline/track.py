"""The track under the live poster: pointer and keys go from kept poster to kept poster."""

from PySide6.QtCore import QEvent, QPointF, Qt, Signal
from PySide6.QtGui import QHelpEvent, QKeyEvent, QMouseEvent, QWheelEvent
from PySide6.QtWidgets import QToolTip, QWidget

from podd_app.style.formatting import format_count
from podd_app.timeline.strip import frame_at
from podd_app.timeline.thumbnails import ThumbnailCache
from podd_app.timeline.track_sheet import TrackView

_PAGE_MARKS = 8


class TimelineTrack(TrackView):
    """Tells which poster was chosen, and shows what it is given; it changes nothing itself.

    While it is dragged the scale holds still, however far the live end goes on meanwhile.

    Args:
        thumbnails: gives the pictures over the groove.
    """

    chosen = Signal(object)
    """The step of the mark that was chosen, or None for the live end."""

    def __init__(self, thumbnails: ThumbnailCache, parent: QWidget | None = None) -> None:
        super().__init__(thumbnails, parent)
        self.setAccessibleName(self.tr("Poster over time"))
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setMouseTracking(True)
        self.valueChanged.connect(self._on_value_changed)

    def _step_at(self, x: float) -> int | None:
        """The mark nearest to ``x``; None for the live end."""
        inner = [stop for stop in self._snapshot_steps if stop < self._end]
        return min([*inner, None], key=lambda stop: abs(self.x_of(self._end if stop is None else stop) - x))

    def _step_under(self, at: QPointF) -> int | None:
        """What a click at a point means: the thumbnail there, or the mark nearest to it."""
        frame = frame_at(self._frames, at.x(), at.y())
        return self._step_at(at.x()) if frame is None or frame.step >= self._end else frame.step

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Go there, and hold the scale while dragging."""
        if event.button() == Qt.MouseButton.LeftButton:
            self._dragged = True
            self.chosen.emit(self._step_under(event.position()))

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Drag the handle, or light up the mark under the pointer."""
        at = event.position()
        self._hovered = self._step_at(at.x()) if self._dragged else self._step_under(at)
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
                self._move_by(-1)
            case key if key in (later, Qt.Key.Key_Up):
                self._move_by(1)
            case Qt.Key.Key_PageDown:
                self._move_by(-_PAGE_MARKS)
            case Qt.Key.Key_PageUp:
                self._move_by(_PAGE_MARKS)
            case Qt.Key.Key_Home:
                self._move_by(-len(self._snapshot_steps))
            case Qt.Key.Key_End:
                self.chosen.emit(None)
            case _:
                event.ignore()

    def _move_by(self, marks: int) -> None:
        """Choose the mark so many after the one shown, or before it, as far as there are marks."""
        shown, inner = self._shown, [stop for stop in self._snapshot_steps if stop < self._end]
        if not inner or (shown is None and marks > 0):
            return
        if marks < 0:
            before = [stop for stop in inner if shown is None or stop < shown]
            if before:
                self.chosen.emit(before[max(marks, -len(before))])
        else:
            after = [*(stop for stop in inner if shown is not None and stop > shown), None]
            self.chosen.emit(after[min(marks, len(after)) - 1])

    def _on_value_changed(self, value: int) -> None:
        """A screen reader has set the value."""
        self.chosen.emit(self._step_at(self.x_of(value)))

    def event(self, event: QEvent) -> bool:
        """Say which step lies under the pointer."""
        if event.type() == QEvent.Type.ToolTip and isinstance(event, QHelpEvent) and self.isEnabled():
            QToolTip.showText(
                event.globalPos(), self._step_text(self._step_under(QPointF(event.pos()))), self
            )
            return True
        return super().event(event)

    def _step_text(self, stop: int | None) -> str:
        if stop is None:
            return self.tr("The latest poster, step %s") % format_count(self._end)
        words = self.tr("Step %s") % format_count(stop)
        return self.tr("%s, the best poster") % words if stop == self._best else words
