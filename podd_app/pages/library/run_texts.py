"""What is said about a run."""

import time

from PySide6.QtCore import QCoreApplication

from podd_app.style.formatting import format_count, format_duration, format_percent, images_per_class
from podd_app.style.theme import Colors
from podd_engine.runs.run_info import RunInfo, RunInfoStatus

_STATUS_WORDS: dict[RunInfoStatus, str] = {
    "running": "running",
    "finished": "finished",
    "stopped": "stopped",
    "failed": "failed",
    "interrupted": "interrupted",
    "damaged": "cannot be read",
    "unread": "being looked at",
}


def status_text(status: RunInfoStatus) -> str:
    """How a run ended, or that it has not."""
    return _tr(_STATUS_WORDS[status])


def _tr(text: str) -> str:
    return QCoreApplication.translate("Library", text)


def status_color(status: RunInfoStatus, colors: Colors) -> str:
    """The color of the dot before the word."""
    tones: dict[RunInfoStatus, str] = {
        "running": colors.accent,
        "finished": colors.good,
        "failed": colors.error,
        "damaged": colors.error,
    }
    return tones.get(status, colors.muted)


def budget(run: RunInfo) -> str:
    """``0.9 images per class``; empty while unknown."""
    return images_per_class(run.images_per_class) if run.images_per_class else ""


def progress(run: RunInfo) -> str:
    """``400 steps`` of a finished run, ``12 of 400 steps`` of any other."""
    if not run.steps:
        return ""
    if run.step >= run.steps:
        return _tr("%s steps") % format_count(run.step)
    return _tr("%s of %s steps") % (format_count(run.step), format_count(run.steps))


def accuracy(run: RunInfo) -> str:
    """Test accuracy in per cent with one decimal; empty before an evaluation."""
    return "" if run.accuracy is None else f"{run.accuracy * 100:.1f}\u2009%"


def accuracy_with_deviation(run: RunInfo) -> str:
    """``83.1 ± 0.4 %``; empty before an evaluation."""
    if run.accuracy is None:
        return ""
    if run.accuracy_std is None or run.networks < 2:
        return accuracy(run)
    return f"{run.accuracy * 100:.1f} ± {run.accuracy_std * 100:.1f}\u2009%"


def age(run: RunInfo) -> str:
    """How long ago it last told something: ``3 h ago``."""
    seconds = max(0.0, time.time() - run.changed)
    return _tr("just now") if seconds < 60 else _tr("%s ago") % format_duration(seconds)


def accessible_text(run: RunInfo) -> str:
    """All of a card, for a screen reader."""
    parts = [
        run.path.name,
        status_text(run.status),
        run.dataset,
        budget(run),
        progress(run),
        _tr("test accuracy %s") % format_percent(run.accuracy) if run.accuracy is not None else "",
        run.message,
    ]
    return ", ".join(part for part in parts if part)
