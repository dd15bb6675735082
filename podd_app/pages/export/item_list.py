"""List of the file types to export, with check boxes and sizes."""

from collections.abc import Iterable
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QCheckBox, QGridLayout, QLabel, QWidget

from podd_app.qt.plain_text import set_tooltip
from podd_app.style.formatting import format_bytes
from podd_app.widgets.text import label

if TYPE_CHECKING:
    from podd_app.workers.export import ExportItem


class ExportItemList(QWidget):
    """Check boxes of the file types; their states persist when another poster is shown.

    Args:
        unchecked_items: names of the items that are unchecked initially.
        parent: parent widget.
    """

    changed = Signal()
    """Emitted when the checked items or their sizes change."""

    def __init__(self, unchecked_items: Iterable[str] = (), parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._unchecked_items = frozenset(unchecked_items)
        self._items: tuple[ExportItem, ...] = ()
        self.boxes: dict[str, QCheckBox] = {}
        self._sizes: dict[str, QLabel] = {}
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setVerticalSpacing(0)
        self._grid.setColumnStretch(0, 1)

    @property
    def checked_items(self) -> tuple[str, ...]:
        """Names of the checked items in the order of the list."""
        return tuple(item.name for item in self._items if self.boxes[item.name].isChecked())

    @property
    def total(self) -> tuple[int, int]:
        """Estimated size in bytes and number of files of the checked items."""
        checked_items = [item for item in self._items if self.boxes[item.name].isChecked()]
        return sum(item.number_of_bytes for item in checked_items), sum(item.files for item in checked_items)

    def show_items(self, items: tuple["ExportItem", ...]) -> None:
        """Show ``items`` and their sizes."""
        self._items = items
        for row, item in enumerate(items):
            if item.name not in self.boxes:
                self._add(row, item)
            size = format_bytes(item.number_of_bytes)
            if item.files > 1:
                files = self.tr("%n file(s)", "", item.files)
                size = f"{files} · {size}"
            self._sizes[item.name].setText(size)
        self.changed.emit()

    def _add(self, row: int, item: "ExportItem") -> None:
        box = QCheckBox(item.title)
        box.setChecked(item.name not in self._unchecked_items)
        set_tooltip(box, item.description)
        box.toggled.connect(self.changed)
        size = label("", "small", wraps=True)
        size.setAlignment(Qt.AlignmentFlag.AlignRight)
        set_tooltip(size, self.tr("Estimated size on disk"))
        self._grid.addWidget(box, row, 0)
        self._grid.addWidget(size, row, 1, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        self.boxes[item.name], self._sizes[item.name] = box, size
