"""Dragging in the Poster place: the poster's edges to resize it, a class onto another to swap."""

from typing import Literal

from PySide6.QtCore import QPoint, QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QPainter

from podd_app.canvas.overlays import draw_tag, tag_size
from podd_app.canvas.poster_canvas import PosterCanvas
from podd_app.session import Session
from podd_app.theme import colours_of

Edge = Literal["right", "bottom", "corner"]

_REACH_IN_PX, _REACH_OUT_PX = 6.0, 15.0
_GRIP_LONG_PX, _GRIP_WIDE_PX, _GRIP_AWAY_PX = 28.0, 5.0, 9.0
_CURSORS = {
    "right": Qt.CursorShape.SizeHorCursor,
    "bottom": Qt.CursorShape.SizeVerCursor,
    "corner": Qt.CursorShape.SizeFDiagCursor,
}
_TAG_FONT_PX = 12
_TAG_AWAY_PX = QPoint(14, 14)
_WIDEST_TAG_PX = 400


class DesignerTool:
    """Edges first, then classes; anything else is left to pan.

    Args:
        session: what is edited.
        canvas: where it is dragged.
    """

    def __init__(self, session: Session, canvas: PosterCanvas) -> None:
        self._session = session
        self._canvas = canvas
        self._edge: Edge | None = None
        self._hovered: Edge | None = None
        self._gesture = object()
        self._before: tuple[int, int] = (0, 0)
        self._from = QPointF()
        self._lifted: int | None = None
        self._target: int | None = None
        self._at = QPointF()

    def cursor(self, point: QPointF) -> Qt.CursorShape | None:
        """Arrows over an edge, a hand over a class."""
        hovered = self._edge_at(point)
        if hovered != self._hovered:
            self._hovered = hovered
            self._canvas.viewport().update()
        if self._hovered:
            return _CURSORS[self._hovered]
        return Qt.CursorShape.OpenHandCursor if self._cell_at(point) is not None else None

    def begin(self, point: QPointF) -> bool:
        """Take hold of an edge or a class."""
        if self._session.run.phase.active:
            return False
        self._edge = self._edge_at(point)
        self._gesture = object()
        self._before = self._session.layout.poster
        self._from = self._at = point
        if self._edge is None:
            self._lifted = self._cell_at(point)
            self._target = None
            self._canvas.highlight_cells(self._lifted, None)
        return self._edge is not None or self._lifted is not None

    def move(self, point: QPointF) -> None:
        """Resize, or see what a swap would cost."""
        self._at = point
        if self._edge is not None:
            self._resize(point)
        elif self._lifted is not None:
            cell = self._cell_at(point)
            self._target = cell if cell != self._lifted else None
            self._canvas.highlight_cells(self._lifted, self._target)

    def finish(self, point: QPointF) -> None:
        """Let go."""
        if self._lifted is not None and self._target is not None:
            self._session.swap_classes(self._lifted, self._target)
        self._release()

    def cancel(self) -> None:
        """Put things back as they were."""
        if self._edge is not None and self._session.layout.poster != self._before:
            self._session.undo_stack.undo()
        self._release()

    def draw(self, painter: QPainter, canvas: PosterCanvas) -> None:
        """Grips at the edges, and a tag at the pointer while dragging."""
        self._draw_grips(painter)
        text = self._tag()
        if text:
            draw_tag(painter, self._tag_corner(canvas, text), text, _TAG_FONT_PX, _WIDEST_TAG_PX)

    def _tag_corner(self, canvas: PosterCanvas, text: str) -> QPointF:
        """Beside the pointer, but in sight when that has left the canvas."""
        at = canvas.mapFromScene(self._at) + _TAG_AWAY_PX
        font = QFont(canvas.font())
        font.setPixelSize(_TAG_FONT_PX)
        size, room = tag_size(text, font), canvas.viewport().rect()
        left = min(at.x(), room.right() - size.width() - _TAG_AWAY_PX.x())
        top = min(at.y(), room.bottom() - size.height() - _TAG_AWAY_PX.y())
        return QPointF(max(0, left), max(0, top))

    def _release(self) -> None:
        self._edge = self._lifted = self._target = None
        self._canvas.highlight_cells(None, None)

    def _resize(self, point: QPointF) -> None:
        moved = point - self._from
        width, height = self._before
        patch_w, patch_h = self._session.layout.patch
        if self._edge in ("right", "corner"):
            width = max(patch_w, round(width + moved.x()))
        if self._edge in ("bottom", "corner"):
            height = max(patch_h, round(height + moved.y()))
        changes = {"poster.width": width, "poster.height": height}
        self._session.edit(changes, self._canvas.tr("Poster size"), self._gesture)

    def _edge_at(self, point: QPointF) -> Edge | None:
        inside, outside = (reach / self._canvas.scale_factor for reach in (_REACH_IN_PX, _REACH_OUT_PX))
        width, height = self._session.layout.poster
        right = -inside <= point.x() - width <= outside and 0 <= point.y() <= height + outside
        bottom = -inside <= point.y() - height <= outside and 0 <= point.x() <= width + outside
        if right and bottom:
            return "corner"
        return "right" if right else "bottom" if bottom else None

    def _cell_at(self, point: QPointF) -> int | None:
        view = self._canvas.view
        spot = view.spot(point.x(), point.y()) if view and self._canvas.classes_shown else None
        return spot.cell if spot else None

    def _tag(self) -> str:
        if self._edge is not None:
            layout = self._session.layout
            width, height = layout.poster
            return f"{width} × {height} px · {layout.images_per_class:.2f} per class"
        view = self._canvas.view
        if self._lifted is None or view is None:
            return ""
        name = view.cell_names[self._lifted]
        if self._target is None:
            return name
        change = self._session.cost_of_swap(self._lifted, self._target)
        cost = "" if change is None else f"   {change:+.2f}".replace("-", "−")
        return f"{name} ⇄ {view.cell_names[self._target]}{cost}"

    def _draw_grips(self, painter: QPainter) -> None:
        poster = self._canvas.viewportTransform().mapRect(QRectF(0, 0, *self._session.layout.poster))
        colours = colours_of(self._canvas)
        active = self._edge or self._hovered
        painter.setPen(Qt.PenStyle.NoPen)
        away = _GRIP_AWAY_PX
        grips: dict[Edge, QRectF] = {
            "right": QRectF(0, 0, _GRIP_WIDE_PX, _GRIP_LONG_PX),
            "bottom": QRectF(0, 0, _GRIP_LONG_PX, _GRIP_WIDE_PX),
            "corner": QRectF(0, 0, 9, 9),
        }
        grips["right"].moveCenter(QPointF(poster.right() + away, poster.center().y()))
        grips["bottom"].moveCenter(QPointF(poster.center().x(), poster.bottom() + away))
        grips["corner"].moveCenter(QPointF(poster.right() + away, poster.bottom() + away))
        for edge, grip in grips.items():
            painter.setBrush(QColor(colours.accent if edge == active else colours.muted))
            painter.setOpacity(1.0 if edge == active else 0.45)
            painter.drawRoundedRect(grip, 2.5, 2.5)
        painter.setOpacity(1.0)
