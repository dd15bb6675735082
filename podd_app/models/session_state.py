"""Settings, dataset and run of a session as one immutable value."""

from dataclasses import dataclass, replace

from PySide6.QtCore import QCoreApplication

from podd_app.models.dataset_state import DatasetState
from podd_app.models.draft import Draft
from podd_app.models.run_estimate import RunEstimate
from podd_app.models.run_status import RunStatus
from podd_app.models.settings_origin import SettingsOrigin
from podd_app.style.formatting import images_per_class, placeholder_class_name
from podd_engine.poster.layout import PosterLayout


@dataclass(frozen=True)
class SessionState:
    """Values of a session that change together.

    Args:
        origin: the settings that the draft is compared with.
        draft: the edited settings, which may be invalid.
        layout: geometry of the draft, of the latest draft with a valid geometry, or of the origin.
        dataset: state of the dataset of the draft.
        run: the run on screen.
        run_estimate: estimate of time, memory and disk space for a run of the draft.
    """

    origin: SettingsOrigin
    draft: Draft
    layout: PosterLayout
    dataset: DatasetState
    run: RunStatus
    run_estimate: RunEstimate

    @classmethod
    def of(cls, origin: SettingsOrigin, run: RunStatus) -> "SessionState":
        """Return the state with the unedited settings of ``origin``."""
        config = origin.config
        selected = config.dataset
        dataset = DatasetState.before_reading(selected.name, selected.path, selected.classes)
        return cls(origin, Draft.from_config(config), config.layout, dataset, run, RunEstimate())

    def with_draft(self, draft: Draft, origin: SettingsOrigin) -> "SessionState":
        """Return a copy with ``draft``, its ``origin`` and all values that depend on the draft."""
        name, path, classes = (draft.values[f"dataset.{key}"] for key in ("name", "path", "classes"))
        same_dataset = (name, path, classes) == self.dataset.settings
        fallback = self.layout if origin is self.origin else origin.config.layout
        return replace(
            self,
            origin=origin,
            draft=draft,
            layout=draft.layout or fallback,
            dataset=self.dataset if same_dataset else DatasetState.before_reading(name, path, classes),
        )

    @property
    def class_names(self) -> tuple[str, ...]:
        """One name per class; numbered placeholders while the names are unknown."""
        known = self.dataset.class_names
        return known + tuple(
            placeholder_class_name(index) for index in range(len(known), self.layout.classes)
        )

    @property
    def draft_blocker(self) -> str:
        """Reason why the draft is not ready for a run, as one sentence; empty if the draft is ready."""
        if self.draft.problems:
            return next(iter(self.draft.problems.values()))
        return "" if self.dataset.ready else self.dataset.reason

    @property
    def start_blocker(self) -> str:
        """Reason why a run of the draft cannot start, as one sentence; empty if a run can start."""
        if self.run.phase.active:
            return QCoreApplication.translate(
                "Session", "Another run is in progress. Stop that run, or start this draft when it has ended."
            )
        return self.draft_blocker or self.run_estimate.start_blocker

    @property
    def config_title(self) -> str:
        """Title of a run with the current settings: "CIFAR-10 · 0.9 images per class"."""
        return f"{self.dataset.title} · {images_per_class(self.layout.images_per_class)}"
