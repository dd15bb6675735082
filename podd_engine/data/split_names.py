"""Names of the folders that divide a dataset into training, validation and test images."""

import re
from dataclasses import dataclass
from typing import Literal

SplitRole = Literal["train", "val", "test"]

_WORDS: dict[SplitRole, tuple[str, ...]] = {
    "train": ("train", "training"),
    "val": ("val", "valid", "validation", "validating", "validate", "dev", "eval", "evaluation"),
    "test": ("test", "testing", "tests"),
}
_COMPOUND_ENDS = ("", "set", "data", "images", "imgs")
_ROLES: dict[str, SplitRole] = {
    word + end: role for role, words in _WORDS.items() for word in words for end in _COMPOUND_ENDS
}

_FILLERS = frozenset(
    {"set", "data", "dataset", "split", "image", "images", "img", "imgs", "folder", "samples", "the", "of"}
)
"""Words that do not change the meaning of a folder name, for example in "test_set"."""

_WORD = re.compile("[A-Z]?[a-z]+|[A-Z]+(?![a-z])")


@dataclass(frozen=True)
class SplitName:
    """Meaning of a folder name such as "train", "Test-Set", "val2017" or "seg_train".

    Args:
        role: which images the folder contains.
        rest: the other words of the name, for example ("seg",). The parts of a dataset share them.
    """

    role: SplitRole
    rest: tuple[str, ...]


def split_name(name: str) -> SplitName | None:
    """Return the meaning of a folder name, or None if the name does not denote a part of a dataset.

    Case, digits and separators have no effect. One word must be a name of a part, such as "train".

    Args:
        name: name of a folder, or a cell of a table.
    """
    # Capitals separate words in "TrainSet", but not in "TeSt".
    words = [name.lower()] if name.lower() in _ROLES else [word.lower() for word in _WORD.findall(name)]
    roles = [_ROLES[word] for word in words if word in _ROLES]
    if len(roles) != 1:
        return None
    rest = tuple(word for word in words if word not in _ROLES and word not in _FILLERS)
    return SplitName(roles[0], rest)
