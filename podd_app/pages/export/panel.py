"""What is exported, as what, and where to; the button; and what came of it."""

from html import escape
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication, Qt, Signal
from PySide6.QtWidgets import QFileDialog, QHBoxLayout, QLineEdit, QVBoxLayout, QWidget

from podd_app.models.preferences import Preferences
from podd_app.pages.export.item_list import ExportItemList
from podd_app.qt.file_manager import show_in_file_manager
from podd_app.services.export_service import ExportService
from podd_app.style.formatting import THIN_SPACE, format_bytes, format_count
from podd_app.widgets.busy_bar import BusyBar
from podd_app.widgets.flow_row import FlowRow
from podd_app.widgets.text import Card, FactsCard, button, label, section
from podd_engine.config.dataset_catalogue import CATALOGUE
from podd_engine.progress import Progress

if TYPE_CHECKING:
    from podd_app.workers.export import ExportablePoster


class ExportPanel(QWidget):
    """Controls of the Export place.

    Args:
        desk: what is exported, and how that goes.
        memory: remembers the folder.
    """

    open_pressed = Signal()
    """The person wants to export another poster."""

    def __init__(
        self, export_service: ExportService, preferences: Preferences, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._export_service, self._preferences = export_service, preferences
        self._folder_of: Path | None = None
        self.name = label("", "title", wraps=True)
        self.facts = FactsCard()
        self.open = button(
            self.tr("Open another…"), self.tr("Export a poster bundle or another run (Ctrl+O)"), "quiet"
        )
        self.current = button(self.tr("Use the current run"), self.tr("Export the run on screen"), "quiet")
        self.items = ExportItemList()
        self.total = label("", "muted")
        self.folder = QLineEdit()
        self.browse = button(self.tr("Browse…"), self.tr("Choose the folder the files go to"))
        self.folder_note = label("", "small", wraps=True)
        self.export = button(self.tr("Export"), "", "primary")
        self.bar = BusyBar()
        self.cancel = button(self.tr("Cancel"), self.tr("Stop; the files written so far stay, each whole"))
        self.doing = label("", "small")
        self.error = label("", "trouble", wraps=True)
        self.outcome = Card()
        self.outcome_label = label("", wraps=True)
        self.show_folder = button(self.tr("Show in folder"), self.tr("Show the files in the file manager"))
        self._lay_out()
        self._connect()
        self.refresh()
        self._on_export_changed()

    def _lay_out(self) -> None:
        self.folder.setToolTip(self.tr("Folder the files go to; made when missing"))
        self.folder.setAccessibleName(self.tr("Folder"))
        self.outcome.column.addWidget(self.outcome_label)
        self.outcome.column.addWidget(self.show_folder)
        column = QVBoxLayout(self)
        column.setContentsMargins(16, 14, 16, 14)
        column.setSpacing(6)
        column.addWidget(section(self.tr("Poster")))
        column.addWidget(self.name)
        column.addWidget(self.facts)
        sources = FlowRow(gap_px=14)
        sources.addWidget(self.open)
        sources.addWidget(self.current)
        column.addLayout(sources)
        column.addSpacing(8)
        column.addWidget(section(self.tr("Files")))
        column.addWidget(self.items)
        column.addWidget(self.total, 0, Qt.AlignmentFlag.AlignRight)
        column.addSpacing(8)
        column.addWidget(section(self.tr("Folder")))
        where = QHBoxLayout()
        where.addWidget(self.folder, 1)
        where.addWidget(self.browse)
        column.addLayout(where)
        column.addWidget(self.folder_note)
        column.addSpacing(6)
        column.addWidget(self.export)
        doing = QHBoxLayout()
        doing.addWidget(self.doing, 1)
        doing.addWidget(self.cancel)
        column.addWidget(self.bar)
        column.addLayout(doing)
        column.addWidget(self.error)
        column.addWidget(self.outcome)
        column.addStretch(1)

    def _connect(self) -> None:
        export_service = self._export_service
        self.open.clicked.connect(self.open_pressed)
        self.current.clicked.connect(self._on_current)
        self.items.changed.connect(self._show_total)
        self.folder.textChanged.connect(self._show_total)
        self.browse.clicked.connect(self._on_browse)
        self.export.clicked.connect(self._on_export)
        self.cancel.clicked.connect(self._on_cancel)
        self.show_folder.clicked.connect(self._on_show_folder)
        export_service.source_changed.connect(self.refresh)
        export_service.export_changed.connect(self._on_export_changed)
        export_service.progressed.connect(self._on_progressed)

    def refresh(self) -> None:
        """Show what is exported."""
        export_service = self._export_service
        self.current.setVisible(export_service.current_run is not None)
        if export_service.source is not None:
            self.name.setText(export_service.source.name)
            self.name.setToolTip(str(export_service.source))
            if export_service.source != self._folder_of:
                self._folder_of = export_service.source
                self.folder.setText(
                    str(self._preferences.posters_folder / _folder_name(export_service.source))
                )
        self.facts.setVisible(export_service.poster is not None)
        if export_service.poster is not None:
            self.facts.set_html(_facts(export_service.poster))
            self.items.show_items(export_service.poster.items)
            # Boxes come later than what stands below them.
            for before, after in pairwise([self.current, *self.items.boxes.values(), self.folder]):
                self.setTabOrder(before, after)
            for before, after in pairwise(
                [self.folder, self.browse, self.export, self.cancel, self.show_folder]
            ):
                self.setTabOrder(before, after)
        self._show_total()

    @property
    def destination(self) -> Path:
        """Where the files go."""
        return Path(self.folder.text().strip()).expanduser()

    def _show_total(self) -> None:
        number_of_bytes, files = self.items.total
        what = self.tr("1 file") if files == 1 else self.tr("%s files") % format_count(files)
        self.total.setText(self.tr("%s · about %s") % (what, format_bytes(number_of_bytes)) if files else "")
        named = bool(self.folder.text().strip())
        full = named and self.destination.is_dir() and any(self.destination.iterdir())
        self.folder_note.setText(self.tr("Files of the same name there are replaced.") if full else "")
        self.folder_note.setVisible(full)
        waiting = ""
        if self._export_service.poster is None:
            waiting = self.tr("Waiting for the poster.")
        elif not files:
            waiting = self.tr("Tick what to write.")
        elif not named:
            waiting = self.tr("Name a folder.")
        self.export.setEnabled(not waiting and not self._export_service.exporting)
        self.export.setToolTip(waiting or self.tr("Write the ticked files"))

    def _on_export_changed(self) -> None:
        export_service = self._export_service
        for part in (self.bar, self.cancel, self.doing):
            part.setVisible(export_service.exporting)
        for control in (self.items, self.folder, self.browse, self.open, self.current):
            control.setEnabled(not export_service.exporting)
        self.export.setVisible(not export_service.exporting)
        self.bar.show_busy()
        self.doing.setText(self.tr("Starting…"))
        self.cancel.setEnabled(True)
        error = export_service.export_error
        self.error.setText(error.what if error else "")
        self.error.setVisible(error is not None)
        exported = export_service.exported
        self.outcome.setVisible(exported is not None or export_service.was_cancelled)
        self.show_folder.setVisible(exported is not None)
        if exported is not None:
            files, size = len(exported.files), sum(path.stat().st_size for path in exported.files)
            what = self.tr("1 file") if files == 1 else self.tr("%s files") % format_count(files)
            self.outcome_label.setText(self.tr("%s written, %s") % (what, format_bytes(size)))
            self.outcome_label.setToolTip("\n".join(str(path) for path in exported.files[:20]))
        elif export_service.was_cancelled:
            self.outcome_label.setText(self.tr("Cancelled. The files written before that are whole."))
        self._show_total()

    def _on_progressed(self, progress: Progress) -> None:
        if self.cancel.isEnabled():
            self.bar.show_progress(progress.done, progress.total)
            self.doing.setText(
                self.tr("%s of %s files") % (format_count(progress.done), format_count(progress.total))
            )

    def _on_export(self) -> None:
        if self.destination.parent != self._preferences.posters_folder:
            self._preferences.posters_folder = self.destination.parent
        self._export_service.export(self.items.checked_items, self.destination)

    def _on_cancel(self) -> None:
        self.cancel.setEnabled(False)
        self.doing.setText(self.tr("Cancelling…"))
        self._export_service.cancel()

    def _on_current(self) -> None:
        if self._export_service.current_run is not None:
            self._export_service.choose(self._export_service.current_run)

    def _on_browse(self) -> None:
        chosen = QFileDialog.getExistingDirectory(self, self.tr("Folder for the files"), self.folder.text())
        if chosen:
            self.folder.setText(chosen)

    def _on_show_folder(self) -> None:
        exported = self._export_service.exported
        if exported is not None and not show_in_file_manager(exported.folder):
            self.error.setText(
                self.tr("No program here shows folders; the files are in %s") % exported.folder
            )
            self.error.show()


def _folder_name(source: Path) -> str:
    """The folder a poster's files go to: named after its run, or its file."""
    if source.is_dir():
        return source.name
    return source.parent.name if source.stem in ("best", "poster") else source.stem


def _tr(text: str) -> str:
    return QCoreApplication.translate("ExportPanel", text)


def _facts(poster: "ExportablePoster") -> str:
    bundle, layout = poster.bundle, poster.bundle.layout
    facts = CATALOGUE.get(bundle.dataset)
    title = escape(facts.title if facts else bundle.dataset)
    width, height = layout.poster
    lines = [
        _tr("<b>%s</b> · %s classes") % (title, format_count(layout.classes)),
        _tr("%d × %d px · %s patches") % (width, height, format_count(layout.patches)),
    ]
    if bundle.measured:
        best = min(bundle.measured, key=lambda result: result["train_loss"])
        accuracy = f"{best['test_accuracy'] * 100:.1f}{THIN_SPACE}%"
        lines.append(_tr("<b>%s</b> test accuracy at step %s") % (accuracy, format_count(bundle.step)))
    else:
        lines.append(_tr("step %s, not evaluated yet") % format_count(bundle.step))
    return "<br>".join(lines)
