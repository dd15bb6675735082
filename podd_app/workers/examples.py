"""Unpacks the example runs of the program. Does not import torch."""

import secrets
import shutil
from pathlib import Path, PurePosixPath
from zipfile import BadZipFile, ZipFile

from podd_engine.errors import RunError
from podd_engine.io.app_dirs import data_folder
from podd_engine.io.atomic_write import flush_to_disk
from podd_engine.io.os_errors import translate_disk_errors
from podd_engine.io.resources import resource_path

EXAMPLES = ("digits",)
"""Names of the examples: zip files in ``resources/examples``."""


def examples_folder() -> Path:
    """Return the folder of unpacked examples, which is separate from the runs of the user."""
    return data_folder() / "examples"


def ensure_example_unpacked(name: str) -> Path:
    """Return the run directory of an example. Unpack the run if the directory is missing.

    Args:
        name: one of `EXAMPLES`.

    Raises:
        InstallationError: the zip file is missing.
        RunError: the zip file is damaged.
        StorageError: the disk is full, or the folder is not writable.
    """
    run = examples_folder() / name
    if not _is_run(run):
        unpack(resource_path(f"examples/{name}.zip"), run)
    return run


def unpack(packed: Path, folder: Path) -> None:
    """Unpack an archive into ``folder``. The folder is complete or unchanged afterwards.

    Args:
        packed: zip file.
        folder: run directory; an existing incomplete directory is replaced.

    Raises:
        RunError: the archive is damaged, or contains a path outside ``folder``.
        StorageError: the disk is full, or the folder is not writable.
    """
    temporary = folder.with_name(f".{folder.name}.{secrets.token_hex(6)}")
    with translate_disk_errors(folder):
        try:
            temporary.mkdir(parents=True)
            _write_files(packed, temporary)
            _replace_folder(temporary, folder)
        except (BadZipFile, EOFError) as error:
            raise RunError(f"{packed}: the file is damaged ({error}); reinstall podd-studio") from error
        finally:
            shutil.rmtree(temporary, ignore_errors=True)


def _write_files(packed: Path, folder: Path) -> None:
    with ZipFile(packed) as archive:
        for entry in archive.infolist():
            name = PurePosixPath(entry.filename.replace("\\", "/"))
            if name.is_absolute() or ".." in name.parts or ":" in entry.filename:
                raise RunError(
                    f"{packed}: contains a path outside the run directory ({entry.filename}); "
                    "reinstall podd-studio"
                )
            if entry.is_dir():
                continue
            path = folder / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(archive.read(entry))
            flush_to_disk(path)


def _replace_folder(temporary: Path, folder: Path) -> None:
    """Rename ``temporary`` to ``folder``, and remove an incomplete ``folder`` first if needed."""
    try:
        temporary.rename(folder)
    except OSError:
        if _is_run(folder):
            return  # another process has unpacked the example
        shutil.rmtree(folder)  # the user deleted a part of the run
        temporary.rename(folder)


def _is_run(folder: Path) -> bool:
    return (folder / "config.toml").is_file() and (folder / "checkpoint.safetensors").is_file()
