"""Datasets with one file per image: decoding listed files to arrays."""

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import cached_property, partial, reduce
from pathlib import Path

import numpy as np

from podd_engine.data.dataset import DecodedImages, Images, LabeledImages
from podd_engine.data.deep_images import PixelRange
from podd_engine.data.file_fingerprint import fingerprint_files
from podd_engine.data.image_decoding import decode, decode_or_measure, smaller_side
from podd_engine.data.quiet_pillow import quiet_pillow
from podd_engine.errors import DataError
from podd_engine.progress import Progress, ProgressCallback

FILES_PER_BATCH = 256
"""Number of files decoded between two progress reports."""

MAX_LISTED_PROBLEMS = 3
"""Maximum number of damaged files named in an error message."""

MAX_PROBLEMS = 100
"""Number of damaged files after which reading stops."""


@dataclass(frozen=True)
class ImageFile:
    """One image file of a dataset.

    Args:
        path: path relative to the folder of the dataset, with "/" as separator.
        label: class index.
    """

    path: str
    label: int


@dataclass(frozen=True)
class ImageFiles:
    """A dataset given as lists of image files; a `DatasetSource`.

    Args:
        folder: folder of the dataset; never modified.
        class_names: names by class index.
        train: training images.
        test: test images.
        color: if True, the images always have three channels; if False, they have one channel when
            all images are gray.
        notices: one-line notices about files that are not used and about the labels.

    Raises:
        DataError: a class has no training images, or there are no test images.
    """

    folder: Path
    class_names: tuple[str, ...]
    train: tuple[ImageFile, ...]
    test: tuple[ImageFile, ...]
    color: bool = False
    notices: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        trained = {file.label for file in self.train}
        empty = [name for index, name in enumerate(self.class_names) if index not in trained]
        if empty:
            raise DataError(
                f"{self.folder}: class {empty[0]!r} has no training images"
                + (f" (and {len(empty) - 1} more classes)" if len(empty) > 1 else "")
                + "; add images or delete the class folder"
            )
        if not self.test:
            raise DataError(
                f"{self.folder}: the dataset has no test images; add a test/ folder or more images"
            )

    @property
    def train_count(self) -> int:
        """Number of training images."""
        return len(self.train)

    @property
    def test_count(self) -> int:
        """Number of test images."""
        return len(self.test)

    @cached_property
    def image_size(self) -> int:
        """Shorter side of the first training image in px, read from the file header."""
        return smaller_side(self.folder / self.train[0].path)

    def fingerprint(self) -> str:
        """Return a fingerprint of the listed files; see `fingerprint_files`.

        Raises:
            DataError: a listed file is missing or cannot be read.
        """
        facts = (self.class_names, len(self.train), self.color)
        files = [(file.path, file.label) for file in (*self.train, *self.test)]
        return fingerprint_files(self.folder, files, facts)

    def read(self, image_size: int, report: ProgressCallback) -> DecodedImages:
        """Decode all images and resize them as `decode` does.

        Images with more than 8 bits per channel are scaled by one range, the smallest and largest value in
        all of them. They are decoded twice, so that only one of them per thread is in memory. Images with 8
        bits keep their values.

        Raises:
            DataError: files are missing, damaged, too large or not images; the message names the first files.
        """
        files = (*self.train, *self.test)
        images = np.empty((len(files), image_size, image_size, 3), dtype=np.uint8)

        def read_into(index: int, read: Callable[[Path], Images | PixelRange]) -> PixelRange | str | None:
            try:
                decoded = read(self.folder / files[index].path)
            except DataError as problem:
                return str(problem)  # the exception would keep the decoded image in memory
            if isinstance(decoded, PixelRange):
                return decoded
            images[index] = decoded
            return None

        read = partial(decode_or_measure, image_size=image_size)
        measured = _in_batches("reading images", range(len(files)), partial(read_into, read=read), report)
        notices: tuple[str, ...] = ()
        if measured:
            pixel_range = reduce(PixelRange.union, measured.values()).widened()
            scale = partial(decode, image_size=image_size, pixel_range=pixel_range)
            _in_batches("scaling images", list(measured), partial(read_into, read=scale), report)
            notices = (_scaling_notice(pixel_range, len(measured), len(files)),)
        if not self.color and (images == images[..., :1]).all():
            images = images[..., :1]
        labels = np.array([file.label for file in files], dtype=np.int64)
        count = len(self.train)
        return DecodedImages(
            LabeledImages(images[:count], labels[:count]),
            LabeledImages(images[count:], labels[count:]),
            notices,
        )


def _in_batches(
    what: str,
    indices: Sequence[int],
    read_into: Callable[[int], PixelRange | str | None],
    report: ProgressCallback,
) -> dict[int, PixelRange]:
    """Decode files in threads.

    Args:
        what: activity for the progress reports.
        indices: indices of the files.
        read_into: decodes one file. Returns a range if the image must be scaled first, or a problem.
        report: receives the progress in files.

    Returns:
        The range of each image that must be scaled, by index of the file.

    Raises:
        DataError: files cannot be read.
    """
    ranges: dict[int, PixelRange] = {}
    problems: list[str] = []
    # Pillow releases the GIL while it decodes, so threads use all cores.
    with quiet_pillow(), ThreadPoolExecutor(thread_name_prefix="decode") as pool:
        for start in range(0, len(indices), FILES_PER_BATCH):
            report(Progress(what, start, len(indices)))
            batch = indices[start : start + FILES_PER_BATCH]
            for index, result in zip(batch, pool.map(read_into, batch), strict=True):
                if isinstance(result, PixelRange):
                    ranges[index] = result
                elif result is not None:
                    problems.append(result)
            if len(problems) >= MAX_PROBLEMS:
                break
    if problems:
        raise DataError(_summary(problems))
    report(Progress(what, len(indices), len(indices)))
    return ranges


def _scaling_notice(pixel_range: PixelRange, scaled: int, total: int) -> str:
    """Return the notice about the images with more than 8 bits per channel."""
    images = "1 image has" if scaled == 1 else f"{scaled:,} images have"
    values = f"{pixel_range.low:.10g} to {pixel_range.high:.10g}"
    rest = "" if scaled == total else ", and images with 8 bits keep their values"
    return f"{images} more than 8 bits per channel: values from {values} are scaled to 0 to 255{rest}"


def _summary(problems: list[str]) -> str:
    """Return one message for all damaged files, so that the user can fix them in one pass."""
    if len(problems) == 1:
        return problems[0]
    count = f"{len(problems)} files" if len(problems) < MAX_PROBLEMS else "many files"
    shown = "; ".join(problems[:MAX_LISTED_PROBLEMS])
    rest = len(problems) - MAX_LISTED_PROBLEMS
    return f"{count} cannot be read: {shown}" + (f"; and {rest} more" if rest > 0 else "")
