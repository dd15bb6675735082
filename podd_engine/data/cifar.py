"""CIFAR-10 and CIFAR-100 (Krizhevsky, 2009), read from their published files.

The reader supports two published forms and never unpickles a file:

- The binary version, which `podd datasets get` downloads. Each record has one label byte (CIFAR-100:
  a coarse and a fine label) and 3072 pixel bytes in (channel, row, column) order.
- The Python version, which torchvision downloads. Its files are pickles. After a checksum test, the
  reader extracts only the pixels and labels from the pickle opcodes (`safe_pickle`).
"""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from podd_engine.data.cifar_names import CIFAR10_NAMES, CIFAR100_NAMES
from podd_engine.data.dataset import DecodedImages, Images, LabeledImages
from podd_engine.data.file_fingerprint import fingerprint_files
from podd_engine.data.image_pixels import resize_array
from podd_engine.data.safe_pickle import read_byte_array, read_integer_list
from podd_engine.data.text_tables import incomplete_error, published_candidates
from podd_engine.errors import DataError
from podd_engine.io.os_errors import translate_read_errors
from podd_engine.progress import Progress, ProgressCallback

SIDE = 32
PIXELS = 3 * SIDE * SIDE


@dataclass(frozen=True)
class CifarEdition:
    """File names and layout of a CIFAR dataset, in both published forms.

    Args:
        class_names: names by class index.
        binary_folder: folder of the binary version.
        binary_files: number of images by file name; training files first, the test file last.
        label_bytes: number of label bytes in a record; the last one is the class index.
        python_folder: folder of the Python version.
        python_files: MD5 checksum by file name; training files first, the test file last.
        label_key: dictionary key of the labels in the Python version.
    """

    class_names: tuple[str, ...]
    binary_folder: str
    binary_files: Mapping[str, int]
    label_bytes: int
    python_folder: str
    python_files: Mapping[str, str]
    label_key: str


CIFAR10 = CifarEdition(
    class_names=CIFAR10_NAMES,
    binary_folder="cifar-10-batches-bin",
    binary_files={**{f"data_batch_{n}.bin": 10_000 for n in range(1, 6)}, "test_batch.bin": 10_000},
    label_bytes=1,
    python_folder="cifar-10-batches-py",
    python_files={
        "data_batch_1": "c99cafc152244af753f735de768cd75f",
        "data_batch_2": "d4bba439e000b95fd0a9bffe97cbabec",
        "data_batch_3": "54ebc095f3ab1f0389bbae665268c751",
        "data_batch_4": "634d18415352ddfa80567beed471001a",
        "data_batch_5": "482c414d41f54cd18b22e5b47cb7c3cb",
        "test_batch": "40351d587109b95175f43aff81a1287e",
    },
    label_key="labels",
)

CIFAR100 = CifarEdition(
    class_names=CIFAR100_NAMES,
    binary_folder="cifar-100-binary",
    binary_files={"train.bin": 50_000, "test.bin": 10_000},
    label_bytes=2,
    python_folder="cifar-100-python",
    python_files={
        "train": "16019d7e3df5f24257cddd939b257f8d",
        "test": "f0ef6b0ae62326f3e7ffdfab6717acfc",
    },
    label_key="fine_labels",
)


