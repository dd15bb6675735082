"""The table of soft labels as it will stand in labels.csv."""

from typing import Any

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, QPersistentModelIndex, Qt

from podd_app.style.formatting import display_class_name

Index = QModelIndex | QPersistentModelIndex

_WINDOW = ("patch", "x0", "y0", "x1", "y1")


class LabelsModel(QAbstractTableModel):
    """A row for each patch: its window in px, then its share of each class.

    Args:
        windows: int64 [patches, 4].
        labels: float32 [patches, classes].
        class_names: by class index.
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
        """Patches."""
        return 0 if parent.isValid() else len(self._labels)

    def columnCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008 - Qt's own default
        """Patch, window, classes."""
        return 0 if parent.isValid() else len(self._headings)

    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> Any:
        """Names of the columns."""
        if role == Qt.ItemDataRole.DisplayRole and orientation == Qt.Orientation.Horizontal:
            return self._headings[section]
        return None

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """Pixels whole, shares with three decimals."""
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
