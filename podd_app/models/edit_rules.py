"""What else changes when a setting does, so that one gesture leaves a poster that can run."""

from collections.abc import Mapping
from typing import Any

_GRID_KEYS = frozenset({"poster.class_columns", "poster.class_rows", "dataset.name", "dataset.path"})
_SIDES = (
    ("poster.width", "poster.class_columns", "poster.class_width"),
    ("poster.height", "poster.class_rows", "poster.class_height"),
)


def with_dependent_changes(values: Mapping[str, Any], changes: Mapping[str, Any]) -> dict[str, Any]:
    """``changes``, and what follows from them.

    An order made by hand ends with the grid and the classes it was made for. Class regions of a
    given size become automatic when a new poster size or grid is more than they cover, or less
    than one of them.

    Args:
        values: by dotted key, before the changes.
        changes: by dotted key; what they name themselves is left alone.
    """
    result = dict(changes)
    if _GRID_KEYS & changes.keys() and values["order.grid"]:
        result.setdefault("order.grid", ())
    after = {**values, **result}
    for length, count, region in _SIDES:
        given = after[region]
        covers = given <= after[length] <= given * after[count]
        if given and not covers and region not in changes and {length, count} & changes.keys():
            result[region] = 0
    return result
