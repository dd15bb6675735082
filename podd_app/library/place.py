"""The Library place: cards of all runs on disk; the chosen one at the right."""

from dataclasses import replace
from pathlib import Path

from PySide6.QtCore import QEvent, QModelIndex, Qt, QTimer
from PySide6.QtGui import QHideEvent, QKeySequence, QResizeEvent, QShortcut, QShowEvent
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QLineEdit,
    QListView,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from podd_app.example_desk import example_desk_of
from podd_app.library.card import GAP_PX, RunCard
from podd_app.library.folders import FolderList
from podd_app.library.model import RunModel
from podd_app.library.panel import RunPanel
from podd_app.library.selection import ORDERS, STATUSES
from podd_app.library.shelf import run_shelf_of
from podd_app.library.trash import trash_name
from podd_app.place import Place
from podd_app.resumption import Resumption
from podd_app.reveal import reveal
from podd_app.run_status import Trouble
from podd_app.session import Session
from podd_app.theme import GRID_PX
from podd_app.widgets.choice_field import ChoiceField
from podd_app.widgets.empty_state import EmptyState
from podd_app.widgets.text import button, label
from podd_app.wording import count
from podd_engine.config import DistillationConfig
from podd_engine.errors import ConfigError
from podd_engine.runs.directory import RunDirectory
from podd_engine.runs.glance import RunGlance

LOOK_AGAIN_MS = 5000
"""Time between two looks while a run is being written."""