@dataclass(frozen=True)
class CifarFiles:
    """The published files of a CIFAR dataset on disk; a `DatasetSource`.

    Args:
        folder: folder of the files.
        edition: which dataset it is.
        python: True for the Python version, False for the binary version.
    """

    folder: Path
    edition: CifarEdition
    python: bool

    image_size = SIDE
    notices = ()

    @property
    def class_names(self) -> tuple[str, ...]:
        """Names by class index."""
        return self.edition.class_names

    @property
    def train_count(self) -> int:
        """Number of training images."""
        return sum(list(self.edition.binary_files.values())[:-1])

    @property
    def test_count(self) -> int:
        """Number of test images."""
        return list(self.edition.binary_files.values())[-1]

    @property
    def paths(self) -> list[Path]:
        """Paths of the training files, followed by the path of the test file."""
        names = self.edition.python_files if self.python else self.edition.binary_files
        return [self.folder / name for name in names]

    def have_published_sizes(self) -> bool:
        """Whether all files exist and are large enough. Other datasets have files with the same names."""
        sizes = [path.stat().st_size if path.is_file() else 0 for path in self.paths]
        counts = self.edition.binary_files.values()
        smallest = (
            [min(counts) * PIXELS] * len(sizes) if self.python else [count * PIXELS for count in counts]
        )
        return all(size > least for size, least in zip(sizes, smallest, strict=True))

    def fingerprint(self) -> str:
        """Return a fingerprint of the files; see `fingerprint_files`.

        Raises:
            DataError: a file is missing or cannot be read.
        """
        files = [(path.name, 0) for path in self.paths]
        return fingerprint_files(self.folder, files, self.edition.class_names)

    def read(self, image_size: int, report: ProgressCallback) -> DecodedImages:
        """Read the training and test images, and resize them if ``image_size`` is not 32.

        Raises:
            DataError: a file cannot be read or is damaged (wrong length, checksum or labels).
        """
        parts = []
        for done, path in enumerate(self.paths):
            report(Progress("reading files", done, len(self.paths)))
            with translate_read_errors(path, DataError):
                part = self._read_python(path) if self.python else self._read_binary(path)
            if part.labels.max(initial=0) >= len(self.class_names):
                raise _damaged_error(path)
            parts.append(LabeledImages(resize_array(part.images, image_size), part.labels))
        report(Progress("reading files", len(self.paths), len(self.paths)))
        train = LabeledImages(
            np.concatenate([part.images for part in parts[:-1]]),
            np.concatenate([part.labels for part in parts[:-1]]),
        )
        return DecodedImages(train, parts[-1])

    def _read_binary(self, path: Path) -> LabeledImages:
        record = self.edition.label_bytes + PIXELS
        data = np.fromfile(path, dtype=np.uint8)
        if len(data) != self.edition.binary_files[path.name] * record:
            raise _damaged_error(path)
        records = data.reshape(-1, record)
        labels = records[:, self.edition.label_bytes - 1].astype(np.int64)
        return LabeledImages(_channels_last(records[:, self.edition.label_bytes :]), labels)

    def _read_python(self, path: Path) -> LabeledImages:
        data = path.read_bytes()
        if hashlib.md5(data, usedforsecurity=False).hexdigest() != self.edition.python_files[path.name]:
            raise _damaged_error(path)
        labels = read_integer_list(data, self.edition.label_key)
        return LabeledImages(_channels_last(read_byte_array(data, (len(labels), PIXELS))), labels)


def find(folder: Path, edition: CifarEdition) -> CifarFiles | None:
    """Find the dataset in one of the `published_candidates` of ``folder``.

    A renamed folder is recognized if it contains all files.

    Returns:
        The dataset, or None if it is not there. The binary version takes precedence.

    Raises:
        DataError: the published folder exists, but files are missing.
    """
    for python, name in ((False, edition.binary_folder), (True, edition.python_folder)):
        for candidate in published_candidates(folder, name):
            files = CifarFiles(candidate, edition, python)
            if (candidate.name == name and candidate.is_dir()) or files.have_published_sizes():
                missing = [path for path in files.paths if not path.is_file()]
                if missing:
                    raise incomplete_error(missing[0], "file is missing")
                return files
    return None


def _channels_last(rows: Images) -> Images:
    """Convert [images, 3072] in (channel, row, column) order to [images, 32, 32, 3]."""
    return np.ascontiguousarray(rows.reshape(-1, 3, SIDE, SIDE).transpose(0, 2, 3, 1))


def _damaged_error(path: Path) -> DataError:
    return DataError(f"{path}: file is damaged or incomplete; delete it and download the dataset again")
