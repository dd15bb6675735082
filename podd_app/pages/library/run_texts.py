"""Texts that describe a run on cards, in the panel and for screen readers."""

import time
from typing import Any

from PySide6.QtCore import QCoreApplication

from podd_app.qt.translation import QT_TRANSLATE_NOOP
from podd_app.style.formatting import format_count, format_duration, format_percent, images_per_class
from podd_app.style.theme import Colors
from podd_engine.runs.run_info import RunInfo, RunInfoStatus

# The stub of QT_TRANSLATE_NOOP returns `object`, hence `Any`.
_STATUS_TEXTS: dict[RunInfoStatus, Any] = {
    "running": QT_TRANSLATE_NOOP("Library", "running"),
    "finished": QT_TRANSLATE_NOOP("Library", "finished"),
    "stopped": QT_TRANSLATE_NOOP("Library", "stopped"),
    "failed": QT_TRANSLATE_NOOP("Library", "failed"),
    "interrupted": QT_TRANSLATE_NOOP("Library", "interrupted"),
    "damaged": QT_TRANSLATE_NOOP("Library", "cannot be read"),
    "unread": QT_TRANSLATE_NOOP("Library", "loading…"),
}

translate = QCoreApplication.translate


def status_text(status: RunInfoStatus) -> str:
    """Return the translated status of a run."""
    return translate("Library", _STATUS_TEXTS[status])


def status_color(status: RunInfoStatus, colors: Colors) -> str:
    """Return the color of the dot in front of the status."""
    tones: dict[RunInfoStatus, str] = {
        "running": colors.accent,
        "finished": colors.good,
        "failed": colors.error,
        "damaged": colors.error,
    }
    return tones.get(status, colors.muted)


def budget(run: RunInfo) -> str:
    """Return the budget, such as ``0.9 images per class``; empty if unknown."""
    return images_per_class(run.images_per_class) if run.images_per_class else ""


def progress(run: RunInfo) -> str:
    """Return ``400 steps`` for a complete run and ``step 12 of 400`` otherwise; empty if unknown."""
    step = run.step  # pyside6-lupdate requires a plain name as the count
    if not run.steps:
        return ""
    if step >= run.steps:
        return translate("Library", "%n step(s)", "", step)
    return translate("Library", "step %s of %s") % (format_count(step), format_count(run.steps))


def accuracy(run: RunInfo) -> str:
    """Return the test accuracy, such as ``83.1%``; empty before the first evaluation."""
    return "" if run.accuracy is None else f"{run.accuracy * 100:.1f}%"


def accuracy_with_deviation(run: RunInfo) -> str:
    """Return mean and standard deviation, such as ``83.1 ± 0.4%``; empty before the first evaluation."""
    if run.accuracy is None:
        return ""
    if run.accuracy_std is None or run.networks < 2:
        return accuracy(run)
    return f"{run.accuracy * 100:.1f} ± {run.accuracy_std * 100:.1f}%"


def age(run: RunInfo) -> str:
    """Return the time since the last change of the run, such as ``3 h ago``."""
    seconds = max(0.0, time.time() - run.changed)
    if seconds < 60:
        return translate("Library", "just now")
    return translate("Library", "%s ago") % format_duration(seconds)


def accessible_text(run: RunInfo) -> str:
    """Return the complete content of a card for screen readers."""
    parts = [
        run.path.name,
        status_text(run.status),
        run.dataset,
        budget(run),
        progress(run),
        ""
        if run.accuracy is None
        else translate("Library", "test accuracy %s") % format_percent(run.accuracy),
        run.message,
    ]
    return ", ".join(part for part in parts if part)
