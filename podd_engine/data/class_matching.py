"""Matching of class names from two sources: a dataset, a poster, or a table of distances."""

import unicodedata
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from podd_engine.errors import DataError

MAX_EXAMPLES = 2
"""Maximum number of missing and of additional names in a message."""

_SEPARATORS = str.maketrans("_-", "  ")


@dataclass(frozen=True)
class ClassMatch:
    """Result of `match_classes`.

    Args:
        positions: position in ``found`` of each wanted name; -1 for a missing name.
        missing: wanted names without a match.
        additional: found names without a match.
    """

    positions: tuple[int, ...]
    missing: tuple[str, ...]
    additional: tuple[str, ...]

    @property
    def complete(self) -> bool:
        """Whether every wanted name and every found name has a match."""
        return not self.missing and not self.additional

    def differences(self) -> str:
        """Return the missing and the additional names with two examples each, for a message."""
        parts = [("missing", self.missing), ("additional", self.additional)]
        return "; ".join(f"{title}: {_examples(names)}" for title, names in parts if names)


def match_classes(wanted: Sequence[str], found: Sequence[str]) -> ClassMatch:
    """Match class names one to one.

    Equal names match first. Other names match if they differ only in Unicode normalization. The remaining
    names match if they differ only in letter case or in the separators space, hyphen and underscore. A
    name never matches if several names of one source differ from it only in this way.

    Args:
        wanted: names by class index, each name once.
        found: names of the other source, each name once.
    """
    positions = dict.fromkeys(wanted, -1)
    left = {name: position for position, name in enumerate(found)}
    for simplify in (str, _composed, _folded):
        by_key = _unique_names(found, simplify)
        for key, name in _unique_names(wanted, simplify).items():
            other = by_key.get(key)
            if positions[name] < 0 and other in left:
                positions[name] = left.pop(other)
    missing = tuple(name for name in wanted if positions[name] < 0)
    return ClassMatch(tuple(positions[name] for name in wanted), missing, tuple(left))


def positions_of_classes(
    wanted: Sequence[str], found: Sequence[str], place: object, owner: str
) -> tuple[int, ...]:
    """Return the position in ``found`` of each wanted class.

    Args:
        wanted: required class names by class index.
        found: class names of a dataset.
        place: the dataset or its folder, for the message.
        owner: what requires the classes, for the message.

    Raises:
        DataError: the names do not match one to one. The message lists missing and additional names.
    """
    match = match_classes(wanted, found)
    if not match.complete:
        raise DataError(
            f"{place}: the classes differ from those of {owner} ({match.differences()}); rename the classes, "
            "or choose the dataset with the original classes"
        )
    return match.positions


def _unique_names(names: Sequence[str], simplify: Callable[[str], str]) -> dict[str, str]:
    """Return names by simplified name, without the names that share a simplified name."""
    counts = Counter(map(simplify, names))
    return {simplify(name): name for name in names if counts[simplify(name)] == 1}


def _composed(name: str) -> str:
    return unicodedata.normalize("NFC", name)


def _folded(name: str) -> str:
    return _composed(_composed(name).casefold()).translate(_SEPARATORS)


def _examples(names: Sequence[str]) -> str:
    shown = ", ".join(map(repr, names[:MAX_EXAMPLES]))
    more = len(names) - MAX_EXAMPLES
    return f"{shown} and {more} more" if more > 0 else shown
