"""List of the file types to export, with check boxes, sizes and the scale of pictures."""

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QCheckBox, QGridLayout, QHBoxLayout, QLabel, QSizePolicy, QWidget

from podd_app.qt.plain_text import set_tooltip
from podd_app.style.formatting import format_bytes, format_size
from podd_app.widgets.choice_field import ChoiceField
from podd_app.widgets.text import label

if TYPE_CHECKING:
    from podd_app.workers.export import ExportItem

DEFAULT_ITEMS = ("poster", "labels", "bundle")
"""Names of the items that are checked initially."""

_INDENT_PX = 28


class ExportItemList(QWidget):
    """Check boxes of the file types; their states persist when another poster is shown.

    Args:
        scale: initial scale of pictures.
        parent: parent widget.
    """

    changed = Signal()
    """Emitted when the checked items, the scale or the sizes change."""

    def __init__(self, scale: int, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._items: tuple[ExportItem, ...] = ()
        self.boxes: dict[str, QCheckBox] = {}
        self._sizes: dict[str, QLabel] = {}
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setVerticalSpacing(0)
        self._grid.setColumnStretch(0, 1)
        self._initial_scale = scale
        self.scale_field = ChoiceField({})
        self.scale_field.edited.connect(self._show_sizes)
        self._scale_row = self._make_scale_row()

    def _make_scale_row(self) -> QWidget:
        row = QWidget(self)
        row.hide()  # until the row has a place below the pictures
        title = label(self.tr("PNG scale"))
        tooltip = self.tr("Enlarge each pixel of the pictures above, without interpolation")
        set_tooltip(title, tooltip)
        set_tooltip(self.scale_field, tooltip)
        self.scale_field.setAccessibleName(title.text())
        columns = QHBoxLayout(row)
        columns.setContentsMargins(_INDENT_PX, 2, 0, 6)
        columns.addWidget(title)
        # In a narrow panel, the field shortens its text.
        self.scale_field.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        columns.addWidget(self.scale_field, 1)
        return row

    @property
    def scale(self) -> int:
        """Selected scale of pictures."""
        scale: int | None = self.scale_field.value
        return 1 if scale is None else scale

    @property
    def controls(self) -> list[QWidget]:
        """Check boxes and the scale from top to bottom."""
        controls: list[QWidget] = []
        for item in self._items:
            controls.append(self.boxes[item.name])
            if item is self._last_picture:
                controls.append(self.scale_field)
        return controls

    @property
    def _checked(self) -> list["ExportItem"]:
        return [item for item in self._items if self.boxes[item.name].isChecked()]

    @property
    def _last_picture(self) -> "ExportItem | None":
        return next((item for item in reversed(self._items) if item.is_picture), None)

    @property
    def checked_items(self) -> tuple[str, ...]:
        """Names of the checked items in the order of the list."""
        return tuple(item.name for item in self._checked)

    @property
    def total(self) -> tuple[int, int]:
        """Estimated size in bytes and number of files of the checked items."""
        checked = self._checked
        return sum(item.number_of_bytes[self.scale] for item in checked), sum(item.files for item in checked)

    def show_items(self, items: tuple["ExportItem", ...], poster_size: tuple[int, int]) -> None:
        """Show ``items``, their sizes, and the size of a poster of ``poster_size`` px at each scale."""
        is_first = not self._items
        self._items = items
        self._show_scales(poster_size)
        if is_first:
            self._add_rows()
        self._show_sizes()

    def _add_rows(self) -> None:
        for item in self._items:
            self._add(item)
            if item is self._last_picture:
                self._grid.addWidget(self._scale_row, self._grid.rowCount(), 0, 1, 2)
                self._scale_row.show()
        self.scale_field.set_value(self._initial_scale)
        if self.scale_field.value is None:
            self.scale_field.set_value(1)

    def _show_scales(self, poster_size: tuple[int, int]) -> None:
        width, height = poster_size
        scales = self._items[0].number_of_bytes
        choices = {scale: f"×{scale} · {format_size(width * scale, height * scale)} px" for scale in scales}
        self.scale_field.set_choices(choices, {})

    def _show_sizes(self) -> None:
        for item in self._items:
            size = format_bytes(item.number_of_bytes[self.scale])
            if item.files > 1:
                files = self.tr("%n file(s)", "", item.files)
                size = f"{files} · {size}"
            self._sizes[item.name].setText(size)
        self._on_toggled()

    def _add(self, item: "ExportItem") -> None:
        row = self._grid.rowCount()
        box = QCheckBox(item.title)
        box.setChecked(item.name in DEFAULT_ITEMS)
        set_tooltip(box, item.description)
        box.toggled.connect(self._on_toggled)
        size = label("", "small", wraps=True)
        size.setAlignment(Qt.AlignmentFlag.AlignRight)
        set_tooltip(size, self.tr("Estimated size on disk"))
        self._grid.addWidget(box, row, 0)
        self._grid.addWidget(size, row, 1, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        self.boxes[item.name], self._sizes[item.name] = box, size

    def _on_toggled(self) -> None:
        self._scale_row.setEnabled(any(item.is_picture for item in self._checked))
        self.changed.emit()
