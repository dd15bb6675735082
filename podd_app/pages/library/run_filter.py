"""Filter and sort order of the runs in the library."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from podd_app.qt.translation import QT_TRANSLATE_NOOP
from podd_engine.runs.run_info import RunInfo

# The stub of QT_TRANSLATE_NOOP returns `object`, hence `Any`.
SORT_ORDERS: dict[str, Any] = {
    "latest": QT_TRANSLATE_NOOP("FilterBar", "Latest first"),
    "accuracy": QT_TRANSLATE_NOOP("FilterBar", "Best accuracy first"),
    "name": QT_TRANSLATE_NOOP("FilterBar", "By name"),
    "dataset": QT_TRANSLATE_NOOP("FilterBar", "By dataset"),
    "budget": QT_TRANSLATE_NOOP("FilterBar", "Smallest budget first"),
}
"""Titles of the sort orders, by key."""

STATUSES: dict[str, Any] = {
    "": QT_TRANSLATE_NOOP("FilterBar", "Any status"),
    "running": QT_TRANSLATE_NOOP("FilterBar", "Running"),
    "finished": QT_TRANSLATE_NOOP("FilterBar", "Finished"),
    "stopped": QT_TRANSLATE_NOOP("FilterBar", "Stopped"),
    "failed": QT_TRANSLATE_NOOP("FilterBar", "Failed"),
    "interrupted": QT_TRANSLATE_NOOP("FilterBar", "Interrupted"),
    "damaged": QT_TRANSLATE_NOOP("FilterBar", "Damaged"),
}
"""Titles of the statuses, by key."""


@dataclass(frozen=True)
class RunFilter:
    """Filter and sort order selected by the user.

    Args:
        text: words separated by spaces. A run matches if its name, dataset, status, message or notes
            contain all words. Case is ignored.
        status: key of `STATUSES`; an empty string matches every status.
        order: key of `SORT_ORDERS`.
    """

    text: str = ""
    status: str = ""
    order: str = "latest"

    def apply(self, runs: Iterable[RunInfo]) -> list[RunInfo]:
        """Return the matching runs in the selected order; equal runs are sorted by latest change."""
        words = self.text.casefold().split()
        shown = [run for run in runs if self.status in ("", run.status) and _matches(run, words)]
        shown.sort(key=lambda run: (-run.changed, run.path))
        match self.order:
            case "accuracy":
                shown.sort(key=lambda run: -1.0 if run.accuracy is None else run.accuracy, reverse=True)
            case "name":
                shown.sort(key=lambda run: run.path.name.casefold())
            case "dataset":
                shown.sort(key=lambda run: (run.dataset.casefold(), run.images_per_class))
            case "budget":
                shown.sort(key=lambda run: run.images_per_class)
        return shown


def _matches(run: RunInfo, words: list[str]) -> bool:
    if not words:
        return True
    text = f"{run.path.name} {run.dataset} {run.status} {run.message} {run.notes}".casefold()
    return all(word in text for word in words)
