"""Values of a session with change signals. No widgets."""

from PySide6.QtCore import QObject, Signal

from podd_app.models.class_order_model import ClassOrderModel
from podd_app.models.dataset_state import DatasetState
from podd_app.models.draft import Draft
from podd_app.models.run_estimate import RunEstimate
from podd_app.models.run_status import RunStatus
from podd_app.models.session_state import SessionState
from podd_app.models.settings_origin import SettingsOrigin
from podd_engine.config.schema import DistillationConfig
from podd_engine.poster.layout import PosterLayout


class ObservableState(QObject):
    """A `SessionState` and its class order, with change signals.

    A subclass makes a change in two steps. First `_set_state` replaces all values. Then
    `_emit_changes` emits each signal whose value has changed. Every listener sees consistent values.

    Args:
        state: the initial state.
    """

    draft_changed = Signal()
    """Emitted when `draft`, `layout` or `origin` was replaced."""
    dataset_changed = Signal()
    """Emitted when `dataset` was replaced."""
    run_changed = Signal()
    """Emitted when `run` is a different run or has entered a different phase."""
    run_progressed = Signal()
    """Emitted when `run` has new progress values. This signal is frequent while a run is in progress."""
    run_estimate_changed = Signal()
    """Emitted when `run_estimate` was replaced."""
    can_start_changed = Signal()
    """Emitted when `can_start` or `start_blocker` has changed."""

    def __init__(self, state: SessionState, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._state = self._emitted = state
        self.class_order = ClassOrderModel(state.draft, state.layout, self)

    def _set_state(self, state: SessionState) -> None:
        """Replace the state and update the class order, without emitting signals."""
        if state.draft is not self._state.draft:
            self.class_order.follow(state.draft, state.layout)
        self._state = state

    def _emit_changes(self) -> None:
        """Emit once each signal whose value has changed since the last call."""
        before, now = self._emitted, self._state
        self._emitted = now
        settings_changed = (
            now.draft is not before.draft
            or now.origin is not before.origin
            or now.layout is not before.layout
        )
        if now.dataset is not before.dataset:
            self.dataset_changed.emit()
        if settings_changed:
            self.draft_changed.emit()
        self.class_order.emit_changes()
        if not now.run.equals_except_progress(before.run):
            self.run_changed.emit()
        elif now.run != before.run:
            self.run_progressed.emit()
        if now.run_estimate != before.run_estimate:
            self.run_estimate_changed.emit()
        if now.start_blocker != before.start_blocker:
            self.can_start_changed.emit()
        if settings_changed:
            self.class_order.request()

    # Settings and dataset

    @property
    def draft(self) -> Draft:
        """The edited settings, which may be invalid."""
        return self._state.draft

    @property
    def config(self) -> DistillationConfig | None:
        """The config of the draft; None while the draft is invalid."""
        return self._state.draft.config

    @property
    def layout(self) -> PosterLayout:
        """Geometry of the draft, or of the latest draft with a valid geometry."""
        return self._state.layout

    @property
    def origin(self) -> SettingsOrigin:
        """The settings that the draft is compared with."""
        return self._state.origin

    @property
    def origin_title(self) -> str:
        """Title of the origin for use in a sentence: "Digits", "the settings for flowers"."""
        if self.origin.is_for_folder:
            return self.tr("the settings for %s") % self.dataset.title
        return self.origin.title

    @property
    def differences(self) -> frozenset[str]:
        """Dotted keys of the settings that differ from the origin."""
        return self.origin.differences(self.draft)

    @property
    def dataset(self) -> DatasetState:
        """State of the dataset of the draft."""
        return self._state.dataset

    @property
    def class_names(self) -> tuple[str, ...]:
        """One name per class; numbered placeholders while the names are unknown."""
        return self._state.class_names

    # Run

    @property
    def run(self) -> RunStatus:
        """The run on screen."""
        return self._state.run

    @property
    def run_estimate(self) -> RunEstimate:
        """Estimate of time, memory and disk space for a run of the draft."""
        return self._state.run_estimate

    @property
    def draft_blocker(self) -> str:
        """Reason why the draft is not ready for a run, as one sentence; empty if the draft is ready."""
        return self._state.draft_blocker

    @property
    def start_blocker(self) -> str:
        """Reason why a run of the draft cannot start, as one sentence; empty if a run can start."""
        return self._state.start_blocker

    @property
    def can_start(self) -> bool:
        """Whether a run of the draft can start now."""
        return not self.start_blocker

    @property
    def config_title(self) -> str:
        """Title of a run with the current settings: "CIFAR-10 · 0.9 images per class"."""
        return self._state.config_title
