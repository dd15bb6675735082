"""The runs shown, as Qt's list views want them."""

from pathlib import Path
from typing import Any

from PySide6.QtCore import QAbstractListModel, QModelIndex, QObject, QPersistentModelIndex, Qt

from podd_app.pages.library.run_filter import Selection
from podd_app.pages.library.run_texts import spoken
from podd_app.services.run_library import RunShelf
from podd_engine.runs.run_info import RunGlance

Index = QModelIndex | QPersistentModelIndex

RUN_ROLE = int(Qt.ItemDataRole.UserRole)


class RunModel(QAbstractListModel):
    """One row for each run that the selection lets through.

    Args:
        shelf: all runs.
    """

    def __init__(self, shelf: RunShelf, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._shelf = shelf
        self._selection = Selection()
        self._runs: list[RunGlance] = []
        shelf.runs_changed.connect(self._refresh)
        shelf.pictured.connect(self._on_pictured)
        self._refresh()

    @property
    def selection(self) -> Selection:
        """What is wanted."""
        return self._selection

    def select(self, selection: Selection) -> None:
        """Show what another selection lets through."""
        if selection != self._selection:
            self._selection = selection
            self._refresh()

    def run(self, index: Index) -> RunGlance | None:
        """The run of a row."""
        return self._runs[index.row()] if index.isValid() else None

    @property
    def runs(self) -> tuple[RunGlance, ...]:
        """The runs shown, in their order."""
        return tuple(self._runs)

    def index_of(self, path: Path | None) -> QModelIndex:
        """The row of the run at ``path``; invalid where it is not shown."""
        for row, run in enumerate(self._runs):
            if run.path == path:
                return self.index(row)
        return QModelIndex()

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008 - Qt's own default
        """Runs shown."""
        return 0 if parent.isValid() else len(self._runs)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """A row's run under `RUN_ROLE`; its name, and all of it in words."""
        run = self.run(index)
        if run is None:
            return None
        match role:
            case Qt.ItemDataRole.DisplayRole:
                return run.path.name
            case Qt.ItemDataRole.AccessibleTextRole:
                return spoken(run)
            case Qt.ItemDataRole.ToolTipRole:
                return "\n".join(part for part in (str(run.path), run.message, run.notes) if part)
            case _ if role == RUN_ROLE:
                return run
        return None

    def _refresh(self) -> None:
        shown = self._selection.of(self._shelf.runs)
        if [run.path for run in shown] == [run.path for run in self._runs]:
            self._runs = shown
            if shown:
                self.dataChanged.emit(self.index(0), self.index(len(shown) - 1))
            return
        self.beginResetModel()
        self._runs = shown
        self.endResetModel()

    def _on_pictured(self, path: Path) -> None:
        index = self.index_of(path)
        if index.isValid():
            self.dataChanged.emit(index, index)
