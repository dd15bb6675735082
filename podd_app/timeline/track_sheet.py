"""Drawing of the timeline: a mark for each saved poster, and thumbnails where they fit."""

from bisect import bisect_right

from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QImage, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QAbstractSlider, QSizePolicy, QWidget

from podd_app.style.palette import FollowsPalette
from podd_app.style.theme import colors_of
from podd_app.timeline.strip import (
    LARGEST_PX,
    ThumbnailFrame,
    draw_outline,
    layout_thumbnails,
    render_filmstrip,
    thumbnail_size,
)
from podd_app.timeline.thumbnails import ThumbnailCache

_GROOVE_AREA_PX = 24
_HEIGHT_PX = round(LARGEST_PX.height()) + _GROOVE_AREA_PX
_INSET_PX = 10
_GROOVE_PX = 4
_MARK_PX = (2, 10)
_HANDLE_PX = 14
_BEST_DOT_RADIUS_PX = 3.5


class TrackView(FollowsPalette, QAbstractSlider):
    """Groove from step 0 to the live end with marks, a handle, and a film strip above.

    Args:
        thumbnails: cache of the thumbnails above the groove.
    """

    thumbnails_changed = Signal()
    """Emitted when `frames` or `thumbnails_complete` changed."""

    def __init__(self, thumbnails: ThumbnailCache, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._thumbnails = thumbnails
        self._poster = (1, 1)
        self._frames: list[ThumbnailFrame] = []
        self._filmstrip: QImage | None = None
        self.setOrientation(Qt.Orientation.Horizontal)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self._snapshot_steps: tuple[int, ...] = ()
        self._marks: list[QRectF] = []
        self._best: int | None = None
        self._live = True
        self._hovered: int | None = None
        self._end = 1
        self._dragged = False
        self.setRange(0, 1)
        thumbnails.changed.connect(self._update_layout)
        self.follow_palette()

    def sizeHint(self) -> QSize:
        """Return the preferred size. The width can grow."""
        return QSize(240, _HEIGHT_PX)

    @property
    def live(self) -> bool:
        """Whether the handle is at the live end."""
        return self._live

    @property
    def _shown(self) -> int | None:
        return None if self._live else self.value()

    @property
    def frames(self) -> list[ThumbnailFrame]:
        """Frames of the shown thumbnails, sorted by step."""
        return self._frames

    @property
    def thumbnails_complete(self) -> bool:
        """Whether the thumbnails of all frames are available."""
        return all(self._thumbnails.image_for(frame.step) is not None for frame in self._frames)

    @property
    def groove_px(self) -> float:
        """Vertical center of the groove, px from the top."""
        return self.height() - _GROOVE_AREA_PX / 2 + 1

    def show_marks(
        self, poster: tuple[int, int], snapshot_steps: tuple[int, ...], best: int | None, end: int
    ) -> None:
        """Set the marks.

        Args:
            poster: width and height of the poster, px.
            snapshot_steps: steps of the saved posters, ascending. A step equal to ``end`` is the live
                poster.
            best: the step of the best poster, or None if that poster is not saved.
            end: the step of the live poster.
        """
        self._poster, self._snapshot_steps, self._best = poster, snapshot_steps, best
        if not self._dragged:
            self._end = max(1, end)
        if self._live:
            self.show_step(None)
        self._update_layout()

    def show_step(self, step: int | None) -> None:
        """Move the handle to ``step``, or to the live end if None."""
        previous = self._shown, self.maximum()
        self._live = step is None
        self.blockSignals(True)
        self.setRange(0, self._end)
        self.setValue(self._end if step is None else step)
        self.blockSignals(False)
        if (self._shown, self.maximum()) != previous:
            self.update()

    def x_of(self, step: int) -> float:
        """Return the position of a step, px from the left. The time axis follows the layout direction."""
        x = _INSET_PX + (self.width() - 2 * _INSET_PX) * min(1.0, step / self._end)
        return self.width() - x if self._mirrored else x

    def _mark_at(self, x: float) -> QRectF:
        width, height = _MARK_PX
        return QRectF(x - width / 2, self.groove_px - height / 2, width, height)

    @property
    def _mirrored(self) -> bool:
        return self.layoutDirection() == Qt.LayoutDirection.RightToLeft

    def _update_layout(self) -> None:
        failed_steps = self._thumbnails.failed_steps
        positions = [(step, self.x_of(step)) for step in self._snapshot_steps]
        self._marks = [self._mark_at(x) for _, x in positions]
        readable = [(step, x) for step, x in positions if step not in failed_steps]
        self._frames = layout_thumbnails(readable, self._best, thumbnail_size(self._poster), self.width())
        self._filmstrip = None
        self._thumbnails.request(frame.step for frame in self._frames)
        self.update()
        self.thumbnails_changed.emit()

    def _apply_palette(self) -> None:
        self._filmstrip = None

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Show as many thumbnails as fit in the new width."""
        super().resizeEvent(event)
        self._update_layout()

    # Drawing

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw thumbnails, groove, marks, the dot of the best poster, and the handle."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        colors, middle, active = colors_of(self), self.groove_px, self.isEnabled()
        live_x = self.x_of(self._end)
        at = live_x if self._live else self.x_of(self.value())
        accent = QColor(colors.accent if active else colors.muted)

        def draw_groove(end: float, color: QColor) -> None:
            painter.setBrush(color)
            area = QRectF(self.x_of(0), middle - _GROOVE_PX / 2, end - self.x_of(0), _GROOVE_PX)
            painter.drawRoundedRect(area.normalized(), _GROOVE_PX / 2, _GROOVE_PX / 2)

        self._draw_frames(painter, accent)
        draw_groove(live_x, QColor(colors.border))
        if active:
            draw_groove(at, accent)
        passed = len(self._marks) if self._live else bisect_right(self._snapshot_steps, self.value())
        for color, marks in ((accent, self._marks[:passed]), (QColor(colors.muted), self._marks[passed:])):
            painter.setBrush(color)
            painter.drawRects(marks)  # one call, because a run can have hundreds of marks
        if self._hovered in self._snapshot_steps:
            painter.setBrush(QColor(colors.text))
            painter.drawRect(self._mark_at(self.x_of(self._hovered)).adjusted(0, -2, 0, 2))
        if self._best is not None:
            painter.setBrush(QColor(colors.good))
            dot_y = middle + _GROOVE_AREA_PX / 2 - _BEST_DOT_RADIUS_PX - 1
            painter.drawEllipse(
                QPointF(self.x_of(self._best), dot_y), _BEST_DOT_RADIUS_PX, _BEST_DOT_RADIUS_PX
            )
        if active:
            self._draw_handle(painter, QPointF(at, middle), accent, QColor(colors.surface))

    def _draw_frames(self, painter: QPainter, accent: QColor) -> None:
        """Draw the film strip from a cached image, and outlines around the shown and hovered thumbnails.

        The film strip is cached because its rounded corners take longer to draw than the whole rest.
        """
        colors, ratio = colors_of(self), self.devicePixelRatioF()
        if self._filmstrip is None or self._filmstrip.devicePixelRatio() != ratio:
            self._filmstrip = render_filmstrip(
                self._frames, self._thumbnails.image_for, QColor(colors.border), ratio
            )
        painter.drawImage(QPointF(), self._filmstrip)
        for frame in self._frames:
            if frame.step == self._shown or (self._live and frame.step == self._end):
                draw_outline(painter, frame.area, accent)
            elif frame.step == self._hovered:
                draw_outline(painter, frame.area, QColor(colors.text))

    def _draw_handle(self, painter: QPainter, at: QPointF, accent: QColor, inside: QColor) -> None:
        """Draw the handle: filled at the live end, else a ring. Keyboard focus adds an outer ring."""
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
