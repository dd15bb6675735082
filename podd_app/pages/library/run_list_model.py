"""The runs shown, as Qt's list views want them."""

from pathlib import Path
from typing import Any

from PySide6.QtCore import QAbstractListModel, QModelIndex, QObject, QPersistentModelIndex, Qt

from podd_app.pages.library.run_filter import RunFilter
from podd_app.pages.library.run_texts import accessible_text
from podd_app.services.run_library import RunLibrary
from podd_engine.runs.run_info import RunInfo

Index = QModelIndex | QPersistentModelIndex

RUN_ROLE = int(Qt.ItemDataRole.UserRole)


class RunListModel(QAbstractListModel):
    """One row for each run that the selection lets through.

    Args:
        shelf: all runs.
    """

    def __init__(self, run_library: RunLibrary, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._run_library = run_library
        self._run_filter = RunFilter()
        self._runs: list[RunInfo] = []
        run_library.runs_changed.connect(self._refresh)
        run_library.thumbnail_loaded.connect(self._on_thumbnail_loaded)
        self._refresh()

    @property
    def run_filter(self) -> RunFilter:
        """What is wanted."""
        return self._run_filter

    def set_filter(self, run_filter: RunFilter) -> None:
        """Show what another selection lets through."""
        if run_filter != self._run_filter:
            self._run_filter = run_filter
            self._refresh()

    def run(self, index: Index) -> RunInfo | None:
        """The run of a row."""
        return self._runs[index.row()] if index.isValid() else None

    @property
    def runs(self) -> tuple[RunInfo, ...]:
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
                return accessible_text(run)
            case Qt.ItemDataRole.ToolTipRole:
                return "\n".join(part for part in (str(run.path), run.message, run.notes) if part)
            case _ if role == RUN_ROLE:
                return run
        return None

    def _refresh(self) -> None:
        shown = self._run_filter.apply(self._run_library.runs)
        if [run.path for run in shown] == [run.path for run in self._runs]:
            self._runs = shown
            if shown:
                self.dataChanged.emit(self.index(0), self.index(len(shown) - 1))
            return
        self.beginResetModel()
        self._runs = shown
        self.endResetModel()

    def _on_thumbnail_loaded(self, path: Path) -> None:
        index = self.index_of(path)
        if index.isValid():
            self.dataChanged.emit(index, index)
