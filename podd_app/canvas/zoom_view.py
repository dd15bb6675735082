"""Where the user looks: a graphics view that zooms, pans, and fits until told otherwise."""

from PySide6.QtCore import QEvent, QMarginsF, QPoint, QPointF, QRectF, Qt, Signal
from PySide6.QtGui import QNativeGestureEvent, QResizeEvent, QWheelEvent
from PySide6.QtWidgets import QFrame, QGraphicsScene, QGraphicsView, QWidget

ZOOM_STEP = 1.25
"""Enlargement of a notch of the wheel."""

_SMALLEST_SCALE, _LARGEST_SCALE = 0.05, 128.0
_REACH = 4.0
"""How far one can pan beyond the content, in its longer sides."""


class ZoomView(QGraphicsView):
    """A view without scroll bars that the user moves, and nobody else.

    Args:
        margins: kept free round the content when it is fitted, viewport px.
    """

    view_changed = Signal()
    """Zoom or position changed, by whomever."""

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
        """Screen pixels a pixel of the content takes."""
        return self.transform().m11()

    @property
    def center(self) -> QPointF:
        """Content coordinates in the middle of the view."""
        return self.mapToScene(self.viewport().rect()).boundingRect().center()

    @property
    def fitted(self) -> bool:
        """Whether the view follows the content's size; until the user zooms or pans."""
        return self._fitted

    def set_margins(self, *, top: float | None = None, bottom: float | None = None) -> None:
        """Keep other margins free above or below fitted content, viewport px."""
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
        """Tell where the content is, in scene coordinates; moves nothing."""
        reach = _REACH * max(bounds.width(), bounds.height())
        self._content = bounds
        self.setSceneRect(bounds.adjusted(-reach, -reach, reach, reach))

    def look_at(self, center: QPointF, scale: float) -> None:
        """Zoom to ``scale`` around content coordinates ``center``."""
        self._fitted = False
        self._apply_view(center, scale)

    def fit(self) -> None:
        """Show the whole content, and keep doing so until the user zooms or pans."""
        self._fitted = True
        if self._content is None:
            return
        whole = QRectF(self.viewport().rect())
        area = whole.marginsRemoved(self._margins)
        scale = min(area.width() / self._content.width(), area.height() / self._content.height())
        scale = max(_SMALLEST_SCALE, scale)
        self._apply_view(self._content.center() - (area.center() - whole.center()) / scale, scale)

    def zoom(self, factor: float, at: QPoint | None = None) -> None:
        """Enlarge by ``factor``, keeping the point under viewport point ``at`` in place."""
        at = self.viewport().rect().center() if at is None else at
        scale = min(_LARGEST_SCALE, max(_SMALLEST_SCALE, self.scale_factor * factor))
        kept = self.mapToScene(at)
        ratio = self.scale_factor / scale
        self.look_at(kept + (self.center - kept) * ratio, scale)

    def pan(self, by: QPoint) -> None:
        """Move the content by viewport pixels."""
        self.look_at(self.center - QPointF(by) / self.scale_factor, self.scale_factor)

    def sync_with(self, other: "ZoomView") -> None:
        """Show the same part of the content as ``other`` does of its own, equally wide on screen."""
        mine, its = self._content, other._content
        if mine is None or its is None:
            return
        self._fitted = other._fitted
        if mine == its and self.size() == other.size():
            # To the pixel: both stand on whole pixels of their scroll bars, whatever rounding led there.
            self.setTransform(other.transform())
            self.horizontalScrollBar().setValue(other.horizontalScrollBar().value())
            self.verticalScrollBar().setValue(other.verticalScrollBar().value())
            self.view_changed.emit()
        elif self._fitted:
            self.fit()
        else:
            seen = other.center - its.topLeft()
            across, down = mine.width() / its.width(), mine.height() / its.height()
            center = mine.topLeft() + QPointF(seen.x() * across, seen.y() * down)
            self._apply_view(center, other.scale_factor / across)

    def _apply_view(self, center: QPointF, scale: float) -> None:
        self.resetTransform()
        self.scale(scale, scale)
        self.centerOn(center)
        self.view_changed.emit()

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Zoom with a wheel; pan with a touchpad's two fingers."""
        if not event.pixelDelta().isNull() and not event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            self.pan(event.pixelDelta())
        else:
            self.zoom(ZOOM_STEP ** (event.angleDelta().y() / 120), event.position().toPoint())
        event.accept()

    def viewportEvent(self, event: QEvent) -> bool:
        """Zoom with a pinch."""
        if (
            isinstance(event, QNativeGestureEvent)
            and event.gestureType() == Qt.NativeGestureType.ZoomNativeGesture
        ):
            self.zoom(1 + event.value(), event.position().toPoint())
            return True
        return super().viewportEvent(event)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Keep fitted content fitted."""
        super().resizeEvent(event)
        if self._fitted:
            self.fit()
