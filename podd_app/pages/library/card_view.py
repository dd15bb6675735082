"""View of the run cards that keeps current and selected runs when the rows change."""

from collections.abc import Collection
from pathlib import Path

from PySide6.QtCore import QItemSelection, QItemSelectionModel, QSignalBlocker, Qt, Signal
from PySide6.QtGui import QContextMenuEvent, QKeyEvent, QResizeEvent
from PySide6.QtWidgets import QAbstractItemView, QFrame, QListView, QWidget

from podd_app.pages.library.card_delegate import RunCardDelegate
from podd_app.pages.library.run_list_model import RunListModel
from podd_app.services.run_library import RunLibrary
from podd_app.style.palette import FollowsPalette
from podd_engine.runs.run_info import RunInfo

_SCROLL_PX = 48


class RunCardView(FollowsPalette, QListView):
    """Grid of run cards with as many columns as fit.

    Args:
        model: model of the runs.
        run_library: provides the thumbnails.
        parent: parent widget.
    """

    selection_changed = Signal()
    """Emitted when `current` or `selected_runs` changes, or the data of these runs."""
    trash_requested = Signal()
    """Emitted when the user presses Delete or Backspace."""
    context_menu_requested = Signal(object)
    """Global position (`QPoint`) for the context menu of the selected runs."""

    def __init__(self, model: RunListModel, run_library: RunLibrary, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._runs = model
        self._current: Path | None = None
        self._selected_paths: frozenset[Path] = frozenset()
        self.setModel(model)
        self.setItemDelegate(RunCardDelegate(self, run_library))
        self.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.setFlow(QListView.Flow.LeftToRight)
        self.setWrapping(True)
        self.setUniformItemSizes(True)
        self.setResizeMode(QListView.ResizeMode.Adjust)
        self.setVerticalScrollMode(QListView.ScrollMode.ScrollPerPixel)
        # The scroll bar always takes up space so that the cards keep their width. The theme hides a
        # disabled scroll bar.
        bar = self.verticalScrollBar()
        bar.setSingleStep(_SCROLL_PX)
        bar.rangeChanged.connect(lambda low, high: bar.setEnabled(high > low))
        bar.setEnabled(False)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOn)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setMouseTracking(True)
        self.viewport().setAutoFillBackground(False)
        self.setAccessibleName(self.tr("Runs"))
        model.modelReset.connect(self._on_rows_changed)
        model.dataChanged.connect(self.selection_changed)
        self.selectionModel().selectionChanged.connect(self._on_selection_changed)
        self.selectionModel().currentChanged.connect(self._on_selection_changed)
        self._on_rows_changed()
        self.follow_palette()

    @property
    def current(self) -> RunInfo | None:
        """Run with the keyboard focus; None if there are no runs."""
        return self._runs.run(self._runs.index_of(self._current))

    @property
    def selected_runs(self) -> tuple[RunInfo, ...]:
        """Selected runs that match the filter, in the order of the cards."""
        return tuple(run for run in self._runs.runs if run.path in self._selected_paths)

    def choose(self, path: Path) -> None:
        """Select one run and make it current."""
        # QListView.setCurrentIndex would take pressed modifier keys into account.
        self.selectionModel().setCurrentIndex(
            self._runs.index_of(path), QItemSelectionModel.SelectionFlag.ClearAndSelect
        )

    def update_path(self, old: Path, new: Path) -> None:
        """Keep a run selected after a rename."""
        self._current = new if self._current == old else self._current
        self._selected_paths = frozenset(new if path == old else path for path in self._selected_paths)

    def select_neighbor_of(self, gone: Collection[Path]) -> None:
        """Select the nearest remaining run. Call this method before the runs at ``gone`` are removed."""
        rows = list(self._runs.runs)
        first = min((row for row, run in enumerate(rows) if run.path in gone), default=0)
        remaining = [run.path for run in (*rows[first:], *reversed(rows[:first])) if run.path not in gone]
        if remaining:
            self.choose(remaining[0])

    def _on_selection_changed(self) -> None:
        indexes = self.selectionModel().selectedIndexes()
        self._selected_paths = frozenset(run.path for run in map(self._runs.run, indexes) if run is not None)
        run = self._runs.run(self.currentIndex())
        if run is not None:
            self._current = run.path
        self.selection_changed.emit()

    def _on_rows_changed(self) -> None:
        """Restore the selection. If the current run is gone, the first run becomes current."""
        runs = self._runs.runs
        if self.current is None and runs:
            self._current = runs[0].path
        restored = QItemSelection()
        for row, run in enumerate(runs):
            if run.path in self._selected_paths or run.path == self._current:
                index = self._runs.index(row)
                restored.select(index, index)
        selection = self.selectionModel()
        with QSignalBlocker(selection):
            selection.setCurrentIndex(
                self._runs.index_of(self._current), QItemSelectionModel.SelectionFlag.NoUpdate
            )
            selection.select(restored, QItemSelectionModel.SelectionFlag.ClearAndSelect)
        self._on_selection_changed()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Request the trash on Delete and Backspace."""
        if event.key() in (Qt.Key.Key_Delete, Qt.Key.Key_Backspace):
            self.trash_requested.emit()
            return
        super().keyPressEvent(event)

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        """Request the context menu for the selected runs, by mouse or keyboard."""
        by_key = event.reason() == QContextMenuEvent.Reason.Keyboard
        card = self.visualRect(self.currentIndex())
        if self.currentIndex().isValid() and (by_key or self.indexAt(event.pos()).isValid()):
            self.context_menu_requested.emit(
                self.viewport().mapToGlobal(card.center()) if by_key else event.globalPos()
            )

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Adapt the cards to the new width."""
        super().resizeEvent(event)
        self.scheduleDelayedItemsLayout()

    def _apply_palette(self) -> None:
        self.viewport().update()
