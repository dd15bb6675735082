"""Names of new runs. The empty folder of a run reserves its name until the run writes its first file."""

from contextlib import suppress
from pathlib import Path
from types import TracebackType
from typing import Self

from podd_engine.config.dataset_catalogue import FOLDER_DATASET
from podd_engine.config.schema import DistillationConfig
from podd_engine.io.file_names import to_valid_name
from podd_engine.io.os_errors import translate_disk_errors

DEFAULT_NAME = "run"
"""Name of runs whose settings have a name without letters and digits."""


class Reservation:
    """Empty folder of a new run, with the first free name of the form ``parent/name-001``.

    Two processes that start runs at the same time reserve different names. A reservation is a context
    manager that releases the folder if the ``with`` block raises an exception.

    Args:
        parent: folder that contains run directories. Created if it does not exist.
        config: config of the run. The name is the config's name, or the name of the image folder for
            default settings of an image folder. Characters that file names must not contain are replaced.

    Attributes:
        path: the reserved folder.

    Raises:
        StorageError: the folder cannot be created.
    """

    def __init__(self, parent: Path, config: DistillationConfig) -> None:
        with translate_disk_errors(parent):
            self._created = [folder for folder in (parent, *parent.parents) if not folder.exists()]
        name, number = _run_name(config), 1
        while not _create(parent / f"{name}-{number:03d}"):
            number += 1
        self.path = parent / f"{name}-{number:03d}"

    def release(self) -> None:
        """Delete the folder, and the parent folders created for it, unless they contain files."""
        for folder in (self.path, *self._created):
            with suppress(OSError):
                folder.rmdir()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if kind is not None:
            self.release()


def _create(path: Path) -> bool:
    """Create a folder. Return False if ``path`` exists."""
    with translate_disk_errors(path):
        path.parent.mkdir(parents=True, exist_ok=True)
        try:
            path.mkdir()
        except FileExistsError:
            return False
    return True


def _run_name(config: DistillationConfig) -> str:
    name = config.name
    if name == FOLDER_DATASET:
        name = Path(config.dataset.path).name or name
    return to_valid_name(name) or DEFAULT_NAME
