"""The values under a plot's crosshair."""

from collections.abc import Sequence

from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QFrame, QLabel, QVBoxLayout, QWidget

from podd_app.pages.run.curve_protocol import Reading

_AWAY_PX = 12


class Readout(QFrame):
    """A small box beside the pointer that never leaves its plot.

    Args:
        plot: what it lies on.
    """

    def __init__(self, plot: QWidget) -> None:
        super().__init__(plot)
        self._plot = plot
        self.setProperty("role", "readout")
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self._text = QLabel()
        self._text.setTextFormat(Qt.TextFormat.RichText)
        column = QVBoxLayout(self)
        column.setContentsMargins(8, 5, 8, 5)
        column.addWidget(self._text)
        self.hide()

    @property
    def text(self) -> str:
        """What is shown, as rich text."""
        return self._text.text()

    def show_values(self, title: str, readings: Sequence[Reading], at: QPoint) -> None:
        """Show values beside ``at``, in the plot's coordinates."""
        rows = "".join(
            f'<tr><td style="color:{reading.color.name()}">●</td>'
            f"<td>&nbsp;{reading.name}&nbsp;&nbsp;</td><td align=right>{reading.text}</td></tr>"
            for reading in readings
        )
        self._text.setText(f"{title}<table cellspacing=0 cellpadding=0>{rows}</table>")
        self.adjustSize()
        room = self._plot.rect()
        x = at.x() + _AWAY_PX
        if x + self.width() > room.right():
            x = at.x() - _AWAY_PX - self.width()
        y = min(max(0, at.y() - self.height() // 2), room.height() - self.height())
        self.move(max(0, x), max(0, y))
        self.show()
        self.raise_()
