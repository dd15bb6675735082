"""Keyboard focus ring of custom-painted widgets."""

from PySide6.QtCore import QEvent, QObject, QRectF, Qt
from PySide6.QtGui import QColor, QFocusEvent, QPainter, QPen
from PySide6.QtWidgets import QAbstractScrollArea, QWidget

from podd_app.style.theme import colors_of

_LINE_PX = 2.0
_BY_KEYS = (
    Qt.FocusReason.TabFocusReason,
    Qt.FocusReason.BacktabFocusReason,
    Qt.FocusReason.ShortcutFocusReason,
)
_KEYS = (QEvent.Type.KeyPress, QEvent.Type.KeyRelease)


class FocusRing(QObject):
    """Tracks whether a scroll area should show a focus ring.

    The ring is shown if the area has focus and the keyboard was used to reach or operate it. A mouse
    click shows no ring. A key release counts as well: after a shortcut has moved the focus to the area,
    the area receives the release of that key.

    Args:
        area: The scroll area. Its viewport is repainted when the ring changes.
    """

    def __init__(self, area: QAbstractScrollArea) -> None:
        super().__init__(area)
        self._area = area
        self._shown = False
        area.installEventFilter(self)

    @property
    def shown(self) -> bool:
        """Whether to draw the ring."""
        return self._shown

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Update the ring on focus and key events. All events are passed on."""
        if isinstance(event, QFocusEvent):
            self._show(event.type() == QEvent.Type.FocusIn and event.reason() in _BY_KEYS)
        elif event.type() in _KEYS:
            self._show(self._area.hasFocus())
        return False

    def _show(self, shown: bool) -> None:
        if shown != self._shown:
            self._shown = shown
            self._area.viewport().update()


def draw_focus_ring(painter: QPainter, widget: QWidget, area: QRectF, radius_px: float) -> None:
    """Draw a focus ring inside a rectangle.

    Args:
        painter: Painter of the widget.
        widget: Widget whose color scheme is used.
        area: Outer rectangle in pixels.
        radius_px: Outer corner radius.
    """
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.setPen(QPen(QColor(colors_of(widget).accent), _LINE_PX))
    inset = _LINE_PX / 2
    inner = max(0.0, radius_px - inset)
    painter.drawRoundedRect(area.adjusted(inset, inset, -inset, -inset), inner, inner)
    painter.restore()
