"""Qt model of the soft labels, with the columns of labels.csv."""

from typing import Any

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, QPersistentModelIndex, Qt

from podd_app.style.formatting import display_class_name

Index = QModelIndex | QPersistentModelIndex

_WINDOW = ("patch", "x0", "y0", "x1", "y1")


class LabelsModel(QAbstractTableModel):
    """Table model with one row per patch: index, window and soft label.

    Args:
        windows: window of each patch in poster pixels (x0, y0, x1, y1), int64 [patches, 4].
        labels: soft labels, float32 [patches, classes].
        class_names: class names in the order of the class indices.
        parent: parent object.
    """

    def __init__(
        self,
        windows: NDArray[np.int64],
        labels: NDArray[np.float32],
        class_names: tuple[str, ...],
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._windows, self._labels = windows, labels
        self._headings = (*_WINDOW, *map(display_class_name, class_names))

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008 - Qt's own default
        """Return the number of patches."""
        return 0 if parent.isValid() else len(self._labels)

    def columnCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008 - Qt's own default
        """Return the number of columns: patch index, four window coordinates and the classes."""
        return 0 if parent.isValid() else len(self._headings)

    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> Any:
        """Return the name of a column."""
        if role == Qt.ItemDataRole.DisplayRole and orientation == Qt.Orientation.Horizontal:
            return self._headings[section]
        return None

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """Return the text or the alignment of a cell. Soft labels have three decimals."""
        row, column = index.row(), index.column()
        match role:
            case Qt.ItemDataRole.DisplayRole:
                if column == 0:
                    return str(row)
                if column < len(_WINDOW):
                    return str(self._windows[row, column - 1])
                return f"{self._labels[row, column - len(_WINDOW)]:.3f}"
            case Qt.ItemDataRole.TextAlignmentRole:
                return Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
        return None
