"""What dragging on the canvas does in a place, other than pan."""

from typing import TYPE_CHECKING, Protocol

from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QPainter

if TYPE_CHECKING:
    from podd_app.canvas.poster_graphics_view import PosterGraphicsView


class CanvasTool(Protocol):
    """Takes drags. Points are poster coordinates, px."""

    def cursor(self, point: QPointF) -> Qt.CursorShape | None:
        """The pointer over ``point``; None: the usual one."""

    def begin(self, point: QPointF) -> bool:
        """A drag began at ``point``; True takes it, False leaves it to pan."""

    def move(self, point: QPointF, free: bool) -> None:
        """The drag is now at ``point``; ``free`` while it is to snap to nothing."""

    def finish(self, point: QPointF) -> None:
        """The drag ended at ``point``."""

    def cancel(self) -> None:
        """The drag was called off (Escape)."""

    def step(self, across: int, down: int) -> None:
        """Move what lies under the selected patch by one, from the keyboard."""

    def draw(self, painter: QPainter, canvas: "PosterGraphicsView") -> None:
        """Draw over everything, in viewport pixels."""
