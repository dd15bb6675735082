"""What to write: a tick for each kind of file, with its size."""

from collections.abc import Iterable
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QCheckBox, QGridLayout, QLabel, QWidget

from podd_app.style.formatting import format_bytes, format_count
from podd_app.widgets.text import label

if TYPE_CHECKING:
    from podd_app.workers.export import ExportItem


class ExportItemList(QWidget):
    """Ticks that stay when another poster comes."""

    changed = Signal()
    """Other items are ticked, or their sizes are others."""

    def __init__(self, unchecked_items: Iterable[str] = (), parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._unticked = frozenset(unchecked_items)
        self._items: tuple[ExportItem, ...] = ()
        self.boxes: dict[str, QCheckBox] = {}
        self._sizes: dict[str, QLabel] = {}
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setVerticalSpacing(0)
        self._grid.setColumnStretch(0, 1)

    @property
    def checked_items(self) -> tuple[str, ...]:
        """Names of the ticked items, in their order."""
        return tuple(item.name for item in self._items if self.boxes[item.name].isChecked())

    @property
    def total(self) -> tuple[int, int]:
        """Bytes, about, and files of the ticked items."""
        checked_items = [item for item in self._items if self.boxes[item.name].isChecked()]
        return sum(item.number_of_bytes for item in checked_items), sum(item.files for item in checked_items)

    def show_items(self, items: tuple["ExportItem", ...]) -> None:
        """Offer ``items``."""
        self._items = items
        for row, item in enumerate(items):
            if item.name not in self.boxes:
                self._add(row, item)
            files = self.tr("%s files · ") % format_count(item.files) if item.files > 1 else ""
            self._sizes[item.name].setText(f"{files}{format_bytes(item.number_of_bytes)}")
        self.changed.emit()

    def _add(self, row: int, item: "ExportItem") -> None:
        box = QCheckBox(item.title)
        box.setChecked(item.name not in self._unticked)
        box.setToolTip(item.description)
        box.toggled.connect(self.changed)
        size = label("", "small", wraps=True)
        size.setAlignment(Qt.AlignmentFlag.AlignRight)
        size.setToolTip(self.tr("About what it takes on disk"))
        self._grid.addWidget(box, row, 0)
        self._grid.addWidget(size, row, 1, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        self.boxes[item.name], self._sizes[item.name] = box, size
