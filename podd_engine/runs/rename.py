"""Giving a run another name: that of its folder."""

from pathlib import Path

from podd_engine.errors import RunError
from podd_engine.io.file_names import invalid_name_reason
from podd_engine.runs.directory import RunDirectory


def rename_run(path: Path, name: str) -> Path:
    """Rename the folder of a run within the folder it is in; returns where it is now.

    Raises:
        RunError: the name is none for a folder or is taken, the run is being written, or the system
            does not allow it.
    """
    run = RunDirectory.open(path)
    problem = invalid_name_reason(name)
    if problem:
        raise RunError(f"{name!r} is no name for a run: {problem}")
    target = path.with_name(name)
    if target == path:
        return path
    # On systems that take a and A for one letter, another spelling of a name is there already.
    if target.exists() and not target.samefile(path):
        raise RunError(f"{name}: there is already something with this name; choose another")
    if run.is_locked():
        raise RunError(f"{path.name}: is being written; rename it when the run has ended")
    try:
        path.rename(target)
    except OSError as error:
        raise RunError(f"{path.name}: cannot be renamed ({error.strerror}); close what uses it") from error
    return target
