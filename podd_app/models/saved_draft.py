"""JSON text of a draft and its origin. Unlike a settings file, the draft may be invalid."""

import json
from collections.abc import Mapping
from typing import Any

from podd_app.models.draft import Draft
from podd_app.models.setting_fields import FIELDS
from podd_app.models.settings_origin import SettingsOrigin
from podd_app.models.undo import DraftWithOrigin
from podd_engine.config.presets import preset_names
from podd_engine.config.schema import DistillationConfig
from podd_engine.errors import ConfigError


def draft_to_json(draft: Draft, origin: SettingsOrigin) -> str:
    """Return the JSON text of a draft, which may be invalid, and its origin."""
    return json.dumps(
        {"values": dict(draft.values), "origin": dict(origin.values), "origin_name": origin.name}
    )


def draft_from_json(text: str) -> DraftWithOrigin | None:
    """Return the draft and its origin, or None if ``text`` is not the JSON text of a draft.

    Values that are missing or have another type get the value of the origin. Unknown keys are ignored.
    """
    try:
        saved = json.loads(text)
        values, origin_values, name = saved["values"], saved["origin"], str(saved["origin_name"])
    except (ValueError, KeyError, TypeError):
        return None
    if not isinstance(values, dict) or not isinstance(origin_values, dict):
        return None
    origin = _origin(origin_values, name)
    return DraftWithOrigin(_draft(values, origin.values), origin)


def _origin(values: Mapping[str, Any], name: str) -> SettingsOrigin:
    """Return the present preset of this name, or else the saved origin."""
    if name in preset_names():
        try:
            return SettingsOrigin.preset(name)
        except ConfigError:
            pass  # the file of the preset is damaged
    default = DistillationConfig()
    return SettingsOrigin(_draft(values, default.flat_values).config or default, name)


def _draft(values: Mapping[str, Any], defaults: Mapping[str, Any]) -> Draft:
    candidates = {key: _with_tuples(values.get(key, default)) for key, default in defaults.items()}
    return Draft(
        {
            key: candidates[key] if _can_be_shown(key, candidates[key], default) else default
            for key, default in defaults.items()
        }
    )


def _with_tuples(value: Any) -> Any:
    return tuple(map(_with_tuples, value)) if isinstance(value, list) else value


def _can_be_shown(key: str, value: Any, default: Any) -> bool:
    """Return whether the control of a setting can show ``value``. The value may still be out of range."""
    choices = FIELDS[key].choices if key in FIELDS else ()
    if choices and not set(value if isinstance(value, tuple) else (value,)) <= set(choices):
        return False
    if default is None or isinstance(default, bool):
        return isinstance(value, type(default))
    if isinstance(default, int | float):
        return isinstance(value, int | float) and not isinstance(value, bool)
    return isinstance(value, type(default))
