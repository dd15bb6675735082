"""Interactive timeline that selects a saved poster."""

from PySide6.QtCore import QEvent, QPointF, Qt, Signal
from PySide6.QtGui import QHelpEvent, QKeyEvent, QMouseEvent, QWheelEvent
from PySide6.QtWidgets import QWidget

from podd_app.qt.plain_text import show_tooltip
from podd_app.style.formatting import format_count
from podd_app.timeline.strip import frame_at
from podd_app.timeline.thumbnails import ThumbnailCache
from podd_app.timeline.track_sheet import TrackView

_PAGE_MARKS = 8


class TimelineTrack(TrackView):
    """Timeline that emits the step the user chose. The owner updates the shown step.

    During a drag, the scale stays fixed even if the run continues.

    Args:
        thumbnails: cache of the thumbnails above the groove.
    """

    step_chosen = Signal(object)
    """Emitted with the chosen step, or None for the live end."""

    def __init__(self, thumbnails: ThumbnailCache, parent: QWidget | None = None) -> None:
        super().__init__(thumbnails, parent)
        self.setAccessibleName(self.tr("Poster history"))
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setMouseTracking(True)
        self.valueChanged.connect(self._on_value_changed)

    def _step_at(self, x: float) -> int | None:
        """Return the step of the mark nearest to ``x``, or None for the live end."""
        saved = [step for step in self._snapshot_steps if step < self._end]
        return min([*saved, None], key=lambda step: abs(self.x_of(self._end if step is None else step) - x))

    def _step_under(self, at: QPointF) -> int | None:
        """Return the step of the thumbnail at a point, or of the nearest mark. None for the live end."""
        frame = frame_at(self._frames, at.x(), at.y())
        return self._step_at(at.x()) if frame is None or frame.step >= self._end else frame.step

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Choose the step under the pointer, and fix the scale during a drag."""
        if event.button() == Qt.MouseButton.LeftButton:
            self._dragged = True
            self.step_chosen.emit(self._step_under(event.position()))

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Drag the handle, or highlight the mark under the pointer."""
        at = event.position()
        self._hovered = self._step_at(at.x()) if self._dragged else self._step_under(at)
        if self._dragged and self._hovered != self._shown:
            self.step_chosen.emit(self._hovered)
        self.update()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """End the drag."""
        self._dragged = False

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Pass wheel events to the parent, which scrolls."""
        event.ignore()

    def leaveEvent(self, event: QEvent) -> None:
        """Clear the hover state."""
        self._hovered = None
        self.update()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Move with the keyboard.

        Arrow keys move by one mark, Page Up and Page Down by eight marks, Home to the first mark, and
        End to the live end.
        """
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
                self.step_chosen.emit(None)
            case _:
                event.ignore()

    def _move_by(self, marks: int) -> None:
        """Move by a number of marks, at most to the first mark or to the live end."""
        shown, saved = self._shown, [step for step in self._snapshot_steps if step < self._end]
        if not saved or (shown is None and marks > 0):
            return
        if marks < 0:
            before = [step for step in saved if shown is None or step < shown]
            if before:
                self.step_chosen.emit(before[max(marks, -len(before))])
        else:
            after = [*(step for step in saved if shown is not None and step > shown), None]
            self.step_chosen.emit(after[min(marks, len(after)) - 1])

    def _on_value_changed(self, value: int) -> None:
        """Choose the nearest step after a screen reader changed the value."""
        self.step_chosen.emit(self._step_at(self.x_of(value)))

    def event(self, event: QEvent) -> bool:
        """Show the step under the pointer as a tooltip."""
        if event.type() == QEvent.Type.ToolTip and isinstance(event, QHelpEvent) and self.isEnabled():
            show_tooltip(event.globalPos(), self._step_text(self._step_under(QPointF(event.pos()))), self)
            return True
        return super().event(event)

    def _step_text(self, step: int | None) -> str:
        if step is None:
            return self.tr("Newest poster, step %s") % format_count(self._end)
        if step == self._best:
            return self.tr("Best poster, step %s") % format_count(step)
        return self.tr("Step %s") % format_count(step)
