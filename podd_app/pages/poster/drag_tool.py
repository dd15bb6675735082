"""Canvas tool that resizes the poster and swaps classes by dragging.

Edges snap to useful sizes unless the user holds Ctrl (Command on macOS). The tool does not use Alt,
because many window managers use Alt for dragging windows.
"""

from typing import Literal

from PySide6.QtCore import QCoreApplication, QPoint, QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QPainter, QPen

from podd_app.canvas.overlays import draw_tag, tag_size
from podd_app.canvas.poster_canvas import PosterCanvas
from podd_app.canvas.poster_geometry import PosterGeometry
from podd_app.canvas.tool import CanvasView
from podd_app.models.class_order import Grid
from podd_app.models.draft import Draft
from podd_app.models.edit_rules import with_dependent_changes
from podd_app.models.session import Session
from podd_app.pages.poster.snapping import Snap, snap
from podd_app.style.formatting import format_size
from podd_app.style.theme import colors_of
from podd_engine.poster.layout import PosterLayout

Edge = Literal["right", "bottom", "corner"]

_GRAB_INSIDE_PX, _GRAB_OUTSIDE_PX = 6.0, 15.0
_GRIP_LENGTH_PX, _GRIP_WIDTH_PX, _GRIP_OFFSET_PX = 28.0, 5.0, 9.0
_CURSORS = {
    "right": Qt.CursorShape.SizeHorCursor,
    "bottom": Qt.CursorShape.SizeVerCursor,
    "corner": Qt.CursorShape.SizeFDiagCursor,
}
_TAG_FONT_PX = 12
_TAG_OFFSET_PX = QPoint(14, 14)
_MAX_TAG_PX = 560
_SNAP_PX = 6.0
_EDGES: tuple[Edge, Edge] = ("right", "bottom")
_REGION_SETTINGS = ("poster.class_width", "poster.class_height")
"""Settings of the class region size, for the width and for the height."""


