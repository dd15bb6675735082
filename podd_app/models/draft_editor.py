"""Edited settings with undo, and the dataset, devices and class order that belong to them. No widgets."""

import os
from collections.abc import Mapping
from dataclasses import replace
from typing import Any
from weakref import finalize

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QUndoStack

from podd_app.models.class_order import swapped
from podd_app.models.dataset_state import DatasetState
from podd_app.models.draft import Draft
from podd_app.models.edit_rules import with_dependent_changes
from podd_app.models.observable_state import ObservableState
from podd_app.models.run_estimate import RunEstimate
from podd_app.models.run_status import DeviceChoice
from podd_app.models.session_state import SessionState
from podd_app.models.settings_origin import SettingsOrigin
from podd_app.models.undo import DraftWithOrigin, EditCommand, clear_silently, push_edit, replace_origin
from podd_engine.config.schema import DistillationConfig


class DraftEditor(ObservableState):
    """Changes the draft. Each change is one undo step, also while a run is in progress.

    Each method updates all values and the undo stack before it emits signals.

    Args:
        state: the initial state.
    """

    devices_changed = Signal()
    """Emitted when `devices` was replaced."""

    def __init__(self, state: SessionState, parent: QObject | None = None) -> None:
        super().__init__(state, parent)
        self.undo_stack = QUndoStack()
        # Delete the commands before Python or Qt deletes the session or the stack.
        finalize(self, clear_silently, self.undo_stack)
        # Connect first, so that the session emits its signals before other receivers of `indexChanged` run.
        self.undo_stack.indexChanged.connect(self._emit_changes)
        self._devices: tuple[DeviceChoice, ...] = (
            DeviceChoice("auto", self.tr("Automatic")),
            DeviceChoice("cpu", self.tr("CPU · %d cores") % (os.cpu_count() or 1)),
        )

    # Settings

    def edit(self, changes: Mapping[str, Any], text: str, gesture: object = None) -> None:
        """Change settings as one undo step.

        Args:
            changes: new values by dotted key. The result may be invalid. Dependent settings change
                as well (see `with_dependent_changes`).
            text: name of the edit for the Undo menu, such as "Poster width".
            gesture: token. Edits with the same token, such as all edits of one drag, form one undo step.
        """
        draft = self.draft.with_changes(with_dependent_changes(self.draft.values, changes))
        if draft.values != self.draft.values:
            self._push(DraftWithOrigin(draft, self.origin.after_edit(draft)), text, gesture)

    def load_config(self, config: DistillationConfig, name: str, text: str = "") -> None:
        """Replace all settings and their origin as one undo step.

        Args:
            config: the new settings.
            name: name of the origin (see `SettingsOrigin`).
            text: name of the edit for the Undo menu; empty for "Settings of NAME".
        """
        after = DraftWithOrigin(Draft.from_config(config), SettingsOrigin(config, name))
        if after != DraftWithOrigin(self.draft, self.origin):
            self._push(after, text or self.tr("Settings of %s") % name, None)

    def use_preset(self, name: str) -> None:
        """Load the preset ``name`` as one undo step.

        Raises:
            ConfigError: no preset has this name.
        """
        preset = SettingsOrigin.preset(name)
        self.load_config(preset.config, name, self.tr("Preset %s") % preset.title)

    def revert_all(self) -> None:
        """Give all settings the values of their origin as one undo step."""
        self.load_config(self.origin.config, self.origin.name, self.tr("Revert all"))

    def restore(self, draft: Draft, origin: SettingsOrigin) -> None:
        """Restore settings from the previous start of the program. This is no undo step."""
        self._set_state(self._state.with_draft(draft, origin))
        self._emit_changes()

    def rename_origin(self, config: DistillationConfig) -> None:
        """Update the origin after its preset was renamed. Edits and the undo stack are kept.

        Args:
            config: the renamed preset.
        """
        draft, old, new = self.draft, self.origin, SettingsOrigin(config, config.name)
        if draft.values["name"] == old.config.name:
            draft = draft.with_changes({"name": config.name})
        replace_origin(self.undo_stack, old, new)
        self._set_state(self._state.with_draft(draft, new))
        self._emit_changes()

    def undo(self) -> None:
        """Undo the last edit."""
        self.undo_stack.undo()

    def redo(self) -> None:
        """Redo the last undone edit."""
        self.undo_stack.redo()

    def _push(self, after: DraftWithOrigin, text: str, gesture: object) -> None:
        before = DraftWithOrigin(self.draft, self.origin)
        push_edit(self.undo_stack, EditCommand(self._apply, before, after, text, gesture))
        self._emit_changes()

    def _apply(self, settings: DraftWithOrigin) -> None:
        """Set the settings of an undo command. Signals are emitted after the stack is updated."""
        self._set_state(self._state.with_draft(settings.draft, settings.origin))

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

    # Estimate

    def set_run_estimate(self, run_estimate: RunEstimate) -> None:
        """Replace `run_estimate`."""
        if run_estimate != self.run_estimate:
            self._set_state(replace(self._state, run_estimate=run_estimate))
            self._emit_changes()
