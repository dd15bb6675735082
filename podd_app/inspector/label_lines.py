"""Small line plot of class shares over outer steps."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen, QPolygonF
from PySide6.QtWidgets import QSizePolicy, QStyle, QWidget

from podd_app.style.formatting import format_count, format_percent
from podd_app.style.theme import colors_of

_LINES_PX = 64
_AXIS_PX = 16
_ROW_PX = 20
_SWATCH_PX = 24
_NAME_PX = 100
_DASHES: tuple[tuple[float, ...], ...] = ((), (4, 2), (1.5, 2), (6, 2, 1.5, 2))
"""Dash pattern of each line. Lines differ in color and dash pattern."""


@dataclass(frozen=True, eq=False)
class LabelShareLine:
    """Share of one class over time.

    Args:
        name: display name of the class.
        color: color of the class.
        shares: float32 [steps], share at each step, in [0, 1].
    """

    name: str
    color: QColor
    shares: NDArray[np.float32]


class LabelLines(QWidget):
    """Line plot with a legend. Each legend row shows a line sample, a name, and the first and last share."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._steps: tuple[int, ...] = ()
        self._lines: list[LabelShareLine] = []
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    @property
    def lines(self) -> list[LabelShareLine]:
        """The shown lines, sorted by their highest share."""
        return list(self._lines)

    def sizeHint(self) -> QSize:
        """Return the size for the maximum number of lines."""
        return QSize(200, _LINES_PX + _AXIS_PX + len(_DASHES) * _ROW_PX)

    def set_lines(self, steps: tuple[int, ...], lines: list[LabelShareLine]) -> None:
        """Show the lines with the highest maximum shares.

        Args:
            steps: outer steps, ascending.
            lines: the lines of all classes.
        """
        strongest = sorted(lines, key=lambda line: -float(line.shares.max(initial=0.0)))[: len(_DASHES)]
        self._steps, self._lines = steps, [line for line in strongest if line.shares.max(initial=0.0) > 0]
        self.setAccessibleDescription("; ".join(f"{line.name} {_change_text(line)}" for line in self._lines))
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the lines, the axis and the legend."""
        if not self._lines:
            return
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        self._draw_lines(painter)
        start, end = Qt.AlignmentFlag.AlignLeft, Qt.AlignmentFlag.AlignRight
        for row, line in enumerate(self._lines):
            top = _LINES_PX + _AXIS_PX + row * _ROW_PX
            swatch = self._mirrored(QRect(0, top, _SWATCH_PX, _ROW_PX))
            painter.setPen(self._pen(row))
            y = QRectF(swatch).center().y()
            painter.drawLine(QPointF(swatch.left(), y), QPointF(swatch.right() - 4, y))
            name = QRect(_SWATCH_PX + 4, top, _NAME_PX, _ROW_PX)
            self._write(painter, name, line.name, start)
            left = _SWATCH_PX + _NAME_PX
            self._write(
                painter, QRect(left, top, self.width() - left, _ROW_PX), _change_text(line), end, muted=True
            )

    def _draw_lines(self, painter: QPainter) -> None:
        """Draw lines and axis. Time runs to the right in both layout directions, as in the plots."""
        axis = QRect(0, _LINES_PX, self.width(), _AXIS_PX)
        painter.setPen(QColor(colors_of(self).muted))
        painter.drawText(axis, Qt.AlignmentFlag.AlignLeft, format_count(self._steps[0]))
        painter.drawText(
            axis, Qt.AlignmentFlag.AlignRight, self.tr("step %s") % format_count(self._steps[-1])
        )
        painter.setPen(QPen(QColor(colors_of(self).border), 1))
        painter.drawLine(QPointF(0, _LINES_PX - 0.5), QPointF(self.width(), _LINES_PX - 0.5))
        highest = max(float(line.shares.max()) for line in self._lines)
        first, last = self._steps[0], max(self._steps[-1], self._steps[0] + 1)
        xs = [2 + (self.width() - 4) * (step - first) / (last - first) for step in self._steps]
        for row in reversed(range(len(self._lines))):
            shares = self._lines[row].shares / highest
            points = [
                QPointF(x, 3 + (_LINES_PX - 6) * (1 - float(y))) for x, y in zip(xs, shares, strict=True)
            ]
            painter.setPen(self._pen(row))
            painter.drawPolyline(QPolygonF(points))

    def _pen(self, row: int) -> QPen:
        pen = QPen(self._lines[row].color, 1.75)
        if _DASHES[row]:
            pen.setDashPattern(_DASHES[row])
        return pen

    def _write(
        self, painter: QPainter, rect: QRect, text: str, side: Qt.AlignmentFlag, muted: bool = False
    ) -> None:
        colors = colors_of(self)
        painter.setPen(QColor(colors.muted if muted else colors.text))
        shown = painter.fontMetrics().elidedText(text, Qt.TextElideMode.ElideRight, rect.width())
        aligned = QStyle.visualAlignment(self.layoutDirection(), side | Qt.AlignmentFlag.AlignVCenter)
        painter.drawText(self._mirrored(rect), aligned, shown)

    def _mirrored(self, rect: QRect) -> QRect:
        return QStyle.visualRect(self.layoutDirection(), self.rect(), rect)


def _change_text(line: LabelShareLine) -> str:
    """Return the first and last share. Unicode isolates keep their order in right-to-left text."""
    return f"\u2066{format_percent(float(line.shares[0]))} → {format_percent(float(line.shares[-1]))}\u2069"
