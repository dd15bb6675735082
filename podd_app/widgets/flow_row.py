"""Widgets side by side that go on in a next line where there is no room for all."""

from PySide6.QtCore import QPoint, QRect, QSize, Qt
from PySide6.QtWidgets import QLayout, QLayoutItem, QStyle, QWidget

_GAP_PX = 6


class FlowRow(QLayout):
    """Lines of widgets at their own size.

    Args:
        at_end: whether lines end at the end of the row, instead of beginning at its start.
        gap_px: between widgets, and between lines.
    """

    def __init__(self, *, at_end: bool = False, gap_px: int = _GAP_PX, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setContentsMargins(0, 0, 0, 0)
        self._at_end, self._gap_px = at_end, gap_px
        self._items: list[QLayoutItem] = []

    def insertWidget(self, index: int, widget: QWidget) -> None:
        """Add ``widget`` before the one at ``index``."""
        self.addWidget(widget)
        self._items.insert(index, self._items.pop())
        self.invalidate()

    def addItem(self, item: QLayoutItem) -> None:
        """Add at the end."""
        self._items.append(item)

    def count(self) -> int:
        """Widgets, shown or not."""
        return len(self._items)

    def itemAt(self, index: int) -> QLayoutItem | None:
        """The item at ``index``; None beyond the last."""
        return self._items[index] if 0 <= index < len(self._items) else None

    def takeAt(self, index: int) -> QLayoutItem | None:
        """Take an item out; None beyond the last."""
        return self._items.pop(index) if 0 <= index < len(self._items) else None

    def expandingDirections(self) -> Qt.Orientation:
        """It takes what is left."""
        return Qt.Orientation.Horizontal

    def hasHeightForWidth(self) -> bool:
        """More lines where it is narrow."""
        return True

    def heightForWidth(self, width: int) -> int:
        """Of all lines, px."""
        lines = self._lines(width)
        return sum(height for _, height in lines) + self._gap_px * max(0, len(lines) - 1)

    def sizeHint(self) -> QSize:
        """All in one line."""
        hints = [item.sizeHint() for item in self._items if not item.isEmpty()]
        across = sum(hint.width() for hint in hints) + self._gap_px * max(0, len(hints) - 1)
        return QSize(across, max((hint.height() for hint in hints), default=0))

    def minimumSize(self) -> QSize:
        """The widest widget."""
        size = QSize()
        for item in self._items:
            if not item.isEmpty():
                size = size.expandedTo(item.minimumSize())
        return size

    def setGeometry(self, rect: QRect) -> None:
        """Lay out line after line."""
        super().setGeometry(rect)
        parent, top = self.parentWidget(), rect.top()
        direction = parent.layoutDirection() if parent else Qt.LayoutDirection.LeftToRight
        for line, height in self._lines(rect.width()):
            across = sum(item.sizeHint().width() for item in line) + self._gap_px * (len(line) - 1)
            left = rect.left() + (rect.width() - across if self._at_end else 0)
            for item in line:
                place = QRect(QPoint(left, top), QSize(item.sizeHint().width(), height))
                item.setGeometry(QStyle.visualRect(direction, rect, place))
                left += item.sizeHint().width() + self._gap_px
            top += height + self._gap_px

    def _lines(self, width: int) -> list[tuple[list[QLayoutItem], int]]:
        """Items of each line, and its height, px."""
        lines: list[tuple[list[QLayoutItem], int]] = []
        room = -1
        for item in self._items:
            if item.isEmpty():
                continue
            hint = item.sizeHint()
            if hint.width() + self._gap_px <= room and lines:
                items, height = lines[-1]
                lines[-1] = ([*items, item], max(height, hint.height()))
                room -= hint.width() + self._gap_px
            else:
                lines.append(([item], hint.height()))
                room = width - hint.width()
        return lines
