"""Rules that adjust dependent settings so that the settings stay valid after an edit."""

from collections.abc import Mapping
from typing import Any

_CLASSES_DEPEND_ON = frozenset({"poster.class_columns", "poster.class_rows", "dataset.name", "dataset.path"})
_SIDES = (
    ("poster.width", "poster.class_columns", "poster.class_width"),
    ("poster.height", "poster.class_rows", "poster.class_height"),
)


def with_dependent_changes(values: Mapping[str, Any], changes: Mapping[str, Any]) -> dict[str, Any]:
    """Return ``changes`` together with the dependent changes.

    A new class grid or dataset resets a manual class order and the recorded class names. A new poster
    size or class grid resets a fixed class region size to automatic if the regions no longer cover the
    poster, or if one region is larger than the poster.

    Args:
        values: all values before the changes, by dotted key.
        changes: new values by dotted key. The settings in ``changes`` are not adjusted.
    """
    result = dict(changes)
    if _CLASSES_DEPEND_ON & changes.keys():
        for path in ("order.grid", "dataset.classes"):
            if values[path]:
                result.setdefault(path, ())
    after = {**values, **result}
    for length, count, region in _SIDES:
        given = after[region]
        covers = given <= after[length] <= given * after[count]
        if given and not covers and region not in changes and {length, count} & changes.keys():
            result[region] = 0
    return result