class _Cards(QListView):
    """Cards in as many columns as fit."""

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Let the cards fill the new width."""
        super().resizeEvent(event)
        self.scheduleDelayedItemsLayout()


class LibraryPlace(Place):
    """Runs to come back to."""

    def __init__(self, session: Session) -> None:
        super().__init__(session)
        self.shelf = run_shelf_of(session)
        self.model = RunModel(self.shelf, self)
        self._chosen: Path | None = None
        self._told_of: Path | None = None
        self._resumption = Resumption(session, self)
        self._again = QTimer(self, interval=LOOK_AGAIN_MS)
        self._again.timeout.connect(self._on_look_again)
        self.cards = self._make_cards()
        self.setFocusProxy(self.cards)
        self.filter = QLineEdit()
        self.status = ChoiceField(STATUSES)
        self.order = ChoiceField(ORDERS)
        self.summary = label("", "muted")
        self._nothing = EmptyState(
            "library",
            self.tr("No runs yet"),
            self.tr("Every run is kept here with its poster and curves. Start one, or add a folder of runs."),
            self.tr("Draw a poster"),
            self.tr("Look at a finished example"),
        )
        self._unmatched = EmptyState(
            "library", self.tr("No run matches"), self.tr("Try other words."), self.tr("Show all")
        )
        self._pages = QStackedWidget()
        for page in (self.cards, self._nothing, self._unmatched):
            self._pages.addWidget(page)
        self._lay_out()
        self.run_panel = RunPanel()
        self.folders = FolderList(self.shelf)
        self.trouble = label("", "trouble", wraps=True)
        self.said = label("", "muted", wraps=True)
        self.said.hide()
        self.panel = self._make_panel()
        self._connect()
        self._on_rows_changed()

    def _make_cards(self) -> QListView:
        cards = _Cards()
        cards.setModel(self.model)
        cards.setItemDelegate(RunCard(cards, self.shelf))
        cards.setFlow(QListView.Flow.LeftToRight)
        cards.setWrapping(True)
        cards.setUniformItemSizes(True)
        cards.setResizeMode(QListView.ResizeMode.Adjust)
        cards.setVerticalScrollMode(QListView.ScrollMode.ScrollPerPixel)
        # Its room is always kept, so that cards keep their width; without anything to scroll it is not seen.
        bar = cards.verticalScrollBar()
        bar.setSingleStep(48)
        bar.rangeChanged.connect(lambda low, high: bar.setEnabled(high > low))
        bar.setEnabled(False)
        cards.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOn)
        cards.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        cards.setFrameShape(QFrame.Shape.NoFrame)
        cards.setMouseTracking(True)
        cards.viewport().setAutoFillBackground(False)
        cards.setAccessibleName(self.tr("Runs"))
        return cards

    def _lay_out(self) -> None:
        self.filter.setPlaceholderText(self.tr("Filter by name, dataset or status"))
        self.filter.setClearButtonEnabled(True)
        self.filter.setToolTip(self.tr("Show only runs with these words (Ctrl+F)"))
        self.filter.setAccessibleName(self.tr("Filter"))
        self.status.set_value("")
        self.status.setToolTip(self.tr("Show only runs that ended like this"))
        self.status.setAccessibleName(self.tr("Status"))
        self.order.set_value("latest")
        self.order.setToolTip(self.tr("Order of the cards"))
        self.order.setAccessibleName(self.tr("Order"))
        self.refresh = button(self.tr("Refresh"), self.tr("Look through the folders again (F5)"), "quiet")
        bar = QHBoxLayout()
        bar.setSpacing(GRID_PX)
        bar.setContentsMargins(0, 0, 2 * GRID_PX, 0)
        self.filter.setMaximumWidth(280)
        bar.addWidget(self.filter, 2)
        bar.addWidget(self.status)
        bar.addWidget(self.order)
        bar.addStretch(1)
        bar.addWidget(self.summary)
        bar.addWidget(self.refresh)
        column = QVBoxLayout(self)
        column.setContentsMargins(2 * GRID_PX, 2 * GRID_PX, 0, 0)
        column.setSpacing(GAP_PX)
        column.addLayout(bar)
        column.addWidget(self._pages, 1)

    def _make_panel(self) -> QWidget:
        panel = QWidget()
        column = QVBoxLayout(panel)
        column.setContentsMargins(16, 14, 16, 14)
        column.setSpacing(16)
        column.addWidget(self.said)
        column.addWidget(self.run_panel)
        column.addWidget(self.folders)
        column.addWidget(self.trouble)
        column.addStretch(1)
        return panel

    def _connect(self) -> None:
        session, model = self.session, self.model
        self.filter.textChanged.connect(lambda text: model.select(replace(model.selection, text=text)))
        self.status.edited.connect(lambda status: model.select(replace(model.selection, status=status)))
        self.order.edited.connect(lambda order: model.select(replace(model.selection, order=order)))
        self.refresh.clicked.connect(self.shelf.refresh)
        QShortcut(QKeySequence.StandardKey.Refresh, self).activated.connect(self.shelf.refresh)
        QShortcut(QKeySequence.StandardKey.Find, self).activated.connect(self.filter.setFocus)
        model.modelReset.connect(self._on_rows_changed)
        model.dataChanged.connect(self._show_chosen)
        self.shelf.looking_changed.connect(self._on_looking_changed)
        self.cards.selectionModel().currentChanged.connect(self._on_current_changed)
        self.cards.activated.connect(self.open_run)
        self._nothing.acted.connect(lambda: session.go_to("poster"))
        self._nothing.second_acted.connect(lambda: example_desk_of(session).open())
        self._unmatched.acted.connect(self.show_all)
        self.run_panel.open_pressed.connect(self.open_run)
        self.run_panel.resume_pressed.connect(self.resume_run)
        self.run_panel.reveal_pressed.connect(self._on_reveal)
        self.run_panel.settings_pressed.connect(self.use_settings)
        self.run_panel.trash_pressed.connect(self._on_trash_pressed)
        self._connect_files()
        session.runs_folder_changed.connect(self._on_runs_folder_changed)
        session.run_changed.connect(self._on_run_changed)
        self._phase_was_active = session.run.phase.active

    def _connect_files(self) -> None:
        files, panel = self.shelf.files, self.run_panel
        panel.notes.wanted.connect(files.read_notes)
        panel.notes.settled.connect(files.save_notes)
        panel.name.renamed.connect(self._on_named)
        panel.question.agreed.connect(self._on_trash_agreed)
        files.notes_read.connect(panel.notes.show_notes)
        files.renamed.connect(self._on_renamed)
        files.trashed.connect(self._on_trashed)
        files.failed.connect(self._on_files_failed)
        for where in (self, self.run_panel):
            rename = QShortcut(QKeySequence(Qt.Key.Key_F2), where)
            rename.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
            rename.activated.connect(self._on_rename_wanted)
        bin_it = QShortcut(QKeySequence.StandardKey.Delete, self.cards)
        bin_it.setContext(Qt.ShortcutContext.WidgetShortcut)
        bin_it.activated.connect(self._on_trash_pressed)

    @property
    def chosen(self) -> RunGlance | None:
        """The run whose facts are shown."""
        return self.model.run(self.model.index_of(self._chosen))

    def choose(self, path: Path) -> None:
        """Select the card of the run at ``path``."""
        self.cards.setCurrentIndex(self.model.index_of(path))

    def show_all(self) -> None:
        """Leave no run out."""
        self.filter.clear()
        self.status.set_value("")
        self.model.select(replace(self.model.selection, text="", status=""))

    def open_run(self) -> None:
        """Open the chosen run, as any other way of opening it does."""
        run = self.chosen
        if run is not None and run.status != "damaged" and not self.session.run.phase.active:
            self.session.open_path(run.path)

    def resume_run(self) -> None:
        """Open the chosen run, and go on with it once it is open."""
        run = self.chosen
        if run is not None and run.resumable:
            self._resumption.resume(run.path)

    def use_settings(self) -> None:
        """Edit the settings of the chosen run, for a new one."""
        run = self.chosen
        if run is None:
            return
        try:
            config = DistillationConfig.load(RunDirectory(run.path).config_path)
        except ConfigError as error:
            self.session.report(Trouble(self.tr("These settings cannot be used"), str(error)))
            return
        self.session.new_run()
        self.session.load_config(config, run.path.name)
        self.session.go_to("poster")

    def showEvent(self, event: QShowEvent) -> None:
        """Look again whenever the place comes up."""
        super().showEvent(event)
        self.shelf.refresh()
        self._again.start()

    def hideEvent(self, event: QHideEvent) -> None:
        """Look no more."""
        super().hideEvent(event)
        self._again.stop()

    def changeEvent(self, event: QEvent) -> None:
        """Draw the cards anew in another scheme."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange and hasattr(self, "cards"):
            self.cards.viewport().update()

    def _on_reveal(self) -> None:
        run = self.chosen
        if run is not None and not reveal(run.path):
            what = self.tr("There is no program here that shows folders")
            self.session.report(Trouble(what, str(run.path)))

    def _on_look_again(self) -> None:
        """What other processes write changes without a word."""
        if any(run.status == "running" for run in self.shelf.runs):
            self.shelf.refresh()

    # What is done to the files of runs

    def _on_rename_wanted(self) -> None:
        if self.run_panel.name.isEnabled():
            self.run_panel.name.setFocus()
            self.run_panel.name.selectAll()

    def _on_named(self, name: str) -> None:
        if self._chosen is not None:
            self.run_panel.show_trouble("")
            self.run_panel.notes.settle()
            self.shelf.files.rename(self._chosen, name)

    def _on_renamed(self, old: Path, new: Path) -> None:
        self.session.move_run(old, new)
        self.run_panel.notes.follow(old, new)
        if self._chosen == old:
            self._chosen = new
        self.shelf.move(old, new)

    def _on_trash_pressed(self) -> None:
        run = self.chosen
        if run is not None and run.status != "running":
            self.run_panel.show_trouble("")
            self.run_panel.question.ask(run.path)

    def _on_trash_agreed(self, path: Path) -> None:
        self.run_panel.notes.settle()
        self.shelf.files.trash(path)

    def _on_trashed(self, path: Path, now: Path | None) -> None:
        if self.session.run.path == path:
            self.session.put_aside()
        self.run_panel.notes.forget(path)
        row, was_chosen = self.model.index_of(path).row(), path == self._chosen
        self.shelf.remove(path)
        if was_chosen:
            self.cards.setCurrentIndex(self.model.index(min(row, self.model.rowCount() - 1)))
        where = self.tr("in %s") % now.parent if now else self.tr("in the %s") % trash_name()
        self.said.setText(self.tr("%s is %s now") % (path.name, where))
        self.said.show()

    def _on_files_failed(self, path: Path, trouble: Trouble) -> None:
        if path == self._chosen:
            self.run_panel.name.show_as_it_is()
            self.run_panel.show_trouble(trouble.what)

    def _on_current_changed(self, current: QModelIndex) -> None:
        run = self.model.run(current)
        if run is not None and run.path != self._chosen:
            self._chosen = run.path
            self.said.hide()
        self._show_chosen()

    def _on_rows_changed(self) -> None:
        if self.chosen is None and self.model.rowCount():
            first = self.model.run(self.model.index(0))
            self._chosen = first.path if first else None
        self.cards.setCurrentIndex(self.model.index_of(self._chosen))
        self._show_summary()
        self._show_chosen()

    def _on_looking_changed(self) -> None:
        trouble = self.shelf.trouble
        self.trouble.setText(trouble.what if trouble else "")
        self.trouble.setVisible(trouble is not None)
        self._show_summary()

    def _show_summary(self) -> None:
        known, shown = len(self.shelf.runs), self.model.rowCount()
        runs = self.tr("1 run") if known == 1 else self.tr("%s runs") % count(known)
        text = runs if shown == known else self.tr("%s of %s") % (count(shown), runs)
        self.summary.setText(self.tr("Looking…") if self.shelf.looking and not known else text)
        page = self.cards if shown else self._unmatched if known else self._nothing
        if page is not self._pages.currentWidget():
            self._pages.setCurrentWidget(page)
            if page is self.cards and not self.filter.text():
                self.cards.setFocus()

    def _show_chosen(self) -> None:
        run = self.chosen
        self.run_panel.setVisible(run is not None)
        if self._told_of != (run.path if run else None):
            self._told_of = run.path if run else None
            self.run_panel.show_path(self._told_of)
        if run is not None:
            self.run_panel.show_run(run, self.session.run.phase.active)

    def _on_runs_folder_changed(self) -> None:
        self.folders.refresh()
        self.shelf.refresh()

    def _on_run_changed(self) -> None:
        run = self.session.run
        if run.phase.active != self._phase_was_active:
            self._phase_was_active = run.phase.active
            self._show_chosen()
            if self.isVisible():
                self.shelf.refresh()
