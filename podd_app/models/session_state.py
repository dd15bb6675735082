"""Settings, dataset and run of a session as one immutable value."""

from dataclasses import dataclass, replace

from PySide6.QtCore import QCoreApplication

from podd_app.models.dataset_state import DatasetState
from podd_app.models.draft import Draft
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
        layout: geometry of the draft, or of the latest draft with a valid geometry.
        dataset: state of the dataset of the draft.
        run: the run on screen.
    """

    origin: SettingsOrigin
    draft: Draft
    layout: PosterLayout
    dataset: DatasetState
    run: RunStatus

    @classmethod
    def of(cls, origin: SettingsOrigin, run: RunStatus) -> "SessionState":
        """Return the state with the unedited settings of ``origin``."""
        config = origin.config
        selected = config.dataset
        dataset = DatasetState.before_reading(selected.name, selected.path, selected.classes)
        return cls(origin, Draft.from_config(config), config.layout, dataset, run)

    def with_draft(self, draft: Draft, origin: SettingsOrigin | None = None) -> "SessionState":
        """Return a copy with ``draft`` and all values that depend on the draft.

        Args:
            draft: the new settings.
            origin: origin of the new settings; None if ``draft`` is an edit of the current settings.
        """
        name, path, classes = (draft.values[f"dataset.{key}"] for key in ("name", "path", "classes"))
        same_dataset = (name, path, classes) == self.dataset.settings
        return replace(
            self,
            origin=(origin or self.origin).after_edit(draft),
            draft=draft,
            layout=draft.layout or self.layout,
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
    def start_blocker(self) -> str:
        """Reason why a run cannot start, as one sentence; empty if a run can start."""
        if self.run.phase.active:
            return QCoreApplication.translate("Session", "A run is in progress.")
        if self.draft.problems:
            return next(iter(self.draft.problems.values()))
        return "" if self.dataset.ready else self.dataset.reason

    @property
    def config_title(self) -> str:
        """Title of a run with the current settings: "CIFAR-10 · 0.9 images per class"."""
        return f"{self.dataset.title} · {images_per_class(self.layout.images_per_class)}"
