"""A soft label in a few lines a person reads at a glance."""

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

SHOWN_CLASSES = 3
SMALLEST_SHARE = 0.005
"""Classes below half a percent are not named."""


@dataclass(frozen=True)
class LabelShare:
    """A class, or several together, and the share of the label.

    Args:
        text: the class's name, or how many classes.
        share: 0 to 1.
        several: whether the line stands for several classes.
    """

    text: str
    share: float
    is_group: bool = False


def label_lines(label: NDArray[np.float32], names: Sequence[str]) -> list[LabelShare]:
    """The largest classes of a soft label, largest first, and one line for all others.

    Args:
        label: float32 [classes], ≥ 0, summing to 1.
        names: of the classes.
    """
    named = [index for index in np.argsort(-label, kind="stable") if label[index] >= SMALLEST_SHARE]
    # One line for a single other class would take as much room as naming it.
    shown = named if len(named) == SHOWN_CLASSES + 1 else named[:SHOWN_CLASSES]
    lines = [LabelShare(names[index], float(label[index])) for index in shown]
    rest = 1 - sum(line.share for line in lines)
    if rest < SMALLEST_SHARE:
        return lines
    others = len(named) - len(shown)
    return [*lines, LabelShare(f"{others} others" if others else "all others", rest, is_group=True)]


def ascii_class_name(name: str, index: int) -> str:
    """A class name as Pillow's own font can draw it, which is in ASCII.

    Underscores become spaces and accents are dropped; a name in another script becomes "class 12".
    """
    plain = unicodedata.normalize("NFKD", name.replace("_", " "))
    plain = "".join(letter for letter in plain if not unicodedata.combining(letter))
    return plain if plain.isascii() and plain.isprintable() and plain.strip() else f"class {index}"
