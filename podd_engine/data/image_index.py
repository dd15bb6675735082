"""Search for image files by the names that tables use for them."""

import os
import unicodedata
from collections import Counter
from collections.abc import Callable, Sequence


class ImageIndex:
    """Images of a dataset by full path, file name, and name without suffix.

    The search ignores letter case, Unicode normalization and the direction of slashes.

    Args:
        images: paths relative to the dataset, with "/" as separator.
        others: images that are found by a partial name only if no image in ``images`` has this name.
    """

    def __init__(self, images: Sequence[str], others: Sequence[str] = ()) -> None:
        self.images = images
        paths = (*images, *others)
        counts = Counter(map(_folded, paths))
        self._by_path = {name: path for path in paths if counts[name := _folded(path)] == 1}
        # Some systems allow both "A.png" and "a.png" in one folder. Only the exact names differ.
        self._twins = _by_partial_name([path for path in paths if counts[_folded(path)] > 1], _composed)
        self._by_part = [_by_partial_name(images, _folded), _by_partial_name(others, _folded)]

    def find(self, cell: str) -> str | None:
        """Return the image that a cell of a table names, or None if no image or several images match.

        Args:
            cell: path or name of a file. The suffix may be missing or wrong, and the folders before the
                name may be those of another computer.
        """
        name = _composed(cell.strip().replace("\\", "/")).removeprefix("./")
        folded = _folded(name)
        found = _find_part(self._twins, name) or self._by_path.get(folded)
        for by_part in self._by_part:
            found = found or _find_part(by_part, folded)
        return found


def _by_partial_name(images: Sequence[str], simplify: Callable[[str], str]) -> dict[str, str]:
    """Return images by the end of their path, with and without suffix. An ambiguous name maps to ""."""
    found: dict[str, str] = {}
    for path in images:
        tails = _tails(simplify(path))
        for key in {*tails, *map(_without_suffix, tails)}:
            found[key] = "" if key in found else path
    return found


def _find_part(by_part: dict[str, str], name: str) -> str | None:
    keys = (key for tail in _tails(name) for key in (tail, _without_suffix(tail))) if by_part else ()
    return next((by_part[key] for key in keys if by_part.get(key)), None)


def _tails(path: str) -> list[str]:
    parts = path.split("/")
    return ["/".join(parts[start:]) for start in range(len(parts))]


def _composed(name: str) -> str:
    return unicodedata.normalize("NFC", name)


def _folded(name: str) -> str:
    return _composed(_composed(name).casefold())


def _without_suffix(name: str) -> str:
    return os.path.splitext(name)[0]  # noqa: PTH122 - the name is not a path of this system
