"""JSON without NaN and infinity, which the JSON standard does not contain."""

import json
import math
from collections.abc import Mapping
from typing import Any


def finite_json(value: Any, indent: int | None = None) -> str:
    """Return ``value`` as JSON text, with null in place of NaN and infinity.

    Args:
        value: nested mappings and sequences of JSON values.
        indent: spaces per level; None: one line.
    """
    return json.dumps(_with_finite_numbers(value), allow_nan=False, indent=indent)


def _with_finite_numbers(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {key: _with_finite_numbers(entry) for key, entry in value.items()}
    if isinstance(value, list | tuple):
        return [_with_finite_numbers(entry) for entry in value]
    return None if isinstance(value, float) and not math.isfinite(value) else value
