"""Shares of classes as bars: what a patch is said to be, and beside it what networks take it for."""

from dataclasses import dataclass

from PySide6.QtCore import QRect, QSize, Qt
from PySide6.QtGui import QAccessible, QColor, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QStyle, QWidget

from podd_app.qt.accessibility import set_accessible_role
from podd_app.style.formatting import format_percent
from podd_app.style.theme import colors_of, scaled

_ROW_PX = 20
_HEAD_PX = 18
_NAME_PX = 84
_SHARE_PX = 48
_BAR_PX = 8
_GAP_PX = 10
_LEAST_SHARE = 0.001


@dataclass(frozen=True)
class PairedBar:
    """A class.

    Args:
        name: for people.
        color: of the class.
        shares: one in each column, in [0, 1].
    """

    name: str
    color: QColor
    shares: tuple[float, ...]


class PairedBars(QWidget):
    """A row a class, a column for each kind of share, headed by its name.

    Args:
        rows: classes at most: the strongest of any column.
    """

    def __init__(self, rows: int = 6, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._max_rows = rows
        self._row_px, self._head_px = scaled(_ROW_PX), scaled(_HEAD_PX)
        self._name_px, self._share_px = scaled(_NAME_PX), scaled(_SHARE_PX)
        self._heads: tuple[str, ...] = ()
        self._bars: list[PairedBar] = []
        self._no_class = self.tr("No class")
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        set_accessible_role(self, QAccessible.Role.Chart)

    @property
    def bars(self) -> list[PairedBar]:
        """What is shown, the strongest first."""
        return list(self._bars)

    def sizeHint(self) -> QSize:
        """Room for every row there may be, so that nothing jumps."""
        return QSize(200, self._head_px + self._max_rows * self._row_px)

    def set_bars(self, heads: tuple[str, ...], bars: list[PairedBar]) -> None:
        """Show other shares.

        Args:
            heads: the name of each column.
            bars: all classes.
        """
        worth = [bar for bar in bars if max(bar.shares) >= _LEAST_SHARE]
        self._heads, self._bars = heads, sorted(worth, key=lambda bar: -max(bar.shares))[: self._max_rows]
        said = [
            f"{head}: " + ", ".join(f"{_share_text(bar.shares[number])} {bar.name}" for bar in self._bars)
            for number, head in enumerate(heads)
        ]
        self.setAccessibleDescription("; ".join(said) if self._bars else self._no_class)
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Names at the start, then the columns."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        colors, columns = colors_of(self), max(1, len(self._heads))
        room = (self.width() - self._name_px - _GAP_PX * (columns - 1)) // columns
        longest = max((share for bar in self._bars for share in bar.shares), default=1.0)

        def text(rect: QRect, words: str, color: str, at: Qt.AlignmentFlag) -> None:
            painter.setPen(QColor(color))
            middle = Qt.AlignmentFlag.AlignVCenter
            side = QStyle.visualAlignment(self.layoutDirection(), at | middle)
            shown = painter.fontMetrics().elidedText(words, Qt.TextElideMode.ElideRight, rect.width())
            painter.drawText(self._mirrored(rect), side, shown)

        start, end = Qt.AlignmentFlag.AlignLeft, Qt.AlignmentFlag.AlignRight
        if not self._bars:
            text(QRect(0, 0, self.width(), self._row_px), self._no_class, colors.muted, start)
            return
        for number, head in enumerate(self._heads):
            left = self._name_px + number * (room + _GAP_PX)
            text(QRect(left, 0, room, self._head_px), head, colors.muted, start)
            for row, bar in enumerate(self._bars):
                top, share = self._head_px + row * self._row_px, bar.shares[number]
                if number == 0:
                    text(QRect(0, top, self._name_px - 8, self._row_px), bar.name, colors.text, start)
                share_place = QRect(left + room - self._share_px, top, self._share_px, self._row_px)
                text(share_place, _share_text(share), colors.muted, end)
                if share < _LEAST_SHARE:
                    continue
                length = max(_BAR_PX, round((room - self._share_px) * share / longest))
                rect = QRect(left, top + (self._row_px - _BAR_PX) // 2, length, _BAR_PX)
                painter.setPen(Qt.PenStyle.NoPen)
                painter.setBrush(bar.color)
                painter.drawRoundedRect(self._mirrored(rect), _BAR_PX / 2, _BAR_PX / 2)

    def _mirrored(self, rect: QRect) -> QRect:
        return QStyle.visualRect(self.layoutDirection(), self.rect(), rect)


def _share_text(share: float) -> str:
    """A share in per cent; what would have no bar is said to be less than the least that has one."""
    return format_percent(share) if share >= _LEAST_SHARE or not share else f"<{format_percent(_LEAST_SHARE)}"
