"""Settings that may be invalid.

A `DistillationConfig` is always valid. Settings can be invalid while the user edits them. The GUI
therefore edits a `Draft`, which holds a value for each dotted key. A draft with invalid values has
problems and no config.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from pydantic import ValidationError

from podd_app.models.setting_fields import FIELDS
from podd_engine.config.schema import DistillationConfig
from podd_engine.errors import ConfigError, OutOfMemoryError, PoddError
from podd_engine.poster.layout import PosterLayout
from podd_engine.runtime.cpu_memory import available_cpu_memory_bytes
from podd_engine.runtime.size_check import check_memory, layout_needs

_DOTTED_KEY = re.compile(r"\b[a-z]+\.[a-z_]+\b")


@dataclass(frozen=True)
class Draft:
    """Immutable set of values by dotted key.

    Args:
        values: every key of `DistillationConfig`, ``{"outer.steps": 200, …}``.
    """

    values: Mapping[str, Any]

    @classmethod
    def from_config(cls, config: DistillationConfig) -> "Draft":
        """Return the draft with the values of ``config``."""
        return cls(config.flat_values)

    def with_changes(self, changes: Mapping[str, Any]) -> "Draft":
        """Return a copy with the values of ``changes`` replaced."""
        return Draft({**self.values, **changes})

    @cached_property
    def _validated(self) -> tuple[DistillationConfig | None, Mapping[str, str]]:
        try:
            config = DistillationConfig.model_validate(_nested(self.values))
            check_memory(layout_needs(config), available_cpu_memory_bytes())
        except ValidationError as error:
            return None, _problems(error)
        except OutOfMemoryError as error:
            return None, _problem(error)
        return config, {}

    @property
    def config(self) -> DistillationConfig | None:
        """The config; None if the values are invalid."""
        return self._validated[0]

    @property
    def problems(self) -> Mapping[str, str]:
        """One sentence for each invalid dotted key, with the field labels of the GUI."""
        return self._validated[1]

    @cached_property
    def layout(self) -> PosterLayout | None:
        """Geometry of the poster; None if the settings that determine the geometry are invalid."""
        if self.config is not None:
            return self.config.layout
        parts = DistillationConfig.model_fields
        tree = _nested(self.values)
        try:
            sections = {
                name: parts[name].annotation(**tree[name])  # type: ignore[misc]
                for name in ("dataset", "poster", "patches")
            }
            return DistillationConfig.model_construct(**sections).layout
        except (ValidationError, ConfigError):
            return None


def with_field_labels(sentence: str) -> str:
    """Return an engine message as a sentence, with dotted keys replaced by field labels."""

    def label(match: re.Match[str]) -> str:
        field = FIELDS.get(match[0])
        return f"‘{field.label}’" if field else match[0]

    sentence = _DOTTED_KEY.sub(label, sentence)
    return sentence[:1].upper() + sentence[1:] + ("" if sentence.endswith((".", "!", "?")) else ".")


def _nested(values: Mapping[str, Any]) -> dict[str, Any]:
    tree: dict[str, Any] = {}
    for dotted, value in values.items():
        section, _, key = dotted.rpartition(".")
        (tree.setdefault(section, {}) if section else tree)[key] = value
    return tree


def _problem(error: PoddError) -> dict[str, str]:
    """Return the sentence of an engine message for each setting that the message starts with."""
    where, _, sentence = str(error).partition(": ")
    return dict.fromkeys(where.split(" x "), with_field_labels(sentence))


def _problems(error: ValidationError) -> dict[str, str]:
    found: dict[str, str] = {}
    for item in error.errors():
        cause = item.get("ctx", {}).get("error")
        if isinstance(cause, ConfigError):
            found.update(_problem(cause))
        else:
            path = ".".join(str(part) for part in item["loc"][:2])
            found[path] = with_field_labels(item["msg"].removeprefix("Input "))
    return found
