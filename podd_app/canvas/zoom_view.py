"""Graphics view with zoom, pan and fit."""

from PySide6.QtCore import QEvent, QMarginsF, QPoint, QPointF, QRectF, Qt, Signal
from PySide6.QtGui import QNativeGestureEvent, QResizeEvent, QWheelEvent
from PySide6.QtWidgets import QFrame, QGraphicsScene, QGraphicsView, QWidget

ZOOM_STEP = 1.25
"""Zoom factor of one wheel notch or key press."""

_MIN_SCALE, _MAX_SCALE = 0.05, 128.0
_PAN_LIMIT = 4.0
"""Maximum pan beyond the content, as a multiple of the longer side of the content."""


class ZoomView(QGraphicsView):
    """Graphics view without scroll bars. Only the user changes zoom and position.

    Args:
        margins: free space around the fitted content, viewport px.
    """

    view_changed = Signal()
    """Emitted when the zoom or the position changed."""

    def __init__(self, margins: QMarginsF, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._margins = margins
        self._content: QRectF | None = None
        self._fitted = True
        self.setScene(QGraphicsScene(self))
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setViewportUpdateMode(QGraphicsView.ViewportUpdateMode.FullViewportUpdate)
        self.setTransformationAnchor(QGraphicsView.ViewportAnchor.NoAnchor)
        self.setResizeAnchor(QGraphicsView.ViewportAnchor.NoAnchor)

    @property
    def scale_factor(self) -> float:
        """Screen pixels per pixel of the content."""
        return self.transform().m11()

    @property
    def center(self) -> QPointF:
        """Content coordinates of the center of the view."""
        return self.mapToScene(self.viewport().rect()).boundingRect().center()

    @property
    def fitted(self) -> bool:
        """Whether the view keeps the whole content visible. False after the user zoomed or panned."""
        return self._fitted

    def set_margins(self, *, top: float | None = None, bottom: float | None = None) -> None:
        """Change the top or bottom margin of the fitted content, viewport px."""
        margins = QMarginsF(self._margins)
        if top is not None:
            margins.setTop(top)
        if bottom is not None:
            margins.setBottom(bottom)
        if margins != self._margins:
            self._margins = margins
            if self._fitted:
                self.fit()

    def set_content(self, bounds: QRectF) -> None:
        """Set the bounds of the content, in scene coordinates. Zoom and position do not change."""
        limit = _PAN_LIMIT * max(bounds.width(), bounds.height())
        self._content = bounds
        self.setSceneRect(bounds.adjusted(-limit, -limit, limit, limit))

    def look_at(self, center: QPointF, scale: float) -> None:
        """Show content coordinates ``center`` in the center of the view, with zoom ``scale``."""
        self._fitted = False
        self._apply_view(center, scale)

    def fit(self) -> None:
        """Show the whole content, and keep it visible until the user zooms or pans."""
        self._fitted = True
        if self._content is None:
            return
        whole = QRectF(self.viewport().rect())
        area = whole.marginsRemoved(self._margins)
        scale = min(area.width() / self._content.width(), area.height() / self._content.height())
        scale = max(_MIN_SCALE, scale)
        self._apply_view(self._content.center() - (area.center() - whole.center()) / scale, scale)

    def zoom(self, factor: float, at: QPoint | None = None) -> None:
        """Zoom by ``factor``. The content at viewport position ``at`` (default: center) stays in place."""
        at = self.viewport().rect().center() if at is None else at
        scale = min(_MAX_SCALE, max(_MIN_SCALE, self.scale_factor * factor))
        fixed = self.mapToScene(at)
        ratio = self.scale_factor / scale
        self.look_at(fixed + (self.center - fixed) * ratio, scale)

    def pan(self, by: QPoint) -> None:
        """Move the content by ``by`` viewport pixels."""
        self.look_at(self.center - QPointF(by) / self.scale_factor, self.scale_factor)

    def sync_with(self, other: "ZoomView") -> None:
        """Show the same part of the content as ``other``.

        Contents of different sizes are scaled to the same width on screen.
        """
        own, others = self._content, other._content
        if own is None or others is None:
            return
        self._fitted = other._fitted
        if own == others and self.size() == other.size():
            # Copy the scroll bar values, so that both views agree to the pixel in spite of rounding.
            self.setTransform(other.transform())
            self.horizontalScrollBar().setValue(other.horizontalScrollBar().value())
            self.verticalScrollBar().setValue(other.verticalScrollBar().value())
            self.view_changed.emit()
        elif self._fitted:
            self.fit()
        else:
            offset = other.center - others.topLeft()
            x_ratio, y_ratio = own.width() / others.width(), own.height() / others.height()
            center = own.topLeft() + QPointF(offset.x() * x_ratio, offset.y() * y_ratio)
            self._apply_view(center, other.scale_factor / x_ratio)

    def _apply_view(self, center: QPointF, scale: float) -> None:
        self.resetTransform()
        self.scale(scale, scale)
        self.centerOn(center)
        self.view_changed.emit()

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Zoom with a mouse wheel, or pan with two fingers on a touchpad."""
        if not event.pixelDelta().isNull() and not event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            self.pan(event.pixelDelta())
        else:
            self.zoom(ZOOM_STEP ** (event.angleDelta().y() / 120), event.position().toPoint())
        event.accept()

    def viewportEvent(self, event: QEvent) -> bool:
        """Zoom with a pinch gesture."""
        if (
            isinstance(event, QNativeGestureEvent)
            and event.gestureType() == Qt.NativeGestureType.ZoomNativeGesture
        ):
            self.zoom(1 + event.value(), event.position().toPoint())
            return True
        return super().viewportEvent(event)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Fit the content to the new size if it was fitted."""
        super().resizeEvent(event)
        if self._fitted:
            self.fit()
