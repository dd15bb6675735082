"""Count of the files that are not part of a dataset, for a notice."""

import os
from collections.abc import Collection

BROKEN_LINK = "broken link"
LINK_LOOP = "link to a folder above"
REPEATED_FOLDER = "link to a folder that was read before"
OUTSIDE = "outside the class folders"
NO_SUFFIX = "without a suffix"
SPECIAL_FILE = "special file"

_PLURALS = {
    BROKEN_LINK: "broken links",
    LINK_LOOP: "links to a folder above",
    REPEATED_FOLDER: "links to a folder that was read before",
    SPECIAL_FILE: "special files",
}

_OTHER_IMAGE_SUFFIXES = frozenset(
    [
        ".heic",
        ".heif",
        ".jxl",
        ".svg",
        ".raw",
        ".dng",
        ".cr2",
        ".cr3",
        ".nef",
        ".arw",
        ".raf",
        ".orf",
        ".rw2",
        ".psd",
        ".xcf",
        ".ai",
        ".exr",
        ".hdr",
        ".dcm",
        ".nii",
        ".mp4",
        ".mov",
        ".avi",
        ".mkv",
        ".webm",
        ".zip",
        ".tar",
        ".gz",
        ".7z",
        ".rar",
        ".npy",
        ".npz",
        ".mat",
        ".h5",
        ".hdf5",
        ".parquet",
        ".tfrecord",
        ".lmdb",
    ]
)
"""Suffixes of files that contain pictures but are not read. A notice counts them also outside the class
folders, where other files, such as a description of the dataset, are expected."""

_MAX_REASONS = 6
"""Maximum number of reasons that the notice lists."""


class SkippedFiles:
    """Number of skipped files by reason, with examples.

    Args:
        ignored_suffixes: suffixes of files that are not counted, in lower case.
    """

    def __init__(self, ignored_suffixes: Collection[str] = ()) -> None:
        self._ignored_suffixes = ignored_suffixes
        self._paths: dict[str, list[str]] = {}

    def add(self, reason: str, path: str) -> None:
        """Count one file.

        Args:
            reason: why the file is skipped: one of the constants of this module, or the suffix of the file.
            path: path of the file, relative to the dataset.
        """
        self._paths.setdefault(reason, []).append(path)

    def add_unreadable(self, path: str) -> None:
        """Count a file that is not an image, by its suffix."""
        suffix = _suffix(path)
        if suffix not in self._ignored_suffixes:
            self.add(suffix or NO_SUFFIX, path)

    def add_outside(self, path: str) -> None:
        """Count a file outside the class folders if it contains pictures of a kind that is not read."""
        if _suffix(path) in _OTHER_IMAGE_SUFFIXES:
            self.add_unreadable(path)

    def add_all(self, other: "SkippedFiles") -> None:
        """Count all files of another object."""
        for reason, paths in other._paths.items():
            self._paths.setdefault(reason, []).extend(paths)

    @property
    def counts(self) -> str:
        """Number of files by reason, for example "20 .heic, 2 .txt". Empty if no file was skipped."""
        reasons = self._reasons()
        shown = [_counted(len(self._paths[reason]), reason) for reason in reasons[:_MAX_REASONS]]
        rest = sum(len(self._paths[reason]) for reason in reasons[_MAX_REASONS:])
        return ", ".join([*shown, *([f"{rest:,} others"] if rest else [])])

    def notices(self) -> tuple[str, ...]:
        """Return one line with the numbers and two examples, or nothing if no file was skipped."""
        reasons = self._reasons()
        if not reasons:
            return ()
        total = sum(map(len, self._paths.values()))
        # Examples of the two most frequent reasons tell more than two examples of one reason.
        candidates = [self._paths[reason][0] for reason in reasons] + self._paths[reasons[0]][1:2]
        files = "1 file was skipped" if total == 1 else f"{total:,} files were skipped"
        return (f"{files}: {self.counts} (for example {', '.join(candidates[:2])})",)

    def _reasons(self) -> list[str]:
        return sorted(self._paths, key=lambda reason: -len(self._paths[reason]))


def _counted(number: int, reason: str) -> str:
    return f"{number:,} {reason if number == 1 else _PLURALS.get(reason, reason)}"


def _suffix(path: str) -> str:
    return os.path.splitext(path)[1].lower()  # noqa: PTH122 - pathlib is slow for 100,000 files
