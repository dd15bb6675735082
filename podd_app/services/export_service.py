"""Reads the poster to export, draws its contact sheet and writes files. No widgets."""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, Signal

from podd_app.engine.jobs import JobLane
from podd_app.engine.latest_job import LatestJob
from podd_app.models.open_target import OpenTarget
from podd_app.models.run_status import ErrorReport
from podd_app.models.session import Session
from podd_engine.progress import ProgressCallback
from podd_engine.runtime.events import Evaluation

if TYPE_CHECKING:
    from podd_app.workers.export import ExportablePoster, ExportResult


class ExportService(QObject):
    """Exports the poster of the run on screen, or of a run or bundle that the user chose.

    The poster is read while a view shows it (see `set_observed`), and again after the run has
    improved.

    Args:
        session: the session that opens runs and bundles.
        jobs: lane that runs the background work.

    Attributes:
        source: run directory or bundle of the poster; None before a poster is chosen.
        poster: the poster; None before it is read or after an error.
        error: error of the last reading; None if there was none.
        contact_sheet: uint8 [height, width, 3]; None before it is drawn.
        exported: result of the last export; None if there is none.
        export_error: error of the last export; None if there was none.
        was_cancelled: whether the user canceled the last export.
    """

    source_changed = Signal()
    """Emitted when `source`, `poster`, `reading` or `error` has changed."""
    contact_sheet_changed = Signal()
    """Emitted when `contact_sheet` was drawn or discarded."""
    export_changed = Signal()
    """Emitted when `exporting`, `exported` or `export_error` has changed."""
    progressed = Signal(object)
    """A `podd_engine.progress.Progress` of the export that counts files."""

    def __init__(self, session: Session, jobs: JobLane, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self.source: Path | None = None
        self.poster: ExportablePoster | None = None
        self.error: ErrorReport | None = None
        self.contact_sheet: Any = None
        self.exported: ExportResult | None = None
        self.export_error: ErrorReport | None = None
        self.was_cancelled = False
        self._stale = False
        self._observed = False
        self._reading = LatestJob(jobs, self)
        self._reading.succeeded.connect(lambda poster: self._on_read(poster, None))
        self._reading.failed.connect(lambda error: self._on_read(None, error))
        self._drawing = LatestJob(jobs, self)
        self._drawing.succeeded.connect(self._on_drawn)
        self._drawing.failed.connect(session.report_error)
        self._writing = LatestJob(jobs, self)
        self._writing.progressed.connect(self.progressed)
        self._writing.succeeded.connect(self._on_exported)
        self._writing.failed.connect(self._on_export_failed)
        self._writing.cancelled.connect(self._on_export_cancelled)
        self._writing.ended.connect(self.export_changed)
        self._run: Path | None = None
        self._run_had_ended = False
        session.open_requested.connect(self._on_open_requested)
        session.run_changed.connect(self._on_run_changed)
        session.run_history.evaluated.connect(self._on_evaluated)
        self._on_run_changed()

    @property
    def reading(self) -> bool:
        """Whether the poster is being read."""
        return self._reading.running

    @property
    def exporting(self) -> bool:
        """Whether files are being written."""
        return self._writing.running

    @property
    def current_run(self) -> Path | None:
        """Path of the run on screen if another poster is being exported; None otherwise."""
        return self._run if self._run != self.source else None

    def choose(self, path: Path) -> None:
        """Choose the run directory or bundle whose poster is exported."""
        if path != self.source:
            self._reading.drop()
            self._drawing.drop()
            self.source, self.poster, self.error, self.contact_sheet = path, None, None, None
            self.exported, self.export_error, self.was_cancelled = None, None, False
            self.export_changed.emit()
        self._mark_stale()

    def set_observed(self, observed: bool) -> None:
        """Set whether a view shows the poster. The poster is read only while it is shown.

        After an error, showing the view again reads the poster again.
        """
        self._observed = observed
        if observed and (self._stale or self.error is not None):
            self._read()

    def draw_contact_sheet(self) -> None:
        """Draw the contact sheet unless it exists. `contact_sheet_changed` is emitted afterwards."""
        if self.poster is None or self.contact_sheet is not None or self._drawing.running:
            return
        bundle = self.poster.bundle

        def work(report: ProgressCallback) -> object:
            from podd_app.workers.export import render_contact_sheet

            return render_contact_sheet(bundle, report)

        self._drawing.start(work)

    def export(self, names: Sequence[str], folder: Path, scale: int) -> None:
        """Write files of the poster.

        Args:
            names: keys of `podd_engine.exporters.registry.EXPORTERS`.
            folder: folder for the files.
            scale: scale of pictures.
        """
        if self.poster is None or self._writing.running:
            return
        bundle = self.poster.bundle

        def work(report: ProgressCallback) -> object:
            from podd_app.workers.export import export_files

            return export_files(bundle, names, folder, scale, report)

        self._writing.start(work)
        self.exported, self.export_error, self.was_cancelled = None, None, False
        self.export_changed.emit()

    def cancel(self) -> None:
        """Cancel the export. Files that are already written are kept."""
        self._writing.cancel()

    # Reading

    def _mark_stale(self) -> None:
        self._stale = True
        if self._observed:
            self._read()
        else:
            self.source_changed.emit()

    def _read(self) -> None:
        path = self.source
        if path is None:
            return
        self._stale = False

        def work(report: ProgressCallback) -> object:
            from podd_app.workers.export import read_poster

            return read_poster(path, report)

        self._reading.start(work)
        self.source_changed.emit()

    def _on_read(self, poster: "ExportablePoster | None", error: ErrorReport | None) -> None:
        self._drawing.drop()
        self.poster, self.error, self.contact_sheet = poster, error, None
        self.source_changed.emit()
        self.contact_sheet_changed.emit()

    def _on_drawn(self, contact_sheet: object) -> None:
        self.contact_sheet = contact_sheet
        self.contact_sheet_changed.emit()

    # Writing

    def _on_exported(self, exported: "ExportResult") -> None:
        self.exported = exported

    def _on_export_failed(self, error: ErrorReport) -> None:
        self.export_error = error

    def _on_export_cancelled(self) -> None:
        self.was_cancelled = True

    # The session

    def _on_open_requested(self, opened: OpenTarget) -> None:
        if opened.kind == "bundle":
            self.choose(opened.path)
            self._session.show_page("export")

    def _on_run_changed(self) -> None:
        run = self._session.run
        is_different_run = run.path != self._run
        has_just_ended = run.phase.has_ended and not self._run_had_ended
        self._run, self._run_had_ended = run.path, run.phase.has_ended
        if is_different_run and run.path is not None:
            self.choose(run.path)
        elif has_just_ended and self._run == self.source and self.source is not None:
            self._mark_stale()
        elif is_different_run:
            self.source_changed.emit()

    def _on_evaluated(self, evaluation: Evaluation) -> None:
        if evaluation.best and self._run is not None and self._run == self.source:
            self._mark_stale()
