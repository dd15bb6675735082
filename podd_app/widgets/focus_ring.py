"""The ring round what the keyboard is at, for widgets that paint themselves."""

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
    """Knows whether a scrolled widget should show its ring: with the focus, once a key was used there.

    Whoever points and clicks sees no ring. A shortcut that leads to the widget lets go of its key there.

    Args:
        area: whose focus it is; its viewport is drawn anew.
    """

    def __init__(self, area: QAbstractScrollArea) -> None:
        super().__init__(area)
        self._area = area
        self._shown = False
        area.installEventFilter(self)

    @property
    def shown(self) -> bool:
        """Whether to draw it."""
        return self._shown

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Follow focus and keys; let everything through."""
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
    """Draw the ring just inside ``area``, px, in the scheme ``widget`` is shown in."""
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.setPen(QPen(QColor(colors_of(widget).accent), _LINE_PX))
    inset = _LINE_PX / 2
    inner = max(0.0, radius_px - inset)
    painter.drawRoundedRect(area.adjusted(inset, inset, -inset, -inset), inner, inner)
    painter.restore()
