"""User notes about a run, stored as plain text in the run directory."""

from pathlib import Path

from podd_engine.errors import RunError
from podd_engine.io.atomic_write import atomic_write_bytes
from podd_engine.io.os_errors import read_error_text, translate_disk_errors
from podd_engine.runs.directory import RunDirectory


def notes_path(run: Path) -> Path:
    """Return the path of the notes file. The file exists only if the run has notes."""
    return run / "notes.txt"


def read_notes(run: Path) -> str:
    """Read the notes of the run directory ``run``. Returns an empty string if there are no notes.

    Raises:
        RunError: the file cannot be read or is not UTF-8 text.
    """
    path = notes_path(run)
    try:
        return path.read_text(encoding="utf-8")
    except FileNotFoundError:
        return ""
    except OSError as error:
        raise RunError(read_error_text(path, error)) from error
    except UnicodeDecodeError as error:
        raise RunError(f"{path}: not valid UTF-8 text; convert or remove the file") from error


def save_notes(run: Path, text: str) -> None:
    """Write ``text`` atomically as the notes of a run. Empty text deletes the notes file.

    Raises:
        RunError: ``run`` is not a run directory.
        StorageError: the file cannot be written or deleted.
    """
    path = notes_path(RunDirectory.open(run).path)
    if text:
        atomic_write_bytes(path, text.encode())
        return
    with translate_disk_errors(path, "deleted"):
        path.unlink(missing_ok=True)
