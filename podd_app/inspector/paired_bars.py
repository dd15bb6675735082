"""Bar chart of class shares with one or two columns."""

from dataclasses import dataclass

from PySide6.QtCore import QRect, QSize, Qt
from PySide6.QtGui import QAccessible, QColor, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QStyle, QWidget

from podd_app.qt.accessibility import set_accessible_role
from podd_app.qt.plain_text import set_description
from podd_app.style.formatting import format_percent
from podd_app.style.theme import colors_of, scaled

_ROW_PX = 20
_HEAD_PX = 18
_NAME_PX = 84
_SHARE_PX = 48
_BAR_PX = 8
_GAP_PX = 10
_MIN_SHARE = 0.001
_DIMMED_OPACITY = 0.5


@dataclass(frozen=True)
class PairedBar:
    """Row of the chart.

    Args:
        name: display name of the class.
        color: color of the class.
        shares: share in each column, in [0, 1].
    """

    name: str
    color: QColor
    shares: tuple[float, ...]


class PairedBars(QWidget):
    """Bar chart with a row for each class, and a column with a heading for each kind of share.

    Args:
        rows: maximum number of rows. The classes with the highest shares are shown.
    """

    def __init__(self, rows: int = 6, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._max_rows = rows
        self._row_px, self._head_px = scaled(_ROW_PX), scaled(_HEAD_PX)
        self._name_px, self._share_px = scaled(_NAME_PX), scaled(_SHARE_PX)
        self._headings: tuple[str, ...] = ()
        self._bars: list[PairedBar] = []
        self._dimmed: tuple[int, ...] = ()
        self._no_class = self.tr("No class")
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        set_accessible_role(self, QAccessible.Role.Chart)

    @property
    def dimmed_columns(self) -> tuple[int, ...]:
        """Indices of the columns that do not belong to the poster on screen."""
        return self._dimmed

    @property
    def bars(self) -> list[PairedBar]:
        """The shown bars, sorted by their highest share."""
        return list(self._bars)

    def sizeHint(self) -> QSize:
        """Return the size for the maximum number of rows, so that the layout does not jump."""
        return QSize(200, self._head_px + self._max_rows * self._row_px)

    def set_bars(
        self, headings: tuple[str, ...], bars: list[PairedBar], dimmed: tuple[int, ...] = ()
    ) -> None:
        """Set the bars.

        Args:
            headings: heading of each column.
            bars: the bars of all classes.
            dimmed: indices of the columns to dim, because they do not belong to the poster on screen.
        """
        self._dimmed = dimmed
        visible = [bar for bar in bars if max(bar.shares) >= _MIN_SHARE]
        self._headings = headings
        self._bars = sorted(visible, key=lambda bar: -max(bar.shares))[: self._max_rows]
        descriptions = [
            f"{heading}: " + ", ".join(f"{_share_text(bar.shares[index])} {bar.name}" for bar in self._bars)
            for index, heading in enumerate(headings)
        ]
        set_description(self, "; ".join(descriptions) if self._bars else self._no_class)
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the names and the columns."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        colors, columns = colors_of(self), max(1, len(self._headings))
        column_px = (self.width() - self._name_px - _GAP_PX * (columns - 1)) // columns
        highest = max((share for bar in self._bars for share in bar.shares), default=1.0)

        def draw_text(rect: QRect, text: str, color: str, at: Qt.AlignmentFlag) -> None:
            painter.setPen(QColor(color))
            side = QStyle.visualAlignment(self.layoutDirection(), at | Qt.AlignmentFlag.AlignVCenter)
            shown = painter.fontMetrics().elidedText(text, Qt.TextElideMode.ElideRight, rect.width())
            painter.drawText(self._mirrored(rect), side, shown)

        start, end = Qt.AlignmentFlag.AlignLeft, Qt.AlignmentFlag.AlignRight
        if not self._bars:
            draw_text(QRect(0, 0, self.width(), self._row_px), self._no_class, colors.muted, start)
            return
        for index, heading in enumerate(self._headings):
            left = self._name_px + index * (column_px + _GAP_PX)
            painter.setOpacity(1)
            draw_text(QRect(left, 0, column_px, self._head_px), heading, colors.muted, start)
            for row, bar in enumerate(self._bars):
                top, share = self._head_px + row * self._row_px, bar.shares[index]
                painter.setOpacity(1)
                if index == 0:
                    draw_text(QRect(0, top, self._name_px - 8, self._row_px), bar.name, colors.text, start)
                painter.setOpacity(_DIMMED_OPACITY if index in self._dimmed else 1)
                share_rect = QRect(left + column_px - self._share_px, top, self._share_px, self._row_px)
                draw_text(share_rect, _share_text(share), colors.muted, end)
                if share < _MIN_SHARE:
                    continue
                length = max(_BAR_PX, round((column_px - self._share_px) * share / highest))
                rect = QRect(left, top + (self._row_px - _BAR_PX) // 2, length, _BAR_PX)
                painter.setPen(Qt.PenStyle.NoPen)
                painter.setBrush(bar.color)
                painter.drawRoundedRect(self._mirrored(rect), _BAR_PX / 2, _BAR_PX / 2)

    def _mirrored(self, rect: QRect) -> QRect:
        return QStyle.visualRect(self.layoutDirection(), self.rect(), rect)


def _share_text(share: float) -> str:
    """Return a share as a percentage. Shares without a bar are shown as less than the minimum."""
    return format_percent(share) if share >= _MIN_SHARE or not share else f"<{format_percent(_MIN_SHARE)}"
