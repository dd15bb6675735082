"""Origin of the edited settings: a preset, a file or an image folder."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from podd_app.models.draft import Draft
from podd_engine.config.dataset_catalogue import FOLDER_DATASET
from podd_engine.config.dataset_defaults import config_for_folder
from podd_engine.config.presets import describe_preset, load_preset, preset_names
from podd_engine.config.schema import DistillationConfig


@dataclass(frozen=True)
class SettingsOrigin:
    """Settings that a draft was loaded from and is compared with.

    Args:
        config: the original settings.
        name: name of the preset, or file name without suffix; ``folder`` for default settings of an
            image folder.
    """

    config: DistillationConfig
    name: str

    @classmethod
    def preset(cls, name: str) -> "SettingsOrigin":
        """Return the preset ``name`` as origin.

        Raises:
            ConfigError: there is no such preset.
        """
        return cls(load_preset(name), name)

    @classmethod
    def from_saved(cls, config: DistillationConfig, name: str) -> "SettingsOrigin":
        """Return the origin ``name`` of a saved ``config``.

        Preferences save the name but not the original settings. For a file, the saved config itself
        becomes the origin.
        """
        if name in preset_names():
            return cls.preset(name)
        if name == FOLDER_DATASET:
            return _folder_origin(Draft.from_config(config))
        return cls(config, config.name)

    @property
    def is_preset(self) -> bool:
        """Whether the origin is a built-in preset or a user preset."""
        return self.name in preset_names()

    @cached_property
    def title(self) -> str:
        """Title of the preset; the name if the origin is no preset."""
        return describe_preset(self.name).title if self.is_preset else self.name

    @property
    def is_for_folder(self) -> bool:
        """Whether the origin is the default settings of an image folder."""
        return self.name == self.config.name == FOLDER_DATASET

    @cached_property
    def values(self) -> Mapping[str, Any]:
        """All original values, by dotted key."""
        return self.config.flat_values

    def after_edit(self, draft: Draft) -> "SettingsOrigin":
        """Return the origin after an edit.

        If the user chooses a dataset, the edit loads the default settings of that dataset, which
        become the origin. Any other edit keeps the origin.

        Args:
            draft: the settings after the edit.
        """
        name, path = draft.values["name"], draft.values["dataset.path"]
        if name != self.config.name and name in preset_names():
            return self.preset(name)
        if name == FOLDER_DATASET and (self.config.name, self.config.dataset.path) != (name, path):
            return _folder_origin(draft)
        return self

    def differences(self, draft: Draft) -> frozenset[str]:
        """Return the dotted keys whose value in ``draft`` differs from the original value."""
        return frozenset(key for key, value in draft.values.items() if self.values[key] != value)


def _folder_origin(draft: Draft) -> SettingsOrigin:
    values = draft.values
    classes = values["poster.class_columns"] * values["poster.class_rows"]
    # The draft does not contain whether it was made for a GPU. Choose the more similar settings.
    candidates = (
        SettingsOrigin(config_for_folder(values["dataset.path"], classes, has_gpu), FOLDER_DATASET)
        for has_gpu in (False, True)
    )
    return min(candidates, key=lambda origin: len(origin.differences(draft)))
