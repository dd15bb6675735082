"""Unpacking the finished runs that come with the program; loads no torch."""

import secrets
import shutil
from pathlib import Path, PurePosixPath
from zipfile import BadZipFile, ZipFile

from podd_engine.errors import RunError
from podd_engine.io.app_dirs import data_folder
from podd_engine.io.atomic_write import flush_to_disk, translate_disk_errors
from podd_engine.io.resources import resource_path

EXAMPLES = {"digits": "Digits: a finished run"}
"""What there is to look at, by the name of its file in resources/examples."""


def examples_folder() -> Path:
    """Where examples are unpacked, apart from a person's own runs."""
    return data_folder() / "examples"


def ensure_example_unpacked(name: str) -> Path:
    """The run directory of an example, unpacked if it is not there (any more).

    Args:
        name: a key of `EXAMPLES`.

    Raises:
        InstallationError: the program lacks its file.
        RunError: the file is damaged.
        StorageError: the disk is full, or the folder cannot be written.
    """
    run = examples_folder() / name
    if not _is_run(run):
        unpack(resource_path(f"examples/{name}.zip"), run)
    return run


def unpack(packed: Path, folder: Path) -> None:
    """Unpack an archive into ``folder``, which appears whole or not at all; what lay there is replaced.

    Args:
        packed: a zip file; names that would lead out of ``folder`` are refused.
        folder: the run directory to be.

    Raises:
        RunError: the archive is damaged, or would write elsewhere.
        StorageError: the disk is full, or the folder cannot be written.
    """
    temporary = folder.with_name(f".{folder.name}.{secrets.token_hex(6)}")
    with translate_disk_errors(folder):
        try:
            temporary.mkdir(parents=True)
            _write_files(packed, temporary)
            _replace_folder(temporary, folder)
        except (BadZipFile, EOFError) as error:
            raise RunError(f"{packed}: is damaged ({error}); install podd-studio again") from error
        finally:
            shutil.rmtree(temporary, ignore_errors=True)


def _write_files(packed: Path, folder: Path) -> None:
    with ZipFile(packed) as archive:
        for entry in archive.infolist():
            name = PurePosixPath(entry.filename.replace("\\", "/"))
            if name.is_absolute() or ".." in name.parts or ":" in entry.filename:
                raise RunError(f"{packed}: names a file outside itself ({entry.filename}); it was left alone")
            if entry.is_dir():
                continue
            path = folder / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(archive.read(entry))
            flush_to_disk(path)


def _replace_folder(temporary: Path, folder: Path) -> None:
    """Let ``temporary`` take the place of ``folder`` in one step."""
    try:
        temporary.rename(folder)
    except OSError:
        if _is_run(folder):
            return  # another window was faster
        shutil.rmtree(folder)  # remains of a run that was deleted in part
        temporary.rename(folder)


def _is_run(folder: Path) -> bool:
    return (folder / "config.toml").is_file() and (folder / "checkpoint.safetensors").is_file()
