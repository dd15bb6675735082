"""Layout that places widgets side by side and wraps them like words."""

from PySide6.QtCore import QPoint, QRect, QSize, Qt
from PySide6.QtWidgets import QLayout, QLayoutItem, QStyle, QWidget

_GAP_PX = 6


class FlowRow(QLayout):
    """Layout that places widgets at their size hint and starts a new line when a line is full.

    Args:
        at_end: Whether to align the lines at the end instead of the start.
        gap_px: Space between widgets and between lines.
    """

    def __init__(self, *, at_end: bool = False, gap_px: int = _GAP_PX, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setContentsMargins(0, 0, 0, 0)
        self._at_end, self._gap_px = at_end, gap_px
        self._items: list[QLayoutItem] = []

    def insertWidget(self, index: int, widget: QWidget) -> None:
        """Insert ``widget`` before the item at ``index``."""
        self.addWidget(widget)
        self._items.insert(index, self._items.pop())
        self.invalidate()

    def addItem(self, item: QLayoutItem) -> None:
        """Append an item."""
        self._items.append(item)

    def count(self) -> int:
        """Return the number of items, including hidden ones."""
        return len(self._items)

    def itemAt(self, index: int) -> QLayoutItem | None:
        """Return the item at ``index``, or None if there is none."""
        return self._items[index] if 0 <= index < len(self._items) else None

    def takeAt(self, index: int) -> QLayoutItem | None:
        """Remove and return the item at ``index``, or return None if there is none."""
        return self._items.pop(index) if 0 <= index < len(self._items) else None

    def expandingDirections(self) -> Qt.Orientation:
        """Return that the layout uses additional width."""
        return Qt.Orientation.Horizontal

    def hasHeightForWidth(self) -> bool:
        """Return True: a narrow layout needs more lines."""
        return True

    def heightForWidth(self, width: int) -> int:
        """Return the height of all lines in pixels."""
        lines = self._lines(width)
        return sum(height for _, height in lines) + self._gap_px * max(0, len(lines) - 1)

    def sizeHint(self) -> QSize:
        """Return the size of all items in one line."""
        hints = [item.sizeHint() for item in self._items if not item.isEmpty()]
        across = sum(hint.width() for hint in hints) + self._gap_px * max(0, len(hints) - 1)
        return QSize(across, max((hint.height() for hint in hints), default=0))

    def minimumSize(self) -> QSize:
        """Return the minimum size of the largest item."""
        size = QSize()
        for item in self._items:
            if not item.isEmpty():
                size = size.expandedTo(item.minimumSize())
        return size

    def setGeometry(self, rect: QRect) -> None:
        """Place the items line by line."""
        super().setGeometry(rect)
        parent, top = self.parentWidget(), rect.top()
        direction = parent.layoutDirection() if parent else Qt.LayoutDirection.LeftToRight
        for line, height in self._lines(rect.width()):
            across = sum(item.sizeHint().width() for item in line) + self._gap_px * (len(line) - 1)
            left = rect.left() + (rect.width() - across if self._at_end else 0)
            for item in line:
                item_rect = QRect(QPoint(left, top), QSize(item.sizeHint().width(), height))
                item.setGeometry(QStyle.visualRect(direction, rect, item_rect))
                left += item.sizeHint().width() + self._gap_px
            top += height + self._gap_px

    def _lines(self, width: int) -> list[tuple[list[QLayoutItem], int]]:
        """Return the items and the height in pixels of each line."""
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
