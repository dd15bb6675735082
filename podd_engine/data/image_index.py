"""Search for image files by the names that tables use for them."""

import os
import unicodedata
from collections.abc import Sequence


class ImageIndex:
    """Images of a dataset by full path, file name, and name without suffix.

    The search ignores letter case, Unicode normalization and the direction of slashes.

    Args:
        images: paths relative to the dataset, with "/" as separator.
        others: images that are found by a partial name only if no image in ``images`` has this name.
    """

    def __init__(self, images: Sequence[str], others: Sequence[str] = ()) -> None:
        self.images = images
        self._by_path = {_folded(path): path for path in (*images, *others)}
        self._by_part = [_by_partial_name(images), _by_partial_name(others)]

    def find(self, cell: str) -> str | None:
        """Return the image that a cell of a table names, or None if no image or several images match.

        Args:
            cell: path or name of a file. The suffix may be missing or wrong, and the folders before the
                name may be those of another computer.
        """
        name = _folded(cell.strip().replace("\\", "/")).removeprefix("./")
        if not name:
            return None
        if name in self._by_path:
            return self._by_path[name]
        parts = name.split("/")
        tails = ["/".join(parts[start:]) for start in range(len(parts))]
        for by_part in self._by_part:
            for tail in tails:
                for key in (tail, _without_suffix(tail)):
                    if by_part.get(key):
                        return by_part[key]
        return None


def _by_partial_name(images: Sequence[str]) -> dict[str, str]:
    """Return images by the end of their path, with and without suffix. An ambiguous name maps to ""."""
    found: dict[str, str] = {}
    for path in images:
        parts = _folded(path).split("/")
        tails = ["/".join(parts[start:]) for start in range(len(parts))]
        for key in {*tails, *map(_without_suffix, tails)}:
            found[key] = "" if key in found else path
    return found


def _folded(name: str) -> str:
    return unicodedata.normalize("NFC", unicodedata.normalize("NFC", name).casefold())


def _without_suffix(name: str) -> str:
    return os.path.splitext(name)[0]  # noqa: PTH122 - the name is not a path of this system
