"""Sentences about memory and disk space that a run needs and this computer lacks."""

import re
import shutil
from pathlib import Path

from PySide6.QtCore import QCoreApplication

from podd_app.models.draft import with_field_labels
from podd_app.models.run_estimate import Shortage
from podd_app.models.setting_fields import FIELDS, section_title
from podd_app.style.formatting import format_bytes, format_count
from podd_engine.estimate.memory_fit import MemoryShortage

_translate = QCoreApplication.translate
_LONG_NUMBER = re.compile(r"(?<=to )\d{4,}\b")
_DOTTED_KEY = re.compile(r"\b([a-z]+)\.[a-z_]+\b")


def advice_sentence(advice: str) -> str:
    """Return an engine message as a sentence with titles of settings and grouped numbers.

    Example: "lower network.width to 1024" becomes "Lower ‘Width’ (Network) to 1,024."
    """

    def title(key: re.Match[str]) -> str:
        field = FIELDS.get(key[0])
        return key[0] if field is None else f"‘{field.label}’ ({section_title(key[1])})"

    sentence = _DOTTED_KEY.sub(title, advice)
    return with_field_labels(_LONG_NUMBER.sub(lambda number: format_count(int(number[0])), sentence))


def memory_shortage(missing: MemoryShortage) -> Shortage:
    """Return the shortage of a run that does not fit in memory.

    A run that needs more memory than the device has in total cannot start. A run that needs more than
    is free may start, because other programs may free memory.
    """
    needed, advice = format_bytes(missing.needed_bytes), advice_sentence(missing.advice)
    if 0 < missing.total_bytes < missing.needed_bytes:
        text = _translate("Shortage", "The run needs %s of memory, but the device has only %s. %s")
        return Shortage(text % (needed, format_bytes(missing.total_bytes), advice), blocks_start=True)
    text = _translate("Shortage", "The run needs %s of memory, but only %s are free. %s")
    return Shortage(text % (needed, format_bytes(missing.available_bytes), advice), blocks_start=False)


def disk_shortage(needed_bytes: int, folder: Path) -> Shortage | None:
    """Return the shortage of a run that does not fit on the disk of ``folder``; None if the run fits."""
    usage = None
    for existing in (folder, *folder.parents):
        try:
            usage = shutil.disk_usage(existing)
            break
        except OSError:
            continue  # the folder is created when the run starts
    if usage is None or needed_bytes <= usage.free:
        return None
    text = _translate(
        "Shortage",
        "The run needs %s of disk space, but only %s are free. Free some space, or choose another save "
        "location on the Run page.",
    )
    sentence = text % (format_bytes(needed_bytes), format_bytes(usage.free))
    return Shortage(sentence, blocks_start=needed_bytes > usage.total)
