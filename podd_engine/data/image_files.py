"""Datasets with one file per image: decoding listed files to arrays."""

import struct
import zlib
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import numpy as np
from PIL import Image, ImageOps

from podd_engine.data.dataset import DecodedImages, Images, LabeledImages
from podd_engine.data.file_fingerprint import fingerprint_files
from podd_engine.errors import DataError
from podd_engine.progress import Progress, ProgressCallback

SUFFIXES = frozenset({".png", ".jpg", ".jpeg", ".webp", ".bmp", ".tif", ".tiff"})

DECODING_ERRORS = (
    OSError,
    ValueError,
    SyntaxError,
    EOFError,
    struct.error,
    zlib.error,
    Image.DecompressionBombError,
)
"""Exceptions that Pillow raises for damaged files."""

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
        path = self.folder / self.train[0].path
        try:
            with Image.open(path) as image:
                return min(image.size)
        except DECODING_ERRORS as error:
            raise unreadable_error(path, error) from error

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

        Raises:
            DataError: files are missing, truncated or not images; the message names the first files.
        """
        files = (*self.train, *self.test)
        images = np.empty((len(files), image_size, image_size, 3), dtype=np.uint8)
        problems: list[DataError] = []

        def decode_into(index: int) -> DataError | None:
            try:
                images[index] = decode(self.folder / files[index].path, image_size)
            except DataError as problem:
                return problem
            return None

        # Pillow releases the GIL while it decodes, so threads use all cores.
        with ThreadPoolExecutor(thread_name_prefix="decode") as pool:
            for start in range(0, len(files), FILES_PER_BATCH):
                report(Progress("reading images", start, len(files)))
                batch = range(start, min(start + FILES_PER_BATCH, len(files)))
                problems += [problem for problem in pool.map(decode_into, batch) if problem]
                if len(problems) >= MAX_PROBLEMS:
                    break
        if problems:
            raise DataError(_summary(problems))
        report(Progress("reading images", len(files), len(files)))
        if not self.color and (images == images[..., :1]).all():
            images = images[..., :1]
        labels = np.array([file.label for file in files], dtype=np.int64)
        count = len(self.train)
        return DecodedImages(
            LabeledImages(images[:count], labels[:count]), LabeledImages(images[count:], labels[count:])
        )


def _summary(problems: list[DataError]) -> str:
    """Return one message for all damaged files, so that the user can fix them in one pass."""
    if len(problems) == 1:
        return str(problems[0])
    count = f"{len(problems)} files" if len(problems) < MAX_PROBLEMS else "many files"
    shown = "; ".join(str(problem) for problem in problems[:MAX_LISTED_PROBLEMS])
    rest = len(problems) - MAX_LISTED_PROBLEMS
    return f"{count} cannot be read: {shown}" + (f"; and {rest} more" if rest > 0 else "")


def decode(path: Path, image_size: int) -> Images:
    """Decode an image file to uint8 [image_size, image_size, 3].

    The function applies the EXIF orientation, composites transparent pixels over white, crops the
    center square and resizes it with an antialiasing bicubic filter.

    Args:
        path: image file.
        image_size: side of the returned image, in px.

    Raises:
        DataError: the file is missing, truncated or not an image; the message names the path.
    """
    try:
        with Image.open(path) as image:
            # For JPEG files only: decode at a reduced size, but at least twice the requested size.
            image.draft("RGB", (2 * image_size, 2 * image_size))
            color = as_rgb(ImageOps.exif_transpose(image))
        return np.asarray(resize(color, image_size))
    except DECODING_ERRORS as error:
        raise unreadable_error(path, error) from error


def as_rgb(image: Image.Image) -> Image.Image:
    """Convert an 8-bit or 16-bit image to 8-bit RGB, with transparent pixels composited over white.

    Raises:
        ValueError: the image has floating-point pixels, whose range is unknown.
    """
    if image.mode == "F":
        raise ValueError(
            "floating-point pixels of unknown range are not supported; save the image with 8 bits per channel"
        )
    if image.mode.startswith("I"):  # 16-bit pixels, which Pillow's own conversion would clip
        values = np.asarray(image, dtype=np.float64) / 257
        image = Image.fromarray(values.round().clip(0, 255).astype(np.uint8))
    if image.has_transparency_data:
        white = Image.new("RGBA", image.size, "white")
        image = Image.alpha_composite(white, image.convert("RGBA"))
    return image.convert("RGB")


def resize(image: Image.Image, image_size: int) -> Image.Image:
    """Crop the center square of an image and resize it with an antialiasing bicubic filter."""
    width, height = image.size
    side = min(width, height)
    left, top = (width - side) // 2, (height - side) // 2
    return image.resize(
        (image_size, image_size), Image.Resampling.BICUBIC, box=(left, top, left + side, top + side)
    )


def resize_array(images: Images, image_size: int) -> Images:
    """Resize images in memory as `resize` does.

    Args:
        images: uint8 [images, height, width, channels], channels 1 or 3.
        image_size: side of the returned images, in px.

    Returns:
        uint8 [images, image_size, image_size, channels].
    """
    if images.shape[1:3] == (image_size, image_size):
        return images
    resized = np.empty((len(images), image_size, image_size, images.shape[3]), dtype=np.uint8)
    for index, image in enumerate(images):
        picture = resize(Image.fromarray(image.squeeze(axis=2) if image.shape[2] == 1 else image), image_size)
        resized[index] = np.asarray(picture).reshape(resized.shape[1:])
    return resized


def unreadable_error(path: Path, error: Exception) -> DataError:
    """Return the error for an image file that is missing or cannot be decoded."""
    if isinstance(error, FileNotFoundError):
        return DataError(f"{path}: file is missing; the dataset is incomplete, download or copy it again")
    cause = str(error).replace(str(path), "").replace("\n", " ").strip(" '\"") or type(error).__name__
    return DataError(f"{path}: file cannot be read as an image ({cause}); replace or delete it")
