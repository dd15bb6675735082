"""Dragging in the Poster place: the poster's edges to resize it, a class onto another to swap.

Edges snap to sizes that help, unless Ctrl (on a Mac, Command) is held: Alt belongs to many window managers.
"""

from typing import Literal

from PySide6.QtCore import QPoint, QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QPainter, QPen

from podd_app.canvas.overlays import draw_tag, tag_size
from podd_app.canvas.poster_canvas import PosterCanvas
from podd_app.canvas.tool import CanvasView
from podd_app.models.session import Session
from podd_app.pages.poster.snapping import Snap, snap
from podd_app.style.theme import colors_of

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
_WIDEST_TAG_PX = 560
_SNAP_PX = 6.0
_EDGES: tuple[Edge, Edge] = ("right", "bottom")
_AREAS = ("poster.class_width", "poster.class_height")
"""Of the width and of the height."""


class PosterDragTool:
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
        self._dragged_cell: int | None = None
        self._target_cell: int | None = None
        self._at = QPointF()
        self._snaps: dict[int, Snap] = {}
        self._stepped: tuple[tuple[int, int], int | None, int] | None = None

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
            self._dragged_cell = self._cell_at(point)
            self._target_cell = None
            self._canvas.highlight_cells(self._dragged_cell, None)
        return self._edge is not None or self._dragged_cell is not None

    def move(self, point: QPointF, free: bool) -> None:
        """Resize, or see what a swap would cost."""
        self._at = point
        if self._edge is not None:
            self._resize(point, free)
        elif self._dragged_cell is not None:
            cell = self._cell_at(point)
            self._target_cell = cell if cell != self._dragged_cell else None
            self._canvas.highlight_cells(self._dragged_cell, self._target_cell)

    def finish(self, point: QPointF) -> None:
        """Let go."""
        if self._dragged_cell is not None and self._target_cell is not None:
            self._session.swap_classes(self._dragged_cell, self._target_cell)
        self._release()

    def cancel(self) -> None:
        """Put things back as they were."""
        if self._edge is not None and self._session.layout.poster != self._before:
            self._session.undo_stack.undo()
        self._release()

    def step(self, across: int, down: int) -> None:
        """Swap the class under the selected patch with its neighbor; the selection follows it."""
        canvas, view, patch = self._canvas, self._canvas.view, self._canvas.selected_patch
        if view is None or patch is None:
            canvas.step_selection(across, down)
            return
        # Where no patch lies in the middle of a cell, the one selected tells of another cell.
        if self._stepped is not None and self._stepped[:2] == (view.layout.class_grid, patch):
            cell = self._stepped[2]
        else:
            middle = view.patch(patch).center()
            spot = view.spot(middle.x(), middle.y())
            cell = spot.cell if spot else 0
        columns, rows = view.layout.class_grid
        column, row = cell % columns + across, cell // columns + down
        if self._session.run.phase.active or not (0 <= column < columns and 0 <= row < rows):
            return
        target = row * columns + column
        self._session.swap_classes(cell, target)
        middle = view.cells[target].center()
        spot = view.spot(middle.x(), middle.y())
        if spot is not None and spot.patch is not None:
            canvas.select_patch(spot.patch)
        self._stepped = (columns, rows), canvas.selected_patch, target

    def draw(self, painter: QPainter, canvas: CanvasView) -> None:
        """Grips at the edges; while dragging, a tag at the pointer and lines where an edge snapped."""
        self._draw_grips(painter)
        self._draw_guides(painter)
        text = self._tag()
        if text:
            draw_tag(painter, self._tag_corner(canvas, text), text, _TAG_FONT_PX, _WIDEST_TAG_PX)

    def _tag_corner(self, canvas: CanvasView, text: str) -> QPointF:
        """Beside the pointer, but in sight when that has left the canvas."""
        at = canvas.mapFromScene(self._at) + _TAG_AWAY_PX
        font = QFont(canvas.font())
        font.setPixelSize(_TAG_FONT_PX)
        size, room = tag_size(text, font), canvas.viewport().rect()
        left = min(at.x(), room.right() - size.width() - _TAG_AWAY_PX.x())
        top = min(at.y(), room.bottom() - size.height() - _TAG_AWAY_PX.y())
        return QPointF(max(0, left), max(0, top))

    def _release(self) -> None:
        self._edge = self._dragged_cell = self._target_cell = None
        self._snaps = {}
        self._canvas.highlight_cells(None, None)

    def _resize(self, point: QPointF, free: bool) -> None:
        moved = point - self._from
        size, self._snaps = list(self._before), {}
        for axis, by in ((0, moved.x()), (1, moved.y())):
            if self._edge in (_EDGES[axis], "corner"):
                held = self._before[axis] + by
                found = None if free else self._snap(held, axis)
                size[axis] = found.length_px if found else max(self._session.layout.patch[axis], round(held))
                if found:
                    self._snaps[axis] = found
        changes = {"poster.width": size[0], "poster.height": size[1]}
        self._session.edit(changes, self._canvas.tr("Poster size"), self._gesture)

    def _snap(self, held_px: float, axis: int) -> Snap | None:
        layout = self._session.layout
        area_px = self._session.draft.values[_AREAS[axis]] or layout.patch[axis]
        other_px = None if self._edge == "corner" else self._before[1 - axis]
        return snap(held_px, axis, layout, area_px, other_px, _SNAP_PX / self._canvas.scale_factor)

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
            words = self._canvas.tr("%d × %d px · %.2f per class")
            size = words % (width, height, layout.images_per_class)
            return " · ".join([size, *dict.fromkeys(self._in_words(found) for found in self._snaps.values())])
        view = self._canvas.view
        if self._dragged_cell is None or view is None:
            return ""
        name = view.cell_names[self._dragged_cell]
        if self._target_cell is None:
            return name
        change = self._session.class_order.cost_of_swap(self._dragged_cell, self._target_cell)
        cost = "" if change is None else f"   {change:+.2f}".replace("-", "−")
        return f"{name} ⇄ {view.cell_names[self._target_cell]}{cost}"

    def _in_words(self, found: Snap) -> str:
        """What an edge snapped to."""
        tr = self._canvas.tr
        match found.what:
            case "areas" if found.amount == 1:
                return tr("1 class area of %d px") % found.size_px
            case "areas":
                return tr("%d class areas of %d px") % (found.amount, found.size_px)
            case "budget":
                return tr("a budget of %g") % found.amount
            case "stride":
                return tr("patches every %d px") % found.amount

    def _draw_guides(self, painter: QPainter) -> None:
        """A line along each edge that snapped, right across the canvas."""
        canvas = self._canvas
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
        painter.setPen(QPen(QColor(colors_of(canvas).accent), 1, Qt.PenStyle.DashLine))
        room = canvas.viewport().rect()
        for axis, found in self._snaps.items():
            edge = QPointF(found.length_px, 0) if axis == 0 else QPointF(0, found.length_px)
            at = canvas.mapFromScene(edge)
            if axis == 0:
                painter.drawLine(at.x(), room.top(), at.x(), room.bottom())
            else:
                painter.drawLine(room.left(), at.y(), room.right(), at.y())
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)

    def _draw_grips(self, painter: QPainter) -> None:
        poster = self._canvas.viewportTransform().mapRect(QRectF(0, 0, *self._session.layout.poster))
        colors = colors_of(self._canvas)
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
            painter.setBrush(QColor(colors.accent if edge == active else colors.muted))
            painter.setOpacity(1.0 if edge == active else 0.45)
            painter.drawRoundedRect(grip, 2.5, 2.5)
        painter.setOpacity(1.0)
