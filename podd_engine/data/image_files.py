"""Datasets whose images are files: from a list of paths and classes to arrays."""

import hashlib
import os
import struct
import zlib
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import numpy as np
from PIL import Image, ImageOps

from podd_engine.data.dataset import Images, LabeledImages
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
"""What Pillow raises on files that are broken in one way or another."""

FILES_PER_BATCH = 256
"""Files decoded between two reports of progress."""

MAX_LISTED_PROBLEMS = 3
MAX_PROBLEMS = 100
"""Broken files after which reading stops, and those that a message names."""


@dataclass(frozen=True)
class ImageFile:
    """One image of a dataset: its path below the dataset's folder, and its class index."""

    path: str
    label: int


@dataclass(frozen=True)
class ImageFiles:
    """A dataset as lists of files; a `DatasetSource`.

    Args:
        folder: the dataset's folder; only ever read.
        class_names: names by class index.
        train: training images.
        test: test images.
        color: three channels even if all images are gray; else one channel then.

    Raises:
        DataError: a class has no training images, or there are no test images.
    """

    folder: Path
    class_names: tuple[str, ...]
    train: tuple[ImageFile, ...]
    test: tuple[ImageFile, ...]
    color: bool = False

    def __post_init__(self) -> None:
        trained = {file.label for file in self.train}
        empty = [name for index, name in enumerate(self.class_names) if index not in trained]
        if empty:
            raise DataError(
                f"{self.folder}: class {empty[0]!r} has no training images"
                + (f" (and {len(empty) - 1} more classes)" if len(empty) > 1 else "")
                + "; add some or remove the class"
            )
        if not self.test:
            raise DataError(f"{self.folder}: there are no test images; add a test/ folder or more images")

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
        """Shorter side of the first training image, px; its header alone is read."""
        path = self.folder / self.train[0].path
        try:
            with Image.open(path) as image:
                return min(image.size)
        except DECODING_ERRORS as error:
            raise unreadable_error(path, error) from error

    def fingerprint(self) -> str:
        """Digest of every path, class, size and modification time.

        Raises:
            DataError: a listed file is not there.
        """
        digest = hashlib.sha256(repr((self.class_names, len(self.train), self.color)).encode())
        root = str(self.folder)
        for file in (*self.train, *self.test):
            try:
                facts = os.stat(os.path.join(root, file.path))  # noqa: PTH116, PTH118 - pathlib is slow for 100,000 files
            except OSError as error:
                raise unreadable_error(self.folder / file.path, error) from error
            digest.update(f"{file.path}\0{file.label}\0{facts.st_size}\0{facts.st_mtime_ns}\n".encode())
        return digest.hexdigest()

    def read(self, image_size: int, report: ProgressCallback) -> tuple[LabeledImages, LabeledImages]:
        """Decode every image; see `decode` for how it is brought to ``image_size``.

        Raises:
            DataError: images are missing, truncated or of an unknown kind; names the first paths.
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

        # Pillow lets go of the interpreter lock while it decodes, so threads use every core.
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
        return LabeledImages(images[:count], labels[:count]), LabeledImages(images[count:], labels[count:])


def _summary(problems: list[DataError]) -> str:
    """All broken files at once: fixing them one by one would take a start each."""
    if len(problems) == 1:
        return str(problems[0])
    count = f"{len(problems)} files" if len(problems) < MAX_PROBLEMS else "many files"
    shown = "; ".join(str(problem) for problem in problems[:MAX_LISTED_PROBLEMS])
    rest = len(problems) - MAX_LISTED_PROBLEMS
    return f"{count} cannot be read: {shown}" + (f"; and {rest} more" if rest > 0 else "")


def decode(path: Path, image_size: int) -> Images:
    """One image file as uint8 [image_size, image_size, 3].

    The camera's orientation is applied, transparency is laid on white, the center square is cut
    out and resized with an antialiasing (bicubic) filter.

    Raises:
        DataError: the file is missing, truncated, or not an image; names the path.
    """
    try:
        with Image.open(path) as image:
            # JPEG only: decode at a fraction of the size, still at least twice what is asked.
            image.draft("RGB", (2 * image_size, 2 * image_size))
            color = as_rgb(ImageOps.exif_transpose(image))
        return np.asarray(resize(color, image_size))
    except DECODING_ERRORS as error:
        raise unreadable_error(path, error) from error


def as_rgb(image: Image.Image) -> Image.Image:
    """Any 8- or 16-bit image as 8-bit RGB, transparency laid on white.

    Raises:
        ValueError: floating-point pixels, whose range nobody knows.
    """
    if image.mode == "F":
        raise ValueError("its pixels are floating-point numbers of unknown range; save it with 8 bits")
    if image.mode.startswith("I"):  # 16 bits a pixel; Pillow's own conversion would clip them
        values = np.asarray(image, dtype=np.float64) / 257
        image = Image.fromarray(values.round().clip(0, 255).astype(np.uint8))
    if image.has_transparency_data:
        white = Image.new("RGBA", image.size, "white")
        image = Image.alpha_composite(white, image.convert("RGBA"))
    return image.convert("RGB")


def resize(image: Image.Image, image_size: int) -> Image.Image:
    """The center square of an image, resized with an antialiasing (bicubic) filter."""
    width, height = image.size
    side = min(width, height)
    left, top = (width - side) // 2, (height - side) // 2
    return image.resize(
        (image_size, image_size), Image.Resampling.BICUBIC, box=(left, top, left + side, top + side)
    )


def resize_array(images: Images, image_size: int) -> Images:
    """Resize images that are in memory already, as `resize` does.

    Args:
        images: uint8 [images, height, width, channels], channels 1 or 3.
        image_size: side wanted, px.
    """
    if images.shape[1:3] == (image_size, image_size):
        return images
    resized = np.empty((len(images), image_size, image_size, images.shape[3]), dtype=np.uint8)
    for index, image in enumerate(images):
        picture = resize(Image.fromarray(image.squeeze(axis=2) if image.shape[2] == 1 else image), image_size)
        resized[index] = np.asarray(picture).reshape(resized.shape[1:])
    return resized


def unreadable_error(path: Path, error: Exception) -> DataError:
    """The message for a file that cannot be decoded."""
    if isinstance(error, FileNotFoundError):
        return DataError(f"{path}: is missing; the dataset is incomplete, fetch or copy it again")
    cause = str(error).replace(str(path), "").replace("\n", " ").strip(" '\"") or type(error).__name__
    return DataError(f"{path}: cannot be read as an image ({cause}); replace or remove it")
