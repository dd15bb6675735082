"""State that all pages share: the draft and the run on screen. No widgets."""

from dataclasses import replace
from pathlib import Path

from PySide6.QtCore import QCoreApplication, QObject, Signal

from podd_app.models.default_folders import default_runs_folder
from podd_app.models.draft_editor import DraftEditor
from podd_app.models.open_target import classify_path
from podd_app.models.preparation import Preparation
from podd_app.models.run_history import RunHistory
from podd_app.models.run_status import ErrorReport, Phase, RunStatus
from podd_app.models.session_state import SessionState
from podd_app.models.settings_origin import SettingsOrigin
from podd_engine.config.schema import DistillationConfig
from podd_engine.errors import ConfigError

FIRST_PRESET = "digits"


class Session(DraftEditor):
    """State that all pages share.

    The draft and the run on screen are independent: the draft can be edited while a run is in
    progress. Pages do not import each other. They read the session, request changes and connect to
    its signals.
    """

    error_reported = Signal(object)
    """An `ErrorReport` for the error banner."""
    notice_reported = Signal(str)
    """A sentence for the banner that is no error."""

    start_requested = Signal(object)
    """The `DistillationConfig` of the run to start."""
    pause_requested = Signal()
    resume_requested = Signal()
    stop_requested = Signal()
    open_requested = Signal(object)
    """A `podd_app.models.open_target.OpenTarget`: a run, bundle or folder of images to open."""
    run_moved = Signal(object, object)
    """The previous and the new path of a run directory."""
    runs_folder_changed = Signal()
    """Emitted when `runs_folder` was replaced."""
    page_requested = Signal(str)
    """The key of the page to show."""

    def __init__(self, parent: QObject | None = None) -> None:
        run = RunStatus(title=QCoreApplication.translate("Session", "New run"))
        super().__init__(SessionState.of(SettingsOrigin.preset(FIRST_PRESET), run), parent)
        self.run_history = RunHistory(self)
        self._runs_folder = default_runs_folder()

    # Run

    def set_run_status(self, status: RunStatus) -> None:
        """Replace `run`."""
        self._set_state(replace(self._state, run=status))
        self._emit_changes()

    def start(self) -> None:
        """Request a run of the draft, or report why it cannot start.

        The phase changes to ``starting`` immediately. An ended run on screen is closed.
        """
        config = self.config
        if self.start_blocker or config is None:
            self.report_error(ErrorReport(self.tr("The draft cannot start"), self.start_blocker))
            return
        status = RunStatus(Phase.STARTING, self.config_title, steps=config.outer.steps, is_preparing=True)
        self.set_run_status(status)
        self.start_requested.emit(config)
        self.show_page("run")

    def pause(self) -> None:
        """Request a pause of the run."""
        if self.run.phase is Phase.RUNNING:
            self.set_run_status(replace(self.run, phase=Phase.PAUSING))
            self.pause_requested.emit()

    def resume(self) -> None:
        """Request that a paused or ended run continues, if it can be resumed."""
        run = self.run
        must_prepare = run.phase.has_ended and run.resumable
        if run.phase is Phase.PAUSED or must_prepare:
            self.set_run_status(
                replace(
                    run,
                    phase=Phase.STARTING,
                    notice="",
                    is_preparing=must_prepare,
                    preparation=Preparation(),
                )
            )
            self.resume_requested.emit()

    def stop(self) -> None:
        """Request that the engine saves and stops the run."""
        if self.run.phase.active and self.run.phase is not Phase.STOPPING:
            self.set_run_status(replace(self.run, phase=Phase.STOPPING))
            self.stop_requested.emit()

    def new_run(self) -> None:
        """Show the draft on the Poster page. Close a run that has ended."""
        self.close_run()
        self.show_page("poster")

    def close_run(self) -> None:
        """Close the run on screen. Does nothing while a run is in progress."""
        if not self.run.phase.active:
            self.discard_run()

    def discard_run(self) -> None:
        """Close the run on screen in any phase. Call this method when the engine has ended the run."""
        self._set_state(replace(self._state, run=RunStatus(title=self.tr("New run"))))
        self.run_history.open(None)
        self._emit_changes()

    def move_run(self, old: Path, new: Path) -> None:
        """Update the path of a run after its directory was renamed.

        Args:
            old: previous path.
            new: new path.
        """
        shown = self.run.path == old
        if shown:
            self._set_state(replace(self._state, run=replace(self.run, path=new)))
            self.run_history.move(new)
        # Emit before `opened`: receivers then keep their data of this run instead of discarding it.
        self.run_moved.emit(old, new)
        if shown:
            self.run_history.opened.emit()
        self._emit_changes()

    @property
    def runs_folder(self) -> Path:
        """Folder for new runs."""
        return self._runs_folder

    def set_runs_folder(self, folder: Path) -> None:
        """Replace `runs_folder`."""
        if folder != self._runs_folder:
            self._runs_folder = folder
            self.runs_folder_changed.emit()

    # Files, navigation and errors

    def open_path(self, path: Path) -> None:
        """Open a file or folder. Load a settings file, or emit `open_requested` for any other kind."""
        try:
            opened = classify_path(path)
            if opened.kind == "config":
                text = self.tr("Open %s") % path.name
                self.load_config(DistillationConfig.load(path), path.stem, text)
                self.show_page("poster")
            else:
                self.open_requested.emit(opened)
        except ConfigError as error:
            self.report_error(ErrorReport(self.tr("Can't open %s") % path.name, str(error)))

    def show_page(self, page: str) -> None:
        """Show the page with the key ``page``."""
        self.page_requested.emit(page)

    def report_error(self, error: ErrorReport) -> None:
        """Show an error in the error banner."""
        self.error_reported.emit(error)

    def report_notice(self, sentence: str) -> None:
        """Show a sentence in the banner that is no error."""
        self.notice_reported.emit(sentence)
