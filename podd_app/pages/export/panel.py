"""Panel with the export controls, the progress and the result of the export."""

from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication, Qt, QTimer, Signal
from PySide6.QtWidgets import (
    QApplication,
    QFileDialog,
    QHBoxLayout,
    QLineEdit,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from podd_app.models.preferences import Preferences
from podd_app.pages.export.item_list import ExportItemList
from podd_app.qt.file_manager import show_in_file_manager
from podd_app.qt.plain_text import Html, join_html, rich_text, set_tooltip
from podd_app.services.export_service import ExportService
from podd_app.style.formatting import format_bytes, format_count, format_size
from podd_app.widgets.busy_bar import BusyBar
from podd_app.widgets.flow_row import FlowRow
from podd_app.widgets.text import Card, FactsCard, button, label, section
from podd_engine.config.dataset_catalogue import CATALOGUE
from podd_engine.errors import ConfigError
from podd_engine.io.user_path import user_path
from podd_engine.progress import Progress

if TYPE_CHECKING:
    from podd_app.workers.export import ExportablePoster

translate = QCoreApplication.translate


class ExportPanel(QWidget):
    """Controls of the Export page.

    Args:
        export_service: loads the poster and runs the export.
        preferences: stores the last export folder.
        parent: parent widget.
    """

    open_pressed = Signal()
    """Emitted when the user wants to export another poster."""

    def __init__(
        self, export_service: ExportService, preferences: Preferences, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._export_service, self._preferences = export_service, preferences
        self._folder_source: Path | None = None
        self.name = label("", "title", wraps=True)
        self.facts = FactsCard()
        self.open = button(
            self.tr("Open another…"), self.tr("Export a poster bundle or another run (Ctrl+O)"), "quiet"
        )
        self.current = button(self.tr("Back to current run"), self.tr("Export the open run"), "quiet")
        self.items = ExportItemList(preferences.picture_scale)
        self.total = label("", "muted")
        self.folder = QLineEdit()
        self.browse = button(self.tr("Browse…"), self.tr("Choose the export folder"))
        self.folder_note = label("", "small", wraps=True)
        self.export = button(self.tr("Export"), "", "primary")
        self.bar = BusyBar()
        self.cancel = button(self.tr("Cancel"), self.tr("Cancel (files already written are kept)"))
        self.progress_label = label("", "small")
        self.error = label("", "trouble", wraps=True)
        self.outcome = Card()
        self.outcome_label = label("", wraps=True)
        self.show_folder = button(self.tr("Show in folder"), self.tr("Show the files in the file manager"))
        self._lay_out()
        self._connect()
        self.refresh()
        self._on_export_changed()

    def _lay_out(self) -> None:
        set_tooltip(self.folder, self.tr("Export folder; created if missing"))
        self.folder.setAccessibleName(self.tr("Folder"))
        self.outcome.column.setSpacing(8)
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
        folder_row = QHBoxLayout()
        folder_row.addWidget(self.folder, 1)
        folder_row.addWidget(self.browse)
        column.addLayout(folder_row)
        column.addWidget(self.folder_note)
        column.addSpacing(6)
        column.addWidget(self.export)
        progress_row = QHBoxLayout()
        progress_row.addWidget(self.progress_label, 1)
        progress_row.addWidget(self.cancel)
        column.addWidget(self.bar)
        column.addLayout(progress_row)
        column.addWidget(self.error)
        column.addWidget(self.outcome)
        column.addStretch(1)

    def _connect(self) -> None:
        export_service = self._export_service
        self.open.clicked.connect(self.open_pressed)
        self.current.clicked.connect(self._on_current)
        self.items.changed.connect(self._show_total)
        self.items.scale_field.edited.connect(self._on_scale_edited)
        self.folder.textChanged.connect(self._show_total)
        self.browse.clicked.connect(self._on_browse)
        self.export.clicked.connect(self._on_export)
        self.cancel.clicked.connect(self._on_cancel)
        self.show_folder.clicked.connect(self._on_show_folder)
        export_service.source_changed.connect(self.refresh)
        export_service.export_changed.connect(self._on_export_changed)
        export_service.progressed.connect(self._on_progressed)

    def refresh(self) -> None:
        """Show the poster to export."""
        export_service = self._export_service
        self.current.setVisible(export_service.current_run is not None)
        if export_service.source is not None:
            self.name.setText(export_service.source.name)
            set_tooltip(self.name, str(export_service.source))
            if export_service.source != self._folder_source:
                self._folder_source = export_service.source
                self.folder.setText(
                    str(self._preferences.posters_folder / _folder_name(export_service.source))
                )
        self.facts.setVisible(export_service.poster is not None)
        if export_service.poster is not None:
            self.facts.set_html(_facts(export_service.poster))
            self.items.show_items(export_service.poster.items, export_service.poster.bundle.layout.poster)
            # The check boxes are created after the controls below them, so the tab order must be set.
            for before, after in pairwise([self.current, *self.items.controls, self.folder]):
                self.setTabOrder(before, after)
            for before, after in pairwise(
                [self.folder, self.browse, self.export, self.cancel, self.show_folder]
            ):
                self.setTabOrder(before, after)
        self._show_total()

    @property
    def destination(self) -> Path:
        """Export folder. A name without a folder is inside the folder of the last export.

        Raises:
            ConfigError: the text in the field cannot be a path.
        """
        return self._preferences.posters_folder / user_path(self.folder.text().strip())

    def _folder_problem(self) -> str:
        """Return why the export folder cannot be used; empty if nothing is known to prevent the export."""
        if not self.folder.text().strip():
            return self.tr("Choose a folder.")
        try:
            _ = self.destination
        except ConfigError as error:
            return str(error)
        return ""

    def _folder_has_files(self) -> bool:
        try:
            return self.destination.is_dir() and any(self.destination.iterdir())
        except OSError:
            return False  # the export reports the cause

    def _show_total(self) -> None:
        number_of_bytes, files = self.items.total
        total = self.tr("%n file(s), about %s", "", files) % format_bytes(number_of_bytes)
        self.total.setText(total if files else "")
        problem = self._folder_problem()
        note = problem or self.tr("Existing files with the same names are replaced.")
        self.folder_note.setText(note)
        self.folder_note.setVisible(bool(problem) or self._folder_has_files())
        blocker = ""
        if self._export_service.poster is None:
            blocker = self.tr("The poster is not loaded yet.")
        elif not files:
            blocker = self.tr("Select at least one file type.")
        elif problem:
            blocker = problem
        self.export.setEnabled(not blocker and not self._export_service.exporting)
        set_tooltip(self.export, blocker or self.tr("Write the selected files"))

    def _on_export_changed(self) -> None:
        # Qt moves the focus of a widget that is hidden or disabled to another part of the window.
        has_focus = self.isAncestorOf(QApplication.focusWidget() or self)
        exporting = self._export_service.exporting
        if exporting:
            self._show_progress(True)
            if has_focus:
                self.cancel.setFocus()
            self._show_controls(False)
        else:
            self._show_controls(True)
            self._show_result()
            self._show_total()
            if has_focus:
                (self.show_folder if self._export_service.exported is not None else self.export).setFocus()
            self._show_progress(False)
            # The result has its position only after the pending layout events.
            QTimer.singleShot(0, self, self._scroll_to_result)

    def _scroll_to_result(self) -> None:
        """Scroll the side panel of the window to the message below the button."""
        area = self.parentWidget()
        while area is not None and not isinstance(area, QScrollArea):
            area = area.parentWidget()
        result = next((part for part in (self.error, self.outcome) if part.isVisible()), None)
        if area is not None and result is not None:
            area.ensureWidgetVisible(result)

    def _show_progress(self, shown: bool) -> None:
        for part in (self.bar, self.cancel, self.progress_label):
            part.setVisible(shown)
        self.bar.show_busy()
        self.progress_label.setText(self.tr("Starting…"))

    def _show_controls(self, shown: bool) -> None:
        for control in (self.items, self.folder, self.browse, self.open, self.current):
            control.setEnabled(shown)
        self.export.setVisible(shown)
        if not shown:
            self.error.hide()
            self.outcome.hide()

    def _show_result(self) -> None:
        export_service = self._export_service
        error, exported = export_service.export_error, export_service.exported
        self.error.setText(error.what if error else "")
        self.error.setVisible(error is not None)
        self.outcome.setVisible(exported is not None or export_service.was_cancelled)
        self.show_folder.setVisible(exported is not None)
        if exported is not None:
            files = len(exported.files)
            text = self.tr("%n file(s) written (%s)", "", files)
            self.outcome_label.setText(text % format_bytes(exported.number_of_bytes))
            set_tooltip(self.outcome_label, "\n".join(str(path) for path in exported.files[:20]))
        elif export_service.was_cancelled:
            self.outcome_label.setText(self.tr("Canceled. Files already written are kept."))

    def _on_progressed(self, progress: Progress) -> None:
        self.bar.show_progress(progress.done, progress.total)
        text = self.tr("%s of %n file(s)", "", progress.total)
        self.progress_label.setText(text % format_count(progress.done))

    def _on_export(self) -> None:
        if self.destination.parent != self._preferences.posters_folder:
            self._preferences.posters_folder = self.destination.parent
        self._export_service.export(self.items.checked_items, self.destination, self.items.scale)

    def _on_scale_edited(self, scale: int) -> None:
        self._preferences.picture_scale = scale

    def _on_cancel(self) -> None:
        self.progress_label.setText(self.tr("Canceling…"))
        self._export_service.cancel()

    def _on_current(self) -> None:
        if self._export_service.current_run is not None:
            self._export_service.choose(self._export_service.current_run)

    def _on_browse(self) -> None:
        chosen = QFileDialog.getExistingDirectory(self, self.tr("Export folder"), self.folder.text())
        if chosen:
            self.folder.setText(chosen)

    def _on_show_folder(self) -> None:
        exported = self._export_service.exported
        if exported is not None and not show_in_file_manager(exported.folder):
            self.error.setText(self.tr("No file manager found. The files are in %s.") % exported.folder)
            self.error.show()


def _folder_name(source: Path) -> str:
    """Return the default name of the export folder: the name of the run or of the bundle."""
    if source.is_dir():
        return source.name
    return source.parent.name if source.stem in ("best", "poster") else source.stem


def _facts(poster: "ExportablePoster") -> Html:
    bundle, layout = poster.bundle, poster.bundle.layout
    facts = CATALOGUE.get(bundle.dataset)
    title = facts.title if facts else bundle.dataset
    # pyside6-lupdate requires plain names as counts.
    classes, patches = layout.classes, layout.patches
    lines = [
        rich_text("<b>%s</b> · %s", title, translate("ExportPanel", "%n class(es)", "", classes)),
        f"{format_size(*layout.poster)} px · " + translate("ExportPanel", "%n patch(es)", "", patches),
    ]
    if bundle.measured:
        best = min(bundle.measured, key=lambda result: result["train_loss"])
        accuracy = f"{best['test_accuracy'] * 100:.1f}%"
        text = translate("ExportPanel", "<b>%s</b> test accuracy at step %s")
        lines.append(rich_text(text, accuracy, format_count(bundle.step)))
    else:
        text = translate("ExportPanel", "step %s, not evaluated yet")
        lines.append(text % format_count(bundle.step))
    return join_html("<br>", lines)
