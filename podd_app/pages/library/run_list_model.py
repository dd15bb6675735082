"""Qt model of the runs that match the filter."""

from pathlib import Path
from typing import Any

from PySide6.QtCore import QAbstractListModel, QModelIndex, QObject, QPersistentModelIndex, Qt

from podd_app.pages.library.run_filter import RunFilter
from podd_app.pages.library.run_texts import accessible_text
from podd_app.qt.plain_text import tooltip_text
from podd_app.services.run_library import RunLibrary
from podd_engine.runs.run_info import RunInfo

Index = QModelIndex | QPersistentModelIndex

RUN_ROLE = int(Qt.ItemDataRole.UserRole)


class RunListModel(QAbstractListModel):
    """List model with one row for each run that matches the filter.

    Args:
        run_library: list of all runs.
        parent: parent object.
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
        """Current filter and sort order."""
        return self._run_filter

    def set_filter(self, run_filter: RunFilter) -> None:
        """Change the filter or the sort order."""
        if run_filter != self._run_filter:
            self._run_filter = run_filter
            self._refresh()

    def run(self, index: Index) -> RunInfo | None:
        """Return the run at ``index``; None if the index is invalid."""
        return self._runs[index.row()] if index.isValid() else None

    @property
    def runs(self) -> tuple[RunInfo, ...]:
        """Matching runs in their sort order."""
        return tuple(self._runs)

    def index_of(self, path: Path | None) -> QModelIndex:
        """Return the index of the run at ``path``; invalid if the run does not match the filter."""
        for row, run in enumerate(self._runs):
            if run.path == path:
                return self.index(row)
        return QModelIndex()

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008 - Qt's own default
        """Return the number of matching runs."""
        return 0 if parent.isValid() else len(self._runs)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """Return the name, the accessible text, the tooltip or the `RunInfo` (`RUN_ROLE`) of a row."""
        run = self.run(index)
        if run is None:
            return None
        match role:
            case Qt.ItemDataRole.DisplayRole:
                return run.path.name
            case Qt.ItemDataRole.AccessibleTextRole:
                return accessible_text(run)
            case Qt.ItemDataRole.ToolTipRole:
                return tooltip_text(
                    "\n".join(part for part in (str(run.path), run.message, run.notes) if part)
                )
            case _ if role == RUN_ROLE:
                return run
        return None

    def _refresh(self) -> None:
        runs = self._run_filter.apply(self._run_library.runs)
        if [run.path for run in runs] == [run.path for run in self._runs]:
            self._runs = runs
            if runs:
                self.dataChanged.emit(self.index(0), self.index(len(runs) - 1))
            return
        self.beginResetModel()
        self._runs = runs
        self.endResetModel()

    def _on_thumbnail_loaded(self, path: Path) -> None:
        index = self.index_of(path)
        if index.isValid():
            self.dataChanged.emit(index, index)
