"""Which runs are shown, and in which order. No Qt."""

from collections.abc import Iterable
from dataclasses import dataclass

from podd_engine.runs.run_info import RunInfo

SORT_ORDERS = {
    "latest": "Latest first",
    "accuracy": "Most accurate first",
    "name": "By name",
    "dataset": "By dataset",
    "budget": "Smallest budget first",
}
STATUSES = {
    "": "Any status",
    "running": "Running",
    "finished": "Finished",
    "stopped": "Stopped",
    "failed": "Failed",
    "interrupted": "Interrupted",
    "damaged": "Damaged",
}


@dataclass(frozen=True)
class RunFilter:
    """What a person wants to see of the library.

    Args:
        text: words that name, dataset, message or notes contain, all of them, in any case.
        status: a key of `STATUSES`; empty: any.
        order: a key of `SORT_ORDERS`.
    """

    text: str = ""
    status: str = ""
    order: str = "latest"

    def apply(self, runs: Iterable[RunInfo]) -> list[RunInfo]:
        """The runs it lets through, in its order; equal ones the latest first."""
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
