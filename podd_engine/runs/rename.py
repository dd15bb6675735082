"""Rename a run, which means renaming its folder."""

from pathlib import Path

from podd_engine.errors import RunError
from podd_engine.io.file_names import invalid_name_reason
from podd_engine.io.os_errors import write_error_text
from podd_engine.runs.directory import RunDirectory


def rename_run(path: Path, name: str) -> Path:
    """Rename the folder of a run within its parent folder.

    Args:
        path: run directory.
        name: new folder name.

    Returns:
        New path of the run directory.

    Raises:
        RunError: the name is invalid or already in use, a process is writing the run, or the system does
            not allow the change.
    """
    run = RunDirectory.open(path)
    problem = invalid_name_reason(name)
    if problem:
        raise RunError(f"{name!r} is not a valid run name: {problem}")
    target = path.with_name(name)
    if target == path:
        return path
    # On case-insensitive file systems, a changed capitalization refers to the same folder.
    if target.exists() and not target.samefile(path):
        raise RunError(f"{name}: a file or folder with this name already exists; choose another name")
    if run.is_locked():
        raise RunError(f"{path.name}: the run is in progress; rename it after the run has ended")
    try:
        path.rename(target)
    except OSError as error:
        raise RunError(write_error_text(path.name, error, "renamed")) from error
    return target
