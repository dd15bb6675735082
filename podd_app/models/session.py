"""What is open now: the edited settings, the class order, the current run. No widgets.

Places never meet each other; they read this session, ask it to change, and hear its signals.
Everything it holds is an immutable value that is replaced as a whole.
"""

import os
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any
from weakref import finalize

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QUndoStack

from podd_app.models.class_order import swapped
from podd_app.models.class_order_model import ClassOrderModel
from podd_app.models.dataset_state import DatasetState
from podd_app.models.default_folders import default_runs_folder
from podd_app.models.draft import Draft
from podd_app.models.edit_rules import with_dependent_changes
from podd_app.models.open_target import classify_path
from podd_app.models.run_estimate import RunEstimate
from podd_app.models.run_history import RunHistory
from podd_app.models.run_status import DeviceChoice, ErrorReport, Phase, RunStatus
from podd_app.models.settings_origin import SettingsOrigin
from podd_app.models.undo import EditCommand, discard_history
from podd_app.style.formatting import images_per_class, placeholder_class_name
from podd_engine.config.schema import DistillationConfig
from podd_engine.errors import ConfigError
from podd_engine.poster.layout import PosterLayout

FIRST_PRESET = "digits"


class Session(QObject):
    """The state the places share.

    Changing: `edit`, `undo`, `redo`, `load_config`, `use_preset`, `swap_classes`, `start`, `pause`, `resume`,
    `stop`, `open_path`, `show_page`, `report_error`. Answering (the engine's side): `set_dataset_state`,
    `set_run_estimate`, `set_run_status`, `set_devices`; class orders are asked and answered at `class_order`.
    """

    draft_changed = Signal()
    """Values, problems, config or layout are others than before."""
    dataset_changed = Signal()
    """`dataset` was replaced."""
    run_changed = Signal()
    """`run` is another, or in another phase."""
    run_progressed = Signal()
    """`run` is further on, with other figures or another note; often, while a run is going on."""
    devices_changed = Signal()
    """`devices` was replaced."""
    run_estimate_changed = Signal()
    """`run_estimate` was replaced."""
    can_start_changed = Signal()
    """`can_start` or `start_blocker` is another."""
    error_reported = Signal(object)
    """A `ErrorReport` for the one place where errors are shown."""

    start_requested = Signal(object)
    """The `DistillationConfig` of a new run."""
    pause_requested = Signal()
    resume_requested = Signal()
    stop_requested = Signal()
    open_requested = Signal(object)
    """A `podd_app.models.open_target.OpenTarget` run, bundle or folder of images for a place to take up."""
    run_moved = Signal(object, object)
    """The path a run had, and the one it has now."""
    runs_folder_changed = Signal()
    """`runs_folder` is another."""
    page_requested = Signal(str)
    """The key of the place to show."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._origin = SettingsOrigin.preset(FIRST_PRESET)
        config = self._origin.config
        self.undo_stack = QUndoStack()
        # Before anything is taken apart, at the session's end or the program's.
        finalize(self, discard_history, self.undo_stack)
        self._draft = Draft.from_config(config)
        self._layout = config.layout
        self._dataset = DatasetState.from_catalogue(config.dataset.name, config.dataset.path)
        self._run = RunStatus(title=self.tr("New run"))
        self.run_history = RunHistory(self)
        self._runs_folder = default_runs_folder()
        self._devices: tuple[DeviceChoice, ...] = (
            DeviceChoice("auto", self.tr("Best device")),
            DeviceChoice("cpu", self.tr("CPU · %d cores") % (os.cpu_count() or 1)),
        )
        self._run_estimate = RunEstimate()
        self.class_order = ClassOrderModel(self)
        self._start_blocker = self._find_start_blocker()

    # What is edited

    @property
    def draft(self) -> Draft:
        """Values and problems as they stand on the screen."""
        return self._draft

    @property
    def config(self) -> DistillationConfig | None:
        """The config the draft amounts to; None while something does not fit."""
        return self._draft.config

    @property
    def layout(self) -> PosterLayout:
        """The latest geometry that could be drawn."""
        return self._layout

    @property
    def origin(self) -> SettingsOrigin:
        """What the draft came from and is compared with."""
        return self._origin

    @property
    def origin_title(self) -> str:
        """What the draft came from, in a sentence: "digits", "the settings made for flowers"."""
        if self._origin.is_for_folder:
            return self.tr("the settings made for %s") % self._dataset.title
        return self._origin.name

    @property
    def differences(self) -> frozenset[str]:
        """Dotted keys whose value is not the origin's."""
        return self._origin.differences(self._draft)

    def edit(self, changes: Mapping[str, Any], text: str, gesture: object = None) -> None:
        """Replace values, undoably; does nothing while a run is going on.

        Args:
            changes: value by dotted key; may be a combination that cannot run. What follows from
                them (`with_dependent_changes`) is changed along.
            text: what was done, for the Undo menu: "Poster width".
            gesture: edits with the same token become one undo step (a drag).
        """
        if self._run.phase.active:
            return
        after = self._draft.with_changes(with_dependent_changes(self._draft.values, changes))
        if after.values != self._draft.values:
            latest = self.undo_stack.command(self.undo_stack.index() - 1)
            at_the_end = not self.undo_stack.canRedo()
            if not (at_the_end and isinstance(latest, EditCommand) and latest.extend(after, gesture)):
                self.undo_stack.push(EditCommand(self, self._draft, after, text, gesture))

    def undo(self) -> None:
        """Take the last edit back; does nothing while a run is going on."""
        if not self._run.phase.active:
            self.undo_stack.undo()

    def redo(self) -> None:
        """Bring back the edit that was taken back; does nothing while a run is going on."""
        if not self._run.phase.active:
            self.undo_stack.redo()

    def set_draft(self, draft: Draft) -> None:
        """Show ``draft``; for `EditCommand`, which is what makes it undoable."""
        self._draft = draft
        self._layout = draft.layout or self._layout
        self._origin = self._origin.after_edit(draft)
        if (draft.values["dataset.name"], draft.values["dataset.path"]) != (
            self._dataset.name,
            self._dataset.path,
        ):
            self._dataset = DatasetState.from_catalogue(
                draft.values["dataset.name"], draft.values["dataset.path"]
            )
            self.dataset_changed.emit()
        self.draft_changed.emit()
        self.class_order.refresh()
        self._refresh_can_start()

    def load_config(self, config: DistillationConfig, name: str) -> None:
        """Edit ``config`` from now on, and compare with it; forgets what could be undone."""
        self.undo_stack.clear()
        self._origin = SettingsOrigin(config, name)
        self.set_draft(Draft.from_config(config))

    def restore(self, config: DistillationConfig, name: str) -> None:
        """Go on editing ``config``, from the origin ``name``, where an earlier start left it."""
        self._origin = SettingsOrigin.from_saved(config, name)
        self.set_draft(Draft.from_config(config))

    def use_preset(self, name: str) -> None:
        """Edit the preset ``name``; ConfigError if there is none."""
        self.load_config(SettingsOrigin.preset(name).config, name)

    def rename_origin(self, config: DistillationConfig) -> None:
        """The preset the draft came from is called ``config.name`` now; edits stay, and can be undone."""
        before = self._origin.config.name
        self._origin = SettingsOrigin(config, config.name)
        renamed = self._draft.values["name"] == before
        self.set_draft(self._draft.with_changes({"name": config.name}) if renamed else self._draft)

    # Data and devices

    @property
    def dataset(self) -> DatasetState:
        """The dataset of the draft."""
        return self._dataset

    @property
    def class_names(self) -> tuple[str, ...]:
        """A name for each class; numbered stand-ins while the names are unknown."""
        known = self._dataset.class_names
        return known + tuple(
            placeholder_class_name(index) for index in range(len(known), self._layout.classes)
        )

    def set_dataset_state(self, state: DatasetState) -> None:
        """Tell what is known about a dataset; ignored unless the draft is still about it."""
        if (state.name, state.path) == (self._dataset.name, self._dataset.path) and state != self._dataset:
            self._dataset = state
            self.dataset_changed.emit()
            self._refresh_can_start()

    @property
    def devices(self) -> tuple[DeviceChoice, ...]:
        """Where a run can compute."""
        return self._devices

    @property
    def device(self) -> DeviceChoice:
        """The device of the draft."""
        key = self._draft.values["compute.device"]
        absent = DeviceChoice(key, self.tr("%s, not here") % key)
        return next((device for device in self._devices if device.key == key), absent)

    def set_devices(self, devices: tuple[DeviceChoice, ...]) -> None:
        """Tell which devices there are, by name."""
        self._devices = devices
        self.devices_changed.emit()

    # Class order

    def swap_classes(self, first: int, second: int) -> None:
        """Exchange the classes of two cells (row-major), undoably."""
        if first != second:
            grid = self.class_order.shown.grid
            names = [self.class_names[index] for row in grid for index in row]
            text = self.tr("Swap %s and %s") % (names[first], names[second])
            self.edit({"order.grid": swapped(grid, first, second)}, text)

    # The run

    @property
    def run(self) -> RunStatus:
        """The run on screen."""
        return self._run

    @property
    def start_blocker(self) -> str:
        """Why Start waits, one sentence; empty when it can start."""
        return self._start_blocker

    @property
    def can_start(self) -> bool:
        """Whether a run of the draft could start now."""
        return not self._start_blocker

    @property
    def run_estimate(self) -> RunEstimate:
        """What a run of the draft would take, as far as that is known."""
        return self._run_estimate

    def set_run_estimate(self, run_estimate: RunEstimate) -> None:
        """Tell what a run of the draft would take."""
        if run_estimate != self._run_estimate:
            self._run_estimate = run_estimate
            self.run_estimate_changed.emit()

    def start(self) -> None:
        """Ask for a run of the draft; acknowledged at once by the phase ``starting``."""
        if self.can_start and self.config is not None:
            self.set_run_status(RunStatus(Phase.STARTING, self.config_title, steps=self.config.outer.steps))
            self.start_requested.emit(self.config)
            self.show_page("run")

    def pause(self) -> None:
        """Ask the run to pause."""
        if self._run.phase is Phase.RUNNING:
            self.set_run_status(replace(self._run, phase=Phase.PAUSING))
            self.pause_requested.emit()

    def resume(self) -> None:
        """Ask a paused run, or one that is over and can go on, to continue."""
        if self._run.phase is Phase.PAUSED or (self._run.phase.has_ended and self._run.resumable):
            self.set_run_status(replace(self._run, phase=Phase.STARTING, notice=""))
            self.resume_requested.emit()

    def stop(self) -> None:
        """Ask the run to save and stop."""
        if self._run.phase.active and self._run.phase is not Phase.STOPPING:
            self.set_run_status(replace(self._run, phase=Phase.STOPPING))
            self.stop_requested.emit()

    def new_run(self) -> None:
        """Put a run that is over aside and return to the settings."""
        if not self._run.phase.active:
            self.close_run()
            self.show_page("poster")

    def close_run(self) -> None:
        """Show no run any more; does nothing while one is going on."""
        if not self._run.phase.active:
            self.set_run_status(RunStatus(title=self.tr("New run")))
            self.run_history.open(None)

    def move_run(self, old: Path, new: Path) -> None:
        """The directory of a run has another name now."""
        self.run_moved.emit(old, new)
        if self._run.path == old:
            self.run_history.move(new)
            self.set_run_status(replace(self._run, path=new))

    @property
    def runs_folder(self) -> Path:
        """The folder new runs are made in."""
        return self._runs_folder

    def set_runs_folder(self, folder: Path) -> None:
        """Make new runs in ``folder``."""
        if folder != self._runs_folder:
            self._runs_folder = folder
            self.runs_folder_changed.emit()

    def set_run_status(self, status: RunStatus) -> None:
        """Tell how the run is doing."""
        before, self._run = self._run, status
        if not status.equals_except_progress(before):
            self.run_changed.emit()
            self._refresh_can_start()
        elif status != before:
            self.run_progressed.emit()

    @property
    def config_title(self) -> str:
        """What a run of the draft is called: "CIFAR-10 · 0.9 images per class"."""
        return f"{self._dataset.title} · {images_per_class(self._layout.images_per_class)}"

    def _find_start_blocker(self) -> str:
        if self._run.phase.active:
            return self.tr("A run is going on.")
        if self._draft.problems:
            return next(iter(self._draft.problems.values()))
        return "" if self._dataset.ready else self._dataset.reason

    def _refresh_can_start(self) -> None:
        blocker = self._find_start_blocker()
        if blocker != self._start_blocker:
            self._start_blocker = blocker
            self.can_start_changed.emit()

    # Opening, going, telling

    def open_path(self, path: Path) -> None:
        """Open what lies at ``path``: settings at once; runs, bundles and images by their places."""
        try:
            opened = classify_path(path)
            if opened.kind == "config":
                self.load_config(DistillationConfig.load(path), path.stem)
                self.show_page("poster")
            else:
                self.open_requested.emit(opened)
        except ConfigError as error:
            self.report_error(ErrorReport(self.tr("%s could not be opened") % path.name, str(error)))

    def show_page(self, page: str) -> None:
        """Show the place with this key."""
        self.page_requested.emit(page)

    def report_error(self, error: ErrorReport) -> None:
        """Show what went wrong in the one place for errors."""
        self.error_reported.emit(error)
