"""Interface of tools that handle drags on the poster canvas."""

from typing import Protocol

from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QFont, QPainter
from PySide6.QtWidgets import QWidget


class CanvasView(Protocol):
    """What a tool needs from the canvas to draw on it."""

    def viewport(self) -> QWidget:
        """The widget that is painted."""

    def font(self) -> QFont:
        """The font of the canvas."""

    def mapFromScene(self, point: QPointF, /) -> QPoint:
        """Convert poster coordinates to viewport coordinates."""


class CanvasTool(Protocol):
    """A tool that handles drags instead of panning. Points are poster coordinates in px."""

    def cursor(self, point: QPointF) -> Qt.CursorShape | None:
        """Pointer shape over ``point``; None for the default."""

    def begin(self, point: QPointF) -> bool:
        """Begin a drag at ``point``; return False to let the canvas pan."""

    def move(self, point: QPointF, free: bool) -> None:
        """Show a preview of the effect at ``point``; ``free`` disables snapping."""

    def finish(self, point: QPointF) -> None:
        """End the drag at ``point`` and apply its effect. Nothing was applied before."""

    def cancel(self) -> None:
        """Cancel the drag without any effect (Escape)."""

    def step(self, across: int, down: int) -> None:
        """Move the object under the selected patch by one cell, for keyboard users."""

    def draw(self, painter: QPainter, canvas: CanvasView) -> None:
        """Draw on top of the canvas, in viewport pixels."""
