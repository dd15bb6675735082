"""Short text summary of a soft label."""

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

SHOWN_CLASSES = 3
MIN_SHARE = 0.005
"""Classes below this share are not listed by name."""


@dataclass(frozen=True)
class LabelShare:
    """Share of a soft label that belongs to one class or to a group of classes.

    Args:
        text: class name, or the number of classes in the group.
        share: share of the label, from 0 to 1.
        is_group: whether the line sums up several classes.
    """

    text: str
    share: float
    is_group: bool = False


def label_lines(label: NDArray[np.float32], names: Sequence[str]) -> list[LabelShare]:
    """List the largest classes of a soft label in descending order, then one line for all others.

    Args:
        label: soft label, float32 [classes], ≥ 0, sums to 1.
        names: class names by class index.
    """
    named = [index for index in np.argsort(-label, kind="stable") if label[index] >= MIN_SHARE]
    # A line for a single remaining class needs as much space as its name, so show the name.
    shown = named if len(named) == SHOWN_CLASSES + 1 else named[:SHOWN_CLASSES]
    lines = [LabelShare(names[index], float(label[index])) for index in shown]
    rest = 1 - sum(line.share for line in lines)
    if rest < MIN_SHARE:
        return lines
    others = len(named) - len(shown)
    return [*lines, LabelShare(f"{others} others" if others else "all others", rest, is_group=True)]


def ascii_class_name(name: str, index: int) -> str:
    """Convert a class name to ASCII, because Pillow's built-in font draws only ASCII.

    Underscores become spaces, and accents are removed. A name in another script becomes "class 12".
    """
    plain = unicodedata.normalize("NFKD", name.replace("_", " "))
    plain = "".join(letter for letter in plain if not unicodedata.combining(letter))
    return plain if plain.isascii() and plain.isprintable() and plain.strip() else f"class {index}"
