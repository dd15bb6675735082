"""Box with the values at the crosshair of a plot."""

from collections.abc import Sequence

from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QFrame, QVBoxLayout, QWidget

from podd_app.pages.run.curve_protocol import Reading
from podd_app.qt.plain_text import join_html, rich_text
from podd_app.widgets.text import RichText

_POINTER_GAP_PX = 12
_TABLE = "%s<table cellspacing=0 cellpadding=0>%s</table>"
_ROW = '<tr><td style="color:%s">●</td><td>&nbsp;%s&nbsp;&nbsp;</td><td align=right>%s</td></tr>'


class Readout(QFrame):
    """Small box next to the pointer that stays inside its plot.

    Args:
        plot: plot that the box covers; also the parent widget.
    """

    def __init__(self, plot: QWidget) -> None:
        super().__init__(plot)
        self._plot = plot
        self.setProperty("role", "readout")
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self._text = RichText(None)
        column = QVBoxLayout(self)
        column.setContentsMargins(8, 5, 8, 5)
        column.addWidget(self._text)
        self.hide()

    @property
    def text(self) -> str:
        """Displayed values as rich text."""
        return self._text.text()

    def show_values(self, title: str, readings: Sequence[Reading], at: QPoint) -> None:
        """Show values next to a point.

        Args:
            title: text above the values.
            readings: values to show, one per line.
            at: point in the coordinates of the plot.
        """
        rows = [rich_text(_ROW, reading.color.name(), reading.name, reading.text) for reading in readings]
        self._text.set_html(rich_text(_TABLE, title, join_html("", rows)))
        self.adjustSize()
        area = self._plot.rect()
        x = at.x() + _POINTER_GAP_PX
        if x + self.width() > area.right():
            x = at.x() - _POINTER_GAP_PX - self.width()
        y = min(max(0, at.y() - self.height() // 2), area.height() - self.height())
        self.move(max(0, x), max(0, y))
        self.show()
        self.raise_()
