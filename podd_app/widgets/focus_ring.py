"""The ring round what the keyboard is at, for widgets that paint themselves."""

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPen
from PySide6.QtWidgets import QWidget

from podd_app.theme import colours_of

_LINE_PX = 2.0


def draw_focus_ring(painter: QPainter, widget: QWidget, area: QRectF, radius_px: float) -> None:
    """Draw the ring just inside ``area``, px, in the scheme ``widget`` is shown in."""
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.setPen(QPen(QColor(colours_of(widget).accent), _LINE_PX))
    inset = _LINE_PX / 2
    inner = max(0.0, radius_px - inset)
    painter.drawRoundedRect(area.adjusted(inset, inset, -inset, -inset), inner, inner)
    painter.restore()
