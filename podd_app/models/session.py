"""State that all pages share: edited settings, class order, dataset and run. No widgets."""

import os
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any
from weakref import finalize

from PySide6.QtCore import QCoreApplication, QObject, Signal
from PySide6.QtGui import QUndoStack

from podd_app.models.class_order import swapped
from podd_app.models.dataset_state import DatasetState
from podd_app.models.default_folders import default_runs_folder
from podd_app.models.draft import Draft
from podd_app.models.edit_rules import with_dependent_changes
from podd_app.models.observable_state import ObservableState
from podd_app.models.open_target import classify_path
from podd_app.models.run_estimate import RunEstimate
from podd_app.models.run_history import RunHistory
from podd_app.models.run_status import DeviceChoice, ErrorReport, Phase, RunStatus
from podd_app.models.session_state import SessionState
from podd_app.models.settings_origin import SettingsOrigin
from podd_app.models.undo import EditCommand, clear_silently, push_edit
from podd_engine.config.schema import DistillationConfig
from podd_engine.errors import ConfigError

FIRST_PRESET = "digits"


class Session(ObservableState):
    """State that all pages share.

    Pages do not import each other. They read the session, request changes and connect to its signals.
    Each method updates all values and the undo stack before it emits signals.
    """

    devices_changed = Signal()
    """Emitted when `devices` was replaced."""
    run_estimate_changed = Signal()
    """Emitted when `run_estimate` was replaced."""
    error_reported = Signal(object)
    """An `ErrorReport` for the error banner."""

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
        self.undo_stack = QUndoStack()
        # Delete the commands before Python or Qt deletes the session or the stack.
        finalize(self, clear_silently, self.undo_stack)
        # Connect first, so that the session emits its signals before other receivers of `indexChanged` run.
        self.undo_stack.indexChanged.connect(self._emit_changes)
        self.run_history = RunHistory(self)
        self._runs_folder = default_runs_folder()
        self._devices: tuple[DeviceChoice, ...] = (
            DeviceChoice("auto", self.tr("Automatic")),
            DeviceChoice("cpu", self.tr("CPU · %d cores") % (os.cpu_count() or 1)),
        )
        self._run_estimate = RunEstimate()

    # Settings

    def edit(self, changes: Mapping[str, Any], text: str, gesture: object = None) -> None:
        """Change settings as one undo step. Does nothing while a run is in progress.

        Args:
            changes: new values by dotted key. The result may be invalid. Dependent settings change
                as well (see `with_dependent_changes`).
            text: name of the edit for the Undo menu, such as "Poster width".
            gesture: token. Edits with the same token, such as all edits of one drag, form one undo step.
        """
        if self.run.phase.active:
            return
        before = self.draft
        after = before.with_changes(with_dependent_changes(before.values, changes))
        if after.values != before.values:
            push_edit(self.undo_stack, EditCommand(self._apply, before, after, text, gesture))
            self._emit_changes()

    def undo(self) -> None:
        """Undo the last edit. Does nothing while a run is in progress."""
        if not self.run.phase.active:
            self.undo_stack.undo()

    def redo(self) -> None:
        """Redo the last undone edit. Does nothing while a run is in progress."""
        if not self.run.phase.active:
            self.undo_stack.redo()

    def _apply(self, draft: Draft) -> None:
        """Set the draft of an undo command. Signals are emitted after the stack is updated."""
        self._set_state(self._state.with_draft(draft))

    def load_config(self, config: DistillationConfig, name: str) -> None:
        """Replace the settings and their origin by ``config``, and clear the undo stack.

        Does nothing while a run is in progress.

        Args:
            config: the new settings.
            name: name of the origin (see `SettingsOrigin`).
        """
        if self.run.phase.active:
            return
        self._set_state(self._state.with_draft(Draft.from_config(config), SettingsOrigin(config, name)))
        self.undo_stack.clear()
        self._emit_changes()

    def restore(self, config: DistillationConfig, name: str) -> None:
        """Restore settings from the previous start of the program.

        Args:
            config: the saved settings.
            name: name of their origin.
        """
        self._set_state(
            self._state.with_draft(Draft.from_config(config), SettingsOrigin.from_saved(config, name))
        )
        self._emit_changes()

    def use_preset(self, name: str) -> None:
        """Load the preset ``name``. Does nothing while a run is in progress.

        Raises:
            ConfigError: no preset has this name.
        """
        self.load_config(SettingsOrigin.preset(name).config, name)

    def rename_origin(self, config: DistillationConfig) -> None:
        """Update the origin after its preset was renamed. Edits and the undo stack are kept.

        Args:
            config: the renamed preset.
        """
        draft = self.draft
        if draft.values["name"] == self.origin.config.name:
            draft = draft.with_changes({"name": config.name})
        self._set_state(self._state.with_draft(draft, SettingsOrigin(config, config.name)))
        self._emit_changes()

    # Dataset and devices

    def set_dataset_state(self, state: DatasetState) -> None:
        """Replace `dataset`. Ignore a ``state`` of a dataset that the draft does not use."""
        if state.settings == self.dataset.settings and state != self.dataset:
            self._set_state(replace(self._state, dataset=state))
            self._emit_changes()

    @property
    def devices(self) -> tuple[DeviceChoice, ...]:
        """Devices that a run can use."""
        return self._devices

    @property
    def device(self) -> DeviceChoice:
        """The device of the draft."""
        key = self.draft.values["compute.device"]
        absent = DeviceChoice(key, self.tr("%s (not available)") % key)
        return next((device for device in self._devices if device.key == key), absent)

    def set_devices(self, devices: tuple[DeviceChoice, ...]) -> None:
        """Replace `devices`."""
        self._devices = devices
        self.devices_changed.emit()

    # Class order

    def swap_classes(self, first: int, second: int) -> None:
        """Swap the classes of two cells (row-major indices) as one undo step."""
        if first != second:
            grid = self.class_order.shown.grid
            names = [self.class_names[index] for row in grid for index in row]
            text = self.tr("Swap %s and %s") % (names[first], names[second])
            self.edit({"order.grid": swapped(grid, first, second)}, text)

    # Run

    @property
    def run_estimate(self) -> RunEstimate:
        """Estimate of time, memory and disk space for a run of the draft."""
        return self._run_estimate

    def set_run_estimate(self, run_estimate: RunEstimate) -> None:
        """Replace `run_estimate`."""
        if run_estimate != self._run_estimate:
            self._run_estimate = run_estimate
            self.run_estimate_changed.emit()

    def set_run_status(self, status: RunStatus) -> None:
        """Replace `run`."""
        self._set_state(replace(self._state, run=status))
        self._emit_changes()

    def start(self) -> None:
        """Request a run of the draft. The phase changes to ``starting`` immediately."""
        config = self.config
        if self.can_start and config is not None:
            self.set_run_status(RunStatus(Phase.STARTING, self.config_title, steps=config.outer.steps))
            self.start_requested.emit(config)
            self.show_page("run")

    def pause(self) -> None:
        """Request a pause of the run."""
        if self.run.phase is Phase.RUNNING:
            self.set_run_status(replace(self.run, phase=Phase.PAUSING))
            self.pause_requested.emit()

    def resume(self) -> None:
        """Request that a paused or ended run continues, if it can be resumed."""
        if self.run.phase is Phase.PAUSED or (self.run.phase.has_ended and self.run.resumable):
            self.set_run_status(replace(self.run, phase=Phase.STARTING, notice=""))
            self.resume_requested.emit()

    def stop(self) -> None:
        """Request that the engine saves and stops the run."""
        if self.run.phase.active and self.run.phase is not Phase.STOPPING:
            self.set_run_status(replace(self.run, phase=Phase.STOPPING))
            self.stop_requested.emit()

    def new_run(self) -> None:
        """Close a run that has ended and show the Poster page."""
        if not self.run.phase.active:
            self.close_run()
            self.show_page("poster")

    def close_run(self) -> None:
        """Close the run on screen. Does nothing while a run is in progress."""
        if not self.run.phase.active:
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
            if opened.kind != "config":
                self.open_requested.emit(opened)
            elif self.run.phase.active:
                what = self.tr("Can't open %s while a run is in progress") % path.name
                self.report_error(ErrorReport(what, self.tr("Stop the run first. You can resume it later.")))
            else:
                self.load_config(DistillationConfig.load(path), path.stem)
                self.show_page("poster")
        except ConfigError as error:
            self.report_error(ErrorReport(self.tr("Can't open %s") % path.name, str(error)))

    def show_page(self, page: str) -> None:
        """Show the page with the key ``page``."""
        self.page_requested.emit(page)

    def report_error(self, error: ErrorReport) -> None:
        """Show an error in the error banner."""
        self.error_reported.emit(error)
