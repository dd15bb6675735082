"""What the settings on the screen came from, and are compared with: a preset, a file, or a folder's own."""

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
    """Where a draft came from.

    Args:
        config: the settings as they were there.
        name: of the preset, or of the file without its suffix; ``folder`` for settings made for a folder.
    """

    config: DistillationConfig
    name: str

    @classmethod
    def preset(cls, name: str) -> "SettingsOrigin":
        """The preset ``name``; ConfigError if there is none."""
        return cls(load_preset(name), name)

    @classmethod
    def from_saved(cls, config: DistillationConfig, name: str) -> "SettingsOrigin":
        """Where an earlier start's ``config`` came from, as far as its name alone tells."""
        if name in preset_names():
            return cls.preset(name)
        if name == FOLDER_DATASET:
            return _folder_origin(Draft.from_config(config))
        return cls(config, config.name)

    @property
    def is_preset(self) -> bool:
        """Whether it is a preset: the program's, or the person's own."""
        return self.name in preset_names()

    @property
    def is_for_folder(self) -> bool:
        """Whether these are settings made for a folder of images."""
        return self.name == self.config.name == FOLDER_DATASET

    @cached_property
    def values(self) -> Mapping[str, Any]:
        """Every value by its dotted key."""
        return self.config.flat_values

    def after_edit(self, draft: Draft) -> "SettingsOrigin":
        """Where ``draft`` came from, which is an edit of settings that came from here.

        Choosing a dataset brings settings made for it: what differs, differs from those.
        """
        name, path = draft.values["name"], draft.values["dataset.path"]
        if name != self.config.name and name in preset_names():
            return self.preset(name)
        if name == FOLDER_DATASET and (self.config.name, self.config.dataset.path) != (name, path):
            return _folder_origin(draft)
        return self

    def differences(self, draft: Draft) -> frozenset[str]:
        """Dotted keys whose value in ``draft`` is another than here."""
        return frozenset(key for key, value in draft.values.items() if self.values[key] != value)


def _folder_origin(draft: Draft) -> SettingsOrigin:
    values = draft.values
    classes = values["poster.class_columns"] * values["poster.class_rows"]
    # Made for computing with or without a GPU: by their looks the one or the other.
    made = (
        SettingsOrigin(config_for_folder(values["dataset.path"], classes, has_gpu), FOLDER_DATASET)
        for has_gpu in (False, True)
    )
    return min(made, key=lambda origin: len(origin.differences(draft)))