class PosterDragTool:
    """Drags the edges of the poster and the classes. Other drags pan the canvas.

    A drag shows a preview on the canvas. The settings change once, when the user releases the button.
    Escape, or a change of the settings during the drag, discards the preview.

    Args:
        session: the session whose settings are edited.
        canvas: the canvas.
    """

    def __init__(self, session: Session, canvas: PosterCanvas) -> None:
        self._session = session
        self._canvas = canvas
        self._edge: Edge | None = None
        self._hovered: Edge | None = None
        self._edited = self._current_edit
        self._size: tuple[int, int] = (0, 0)
        self._start = QPointF()
        self._dragged_cell: int | None = None
        self._target_cell: int | None = None
        self._position = QPointF()
        self._snaps: dict[int, Snap] = {}
        self._last_step: tuple[tuple[int, int], int | None, int] | None = None

    def cursor(self, point: QPointF) -> Qt.CursorShape | None:
        """Return a resize cursor over an edge, a hand over a class, and None elsewhere."""
        hovered = self._edge_at(point)
        if hovered != self._hovered:
            self._hovered = hovered
            self._canvas.viewport().update()
        if self._hovered:
            return _CURSORS[self._hovered]
        return Qt.CursorShape.OpenHandCursor if self._cell_at(point) is not None else None

    def begin(self, point: QPointF) -> bool:
        """Start to drag the edge or the class at ``point``. Return False if there is nothing to drag."""
        self._edge = self._edge_at(point)
        self._edited, self._size = self._current_edit, self._session.layout.poster
        self._start = self._position = point
        if self._edge is None:
            self._dragged_cell = self._cell_at(point)
            self._target_cell = None
            self._canvas.highlight_cells(self._dragged_cell, None)
        return self._edge is not None or self._dragged_cell is not None

    def move(self, point: QPointF, free: bool) -> None:
        """Preview the size of the poster, or show the cost of a swap with the class at ``point``.

        Args:
            point: position of the pointer in poster pixels.
            free: whether edges do not snap.
        """
        if self._edited != self._current_edit:
            return
        self._position = point
        if self._edge is not None:
            self._resize(point, free)
        elif self._dragged_cell is not None:
            cell = self._cell_at(point)
            self._target_cell = cell if cell != self._dragged_cell else None
            self._canvas.highlight_cells(self._dragged_cell, self._target_cell)

    def finish(self, point: QPointF) -> None:
        """End the drag: resize the poster or swap the classes as one undo step."""
        first, second, size = self._dragged_cell, self._target_cell, self._size
        self._release()
        if self._edited != self._current_edit:
            return
        if first is not None and second is not None:
            self._session.swap_classes(first, second)
        elif size != self._session.layout.poster:
            name = QCoreApplication.translate("PosterDragTool", "Poster size")
            self._session.edit(_size_changes(size), name)

    def cancel(self) -> None:
        """Discard the preview."""
        self._release()

    def step(self, across: int, down: int) -> None:
        """Swap the class under the selected patch with its neighbor. The selection follows the class.

        Args:
            across: number of columns to the right.
            down: number of rows down.
        """
        canvas, view, patch = self._canvas, self._canvas.view, self._canvas.selected_patch
        if view is None or patch is None:
            canvas.step_selection(across, down)
            return
        # If no patch is at the center of a cell, the selected patch belongs to a neighboring cell.
        # The cell of the last step is therefore stored.
        if self._last_step is not None and self._last_step[:2] == (view.layout.class_grid, patch):
            cell = self._last_step[2]
        else:
            middle = view.patch(patch).center()
            spot = view.spot(middle.x(), middle.y())
            cell = spot.cell if spot else 0
        columns, rows = view.layout.class_grid
        column, row = cell % columns + across, cell // columns + down
        if not (0 <= column < columns and 0 <= row < rows):
            return
        target = row * columns + column
        self._session.swap_classes(cell, target)
        middle = view.cells[target].center()
        spot = view.spot(middle.x(), middle.y())
        if spot is not None and spot.patch is not None:
            canvas.select_patch(spot.patch)
        self._last_step = (columns, rows), canvas.selected_patch, target

    def draw(self, painter: QPainter, canvas: CanvasView) -> None:
        """Draw the grips. During a drag, also draw a tag at the pointer and lines at snapped edges."""
        self._draw_grips(painter)
        self._draw_guides(painter)
        text = self._tag()
        if text:
            draw_tag(painter, self._tag_corner(canvas, text), text, _TAG_FONT_PX, _MAX_TAG_PX)

    def _tag_corner(self, canvas: CanvasView, text: str) -> QPointF:
        """Return a position next to the pointer that keeps the tag inside the canvas."""
        at = canvas.mapFromScene(self._position) + _TAG_OFFSET_PX
        font = QFont(canvas.font())
        font.setPixelSize(_TAG_FONT_PX)
        size, room = tag_size(text, font), canvas.viewport().rect()
        left = min(at.x(), room.right() - size.width() - _TAG_OFFSET_PX.x())
        top = min(at.y(), room.bottom() - size.height() - _TAG_OFFSET_PX.y())
        return QPointF(max(0, left), max(0, top))

    def _release(self) -> None:
        self._edge = self._dragged_cell = self._target_cell = None
        self._snaps = {}
        self._canvas.highlight_cells(None, None)
        self._show(self._session.layout)

    def _show(self, layout: PosterLayout) -> None:
        session = self._session
        view = PosterGeometry(layout, session.class_order.shown.grid, session.class_names)
        if view != self._canvas.view:
            self._canvas.set_view(view)

    @property
    def _current_edit(self) -> tuple[Draft, Grid]:
        """The settings and the class order. A drag of others than these has no effect."""
        return self._session.draft, self._session.class_order.shown.grid

    @property
    def _layout(self) -> PosterLayout:
        """Geometry on the canvas: the preview during a drag."""
        view = self._canvas.view
        return view.layout if view else self._session.layout

    def _resize(self, point: QPointF, free: bool) -> None:
        before, moved = self._session.layout, point - self._start
        size, self._snaps = list(before.poster), {}
        for axis, moved_px in ((0, moved.x()), (1, moved.y())):
            if self._edge in (_EDGES[axis], "corner"):
                length_px = before.poster[axis] + moved_px
                found = None if free else self._snap(length_px, axis, before)
                size[axis] = found.length_px if found else max(before.patch[axis], round(length_px))
                if found:
                    self._snaps[axis] = found
        values = self._session.draft.values
        changes = with_dependent_changes(values, _size_changes((size[0], size[1])))
        layout = self._session.draft.with_changes(changes).layout
        if layout is not None:
            self._size = layout.poster
            self._show(layout)

    def _snap(self, length_px: float, axis: int, before: PosterLayout) -> Snap | None:
        region_px = self._session.draft.values[_REGION_SETTINGS[axis]] or before.patch[axis]
        other_px = None if self._edge == "corner" else before.poster[1 - axis]
        return snap(length_px, axis, before, region_px, other_px, _SNAP_PX / self._canvas.scale_factor)

    def _edge_at(self, point: QPointF) -> Edge | None:
        inside, outside = (reach / self._canvas.scale_factor for reach in (_GRAB_INSIDE_PX, _GRAB_OUTSIDE_PX))
        width, height = self._layout.poster
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
            layout = self._layout
            text = QCoreApplication.translate("PosterDragTool", "%s px · %.2f images/class")
            size = text % (format_size(*layout.poster), layout.images_per_class)
            return " · ".join([size, *dict.fromkeys(_snap_text(found) for found in self._snaps.values())])
        view = self._canvas.view
        if self._dragged_cell is None or view is None:
            return ""
        name = view.cell_names[self._dragged_cell]
        if self._target_cell is None:
            return name
        change = self._session.class_order.cost_of_swap(self._dragged_cell, self._target_cell)
        cost = "" if change is None else f"   {change:+.2f}".replace("-", "−")
        return f"{name} ⇄ {view.cell_names[self._target_cell]}{cost}"

    def _draw_guides(self, painter: QPainter) -> None:
        """Draw a line across the canvas along each snapped edge."""
        canvas = self._canvas
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
        painter.setPen(QPen(QColor(colors_of(canvas).accent), 1, Qt.PenStyle.DashLine))
        room = canvas.viewport().rect()
        for axis, found in self._snaps.items():
            scene_edge = QPointF(found.length_px, 0) if axis == 0 else QPointF(0, found.length_px)
            edge = canvas.mapFromScene(scene_edge)
            if axis == 0:
                painter.drawLine(edge.x(), room.top(), edge.x(), room.bottom())
            else:
                painter.drawLine(room.left(), edge.y(), room.right(), edge.y())
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)

    def _draw_grips(self, painter: QPainter) -> None:
        poster = self._canvas.viewportTransform().mapRect(QRectF(0, 0, *self._layout.poster))
        colors = colors_of(self._canvas)
        active = self._edge or self._hovered
        painter.setPen(Qt.PenStyle.NoPen)
        offset = _GRIP_OFFSET_PX
        grips: dict[Edge, QRectF] = {
            "right": QRectF(0, 0, _GRIP_WIDTH_PX, _GRIP_LENGTH_PX),
            "bottom": QRectF(0, 0, _GRIP_LENGTH_PX, _GRIP_WIDTH_PX),
            "corner": QRectF(0, 0, 9, 9),
        }
        grips["right"].moveCenter(QPointF(poster.right() + offset, poster.center().y()))
        grips["bottom"].moveCenter(QPointF(poster.center().x(), poster.bottom() + offset))
        grips["corner"].moveCenter(QPointF(poster.right() + offset, poster.bottom() + offset))
        for edge, grip in grips.items():
            painter.setBrush(QColor(colors.accent if edge == active else colors.muted))
            painter.setOpacity(1.0 if edge == active else 0.45)
            painter.drawRoundedRect(grip, 2.5, 2.5)
        painter.setOpacity(1.0)


def _size_changes(size: tuple[int, int]) -> dict[str, int]:
    return {"poster.width": size[0], "poster.height": size[1]}


def _snap_text(found: Snap) -> str:
    """Return a description of the size that an edge has snapped to."""
    match found.what:
        case "areas":
            count = round(found.amount)
            text = QCoreApplication.translate("PosterDragTool", "%n class region(s) of %d px", "", count)
            return text % found.size_px
        case "budget":
            return QCoreApplication.translate("PosterDragTool", "budget of %g images/class") % found.amount
        case "stride":
            return QCoreApplication.translate("PosterDragTool", "patch stride of %d px") % found.amount
