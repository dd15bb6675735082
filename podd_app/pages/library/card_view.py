"""The cards of the library: one is current, any number are chosen, and both stay when rows come and go."""

from collections.abc import Collection
from pathlib import Path

from PySide6.QtCore import QEvent, QItemSelection, QItemSelectionModel, QSignalBlocker, Qt, Signal
from PySide6.QtGui import QContextMenuEvent, QKeyEvent, QResizeEvent
from PySide6.QtWidgets import QAbstractItemView, QFrame, QListView, QWidget

from podd_app.pages.library.card_delegate import RunCardDelegate
from podd_app.pages.library.run_list_model import RunListModel
from podd_app.services.run_library import RunLibrary
from podd_engine.runs.run_info import RunInfo

_SCROLL_PX = 48


class RunCardView(QListView):
    """Cards in as many columns as fit.

    Args:
        model: the runs.
        shelf: gives thumbnails.
    """

    selection_changed = Signal()
    """`current` or `selected_runs` is another, or something about these runs is."""
    trash_requested = Signal()
    """Delete was pressed."""
    context_menu_requested = Signal(object)
    """A place on the screen, for what can be done with the chosen runs."""

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
        # Its room is always kept, so that cards keep their width; without anything to scroll it is not seen.
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
        model.dataChanged.connect(lambda: self.selection_changed.emit())
        self.selectionModel().selectionChanged.connect(self._on_selection_changed)
        self.selectionModel().currentChanged.connect(self._on_selection_changed)
        self._on_rows_changed()

    @property
    def current(self) -> RunInfo | None:
        """The run whose facts are shown; None where no run is shown."""
        return self._runs.run(self._runs.index_of(self._current))

    @property
    def selected_runs(self) -> tuple[RunInfo, ...]:
        """The chosen runs that are shown, in the order of the cards."""
        return tuple(run for run in self._runs.runs if run.path in self._selected_paths)

    def choose(self, path: Path) -> None:
        """Choose one run."""
        # Told outright: the view's own way asks which keys are held.
        self.selectionModel().setCurrentIndex(
            self._runs.index_of(path), QItemSelectionModel.SelectionFlag.ClearAndSelect
        )

    def update_path(self, old: Path, new: Path) -> None:
        """A run has another name; it stays chosen."""
        self._current = new if self._current == old else self._current
        self._selected_paths = frozenset(new if path == old else path for path in self._selected_paths)

    def select_neighbor_of(self, gone: Collection[Path]) -> None:
        """Choose the nearest of the runs that stay; call before ``gone`` are taken away."""
        rows = list(self._runs.runs)
        at = min((row for row, run in enumerate(rows) if run.path in gone), default=0)
        staying = [run.path for run in (*rows[at:], *reversed(rows[:at])) if run.path not in gone]
        if staying:
            self.choose(staying[0])

    def _on_selection_changed(self) -> None:
        indexes = self.selectionModel().selectedIndexes()
        self._selected_paths = frozenset(run.path for run in map(self._runs.run, indexes) if run is not None)
        run = self._runs.run(self.currentIndex())
        if run is not None:
            self._current = run.path
        self.selection_changed.emit()

    def _on_rows_changed(self) -> None:
        """Choose again what was chosen; the first run where nothing of it is shown."""
        runs = self._runs.runs
        if self.current is None and runs:
            self._current = runs[0].path
        picked = QItemSelection()
        for row, run in enumerate(runs):
            if run.path in self._selected_paths or run.path == self._current:
                index = self._runs.index(row)
                picked.select(index, index)
        selection = self.selectionModel()
        with QSignalBlocker(selection):
            selection.setCurrentIndex(
                self._runs.index_of(self._current), QItemSelectionModel.SelectionFlag.NoUpdate
            )
            selection.select(picked, QItemSelectionModel.SelectionFlag.ClearAndSelect)
        self._on_selection_changed()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Delete asks for the trash."""
        if event.key() in (Qt.Key.Key_Delete, Qt.Key.Key_Backspace):
            self.trash_requested.emit()
            return
        super().keyPressEvent(event)

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        """By pointer or key, for the chosen runs."""
        by_key = event.reason() == QContextMenuEvent.Reason.Keyboard
        card = self.visualRect(self.currentIndex())
        if self.currentIndex().isValid() and (by_key or self.indexAt(event.pos()).isValid()):
            self.context_menu_requested.emit(
                self.viewport().mapToGlobal(card.center()) if by_key else event.globalPos()
            )

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Let the cards fill the new width."""
        super().resizeEvent(event)
        self.scheduleDelayedItemsLayout()

    def changeEvent(self, event: QEvent) -> None:
        """Draw the cards anew in another scheme."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange:
            self.viewport().update()
