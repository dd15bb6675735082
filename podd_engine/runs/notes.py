"""What a person noted about a run: plain text in a file of its run directory."""

from pathlib import Path

from podd_engine.errors import RunError, StorageError
from podd_engine.io.atomic_write import atomic_write_bytes
from podd_engine.runs.directory import RunDirectory


def notes_path(run: Path) -> Path:
    """The file of the notes; absent while there are none."""
    return run / "notes.txt"


def read_notes(run: Path) -> str:
    """The notes of the run at ``run``; empty where there are none.

    Raises:
        RunError: they cannot be read, or are no UTF-8 text.
    """
    path = notes_path(run)
    try:
        return path.read_text(encoding="utf-8")
    except FileNotFoundError:
        return ""
    except OSError as error:
        raise RunError(f"{path}: cannot be read ({error.strerror}); allow reading it") from error
    except UnicodeDecodeError as error:
        raise RunError(f"{path}: is no UTF-8 text; convert it or move it away") from error


def save_notes(run: Path, text: str) -> None:
    """Make ``text`` the notes of a run, whole or not at all; empty text removes the file.

    Raises:
        RunError: there is no run at ``run`` any more.
        StorageError: they cannot be written.
    """
    path = notes_path(RunDirectory.open(run).path)
    if text:
        atomic_write_bytes(path, text.encode())
        return
    try:
        path.unlink(missing_ok=True)
    except OSError as error:
        raise StorageError(f"{path}: cannot be removed ({error.strerror}); allow writing there") from error
