"""The preset, file or image folder that settings come from and are compared with."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from podd_app.models.draft import Draft
from podd_engine.config.dataset_catalogue import FOLDER_DATASET
from podd_engine.config.dataset_defaults import config_for_folder
from podd_engine.config.presets import load_preset, preset_names
from podd_engine.config.schema import DistillationConfig


@dataclass(frozen=True)
class SettingsOrigin:
    """Where a draft comes from.

    Args:
        config: the original settings.
        name: name of the preset, or of the file without suffix; ``folder`` for settings made for an
            image folder.
    """

    config: DistillationConfig
    name: str

    @classmethod
    def preset(cls, name: str) -> "SettingsOrigin":
        """The preset ``name``.

        Raises:
            ConfigError: there is no such preset.
        """
        return cls(load_preset(name), name)

    @classmethod
    def from_saved(cls, config: DistillationConfig, name: str) -> "SettingsOrigin":
        """The origin ``name`` of a ``config`` from an earlier start, as far as it can be restored."""
        if name in preset_names():
            return cls.preset(name)
        if name == FOLDER_DATASET:
            return _folder_origin(Draft.from_config(config))
        return cls(config, config.name)

    @property
    def is_preset(self) -> bool:
        """Whether this is a bundled preset or one of the user."""
        return self.name in preset_names()

    @property
    def is_for_folder(self) -> bool:
        """Whether these settings were made for an image folder."""
        return self.name == self.config.name == FOLDER_DATASET

    @cached_property
    def values(self) -> Mapping[str, Any]:
        """All original values, by dotted key."""
        return self.config.flat_values

    def after_edit(self, draft: Draft) -> "SettingsOrigin":
        """The origin of ``draft``, an edit of settings with this origin.

        When the user chooses a dataset, the settings made for it are loaded. They become the origin.
        """
        name, path = draft.values["name"], draft.values["dataset.path"]
        if name != self.config.name and name in preset_names():
            return self.preset(name)
        if name == FOLDER_DATASET and (self.config.name, self.config.dataset.path) != (name, path):
            return _folder_origin(draft)
        return self

    def differences(self, draft: Draft) -> frozenset[str]:
        """Dotted keys whose value in ``draft`` differs from the original."""
        return frozenset(key for key, value in draft.values.items() if self.values[key] != value)


def _folder_origin(draft: Draft) -> SettingsOrigin:
    values = draft.values
    classes = values["poster.class_columns"] * values["poster.class_rows"]
    # The draft does not say whether its settings were made for a GPU: take the more similar ones.
    candidates = (
        SettingsOrigin(config_for_folder(values["dataset.path"], classes, has_gpu), FOLDER_DATASET)
        for has_gpu in (False, True)
    )
    return min(candidates, key=lambda origin: len(origin.differences(draft)))
