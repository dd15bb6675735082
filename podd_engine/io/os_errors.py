"""Messages for errors of the operating system: the cause in words and a remedy that fits the cause."""

import errno
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

from podd_engine.errors import PoddError, StorageError, is_out_of_memory


class _Explanation(NamedTuple):
    """Cause of an error in words, and remedies for an operation that reads or writes."""

    cause: str
    reading: str
    writing: str


_OTHER_FOLDER = "choose another folder"
_CHECK_PATH = "check the path"
_RECONNECT = "check the connection to the drive and try again"
_FULL = "free some space or choose another folder"

_EXPLANATIONS = {
    "ENOSPC": _Explanation("the disk is full", _FULL, _FULL),
    "EDQUOT": _Explanation(
        "your disk quota is exhausted", *2 * ("delete some of your files or choose another folder",)
    ),
    "EFBIG": _Explanation(
        "the file exceeds the largest allowed file size",
        *2 * ("raise the limit of the file size or choose another folder",),
    ),
    "EACCES": _Explanation(
        "permission denied", "change its permissions", "change the permissions or choose another folder"
    ),
    "EROFS": _Explanation("the disk is read-only", "check the disk", "choose a folder on another disk"),
    "ENOENT": _Explanation("there is no such file or folder", _CHECK_PATH, _CHECK_PATH),
    "ENOTDIR": _Explanation("a part of the path is a file, not a folder", _CHECK_PATH, _OTHER_FOLDER),
    "EISDIR": _Explanation("it is a folder", "choose a file", "choose a file name that is not a folder"),
    "ENAMETOOLONG": _Explanation("the name is too long", *2 * ("use a shorter name or path",)),
    "ELOOP": _Explanation("its symbolic links form a loop", *2 * ("correct or delete the links",)),
    "EMFILE": _Explanation(
        "this program has too many open files",
        *2 * ("close other work, or raise the limit of open files (ulimit -n)",),
    ),
    "ENFILE": _Explanation("the system has too many open files", *2 * ("close other programs",)),
    "EIO": _Explanation(
        "the drive reports an input/output error",
        "check the drive and copy the files again",
        "check the drive or choose another folder",
    ),
    "ENODEV": _Explanation("the drive is not available", _RECONNECT, _RECONNECT),
    "ESTALE": _Explanation(
        "the network folder has changed on its server", *2 * ("reconnect the network folder and try again",)
    ),
    "ETIMEDOUT": _Explanation("the network drive does not answer", _RECONNECT, _RECONNECT),
    "EBUSY": _Explanation("another program uses it", *2 * ("close that program and try again",)),
    "EEXIST": _Explanation("a file with this name already exists", *2 * ("choose another name",)),
    "ENOTEMPTY": _Explanation("the folder is not empty", *2 * ("choose another name or empty the folder",)),
    "EXDEV": _Explanation("the folders are on different disks", *2 * ("choose a folder on the same disk",)),
    "EINVAL": _Explanation(
        "the file system does not accept this name or operation",
        "check the name",
        "use another name or choose a folder on another disk",
    ),
    "EILSEQ": _Explanation("the file system does not accept this name", *2 * ("use another name",)),
    "EOPNOTSUPP": _Explanation(
        "the file system does not support this operation", *2 * ("choose a folder on another disk",)
    ),
    "ENOLCK": _Explanation("the drive does not support locks", *2 * ("choose a folder on a local disk",)),
    "ENOMEM": _Explanation("memory ran out", *2 * ("close other programs and try again",)),
    "EPIPE": _Explanation("the other program has closed the connection", *2 * ("try again",)),
}
"""Explanations by the name of the error number. Not every system defines every name."""

_SAME_EXPLANATION = {
    "EPERM": "EACCES",
    "ENXIO": "ENODEV",
    "EREMOTEIO": "EIO",
    "ENOTCONN": "ETIMEDOUT",
    "EHOSTDOWN": "ETIMEDOUT",
    "EHOSTUNREACH": "ETIMEDOUT",
    "ENETDOWN": "ETIMEDOUT",
    "ENETUNREACH": "ETIMEDOUT",
    "ECONNRESET": "ETIMEDOUT",
    "ECONNABORTED": "ETIMEDOUT",
    "ETXTBSY": "EBUSY",
    "EDEADLK": "EBUSY",
    "EAGAIN": "EBUSY",
    "ENOTSUP": "EOPNOTSUPP",
    "ENOSYS": "EOPNOTSUPP",
}
"""Error numbers that have the explanation of another number."""

_WINDOWS_FILE_IN_USE = (32, 33)
"""Windows error codes of a file that another program has opened or locked. Their errno is EACCES."""


def explain_os_error(error: OSError, *, writing: bool) -> tuple[str, str]:
    """Return the cause of ``error`` in words, and a remedy.

    Args:
        error: error of the operating system.
        writing: whether the failed operation creates or changes a file. Otherwise it reads.
    """
    name = errno.errorcode.get(error.errno or 0, "")
    if getattr(error, "winerror", None) in _WINDOWS_FILE_IN_USE:
        name = "EBUSY"
    found = _EXPLANATIONS.get(_SAME_EXPLANATION.get(name, name))
    if found is None:
        cause = (error.strerror or str(error) or type(error).__name__).rstrip(". ")
        return cause, f"{_CHECK_PATH} and try again" if not writing else f"try again or {_OTHER_FOLDER}"
    return found.cause, found.writing if writing else found.reading


def read_error_text(path: object, error: OSError) -> str:
    """Return the message for a file or folder that cannot be read."""
    cause, remedy = explain_os_error(error, writing=False)
    if isinstance(error, FileNotFoundError):
        return f"{path}: {cause}; {remedy}"
    return f"{path}: cannot be read ({cause}); {remedy}"


def write_error_text(path: object, error: OSError, action: str = "written") -> str:
    """Return the message for a file or folder that cannot be changed.

    Args:
        path: the file or folder.
        error: error of the operating system.
        action: past participle of the operation, for example ``"deleted"``.
    """
    cause, remedy = explain_os_error(error, writing=True)
    return f"{path}: cannot be {action} ({cause}); {remedy}"


@contextmanager
def translate_disk_errors(path: Path, action: str = "written") -> Iterator[None]:
    """Convert an `OSError` of a writing operation to a `StorageError` that names ``path``.

    Args:
        path: the file or folder that the user knows. A temporary file of this folder can cause the error.
        action: past participle of the operation, for example ``"deleted"``.
    """
    try:
        yield
    except OSError as error:
        raise StorageError(write_error_text(path, error, action)) from error


@contextmanager
def translate_read_errors(path: Path, error_type: type[PoddError]) -> Iterator[None]:
    """Convert an `OSError` of a reading operation to an ``error_type`` that names the affected path.

    Args:
        path: the file or folder that the user knows. If the error concerns a file inside this folder, the
            message names that file.
        error_type: class of the new error.
    """
    try:
        yield
    except OSError as error:
        raise error_type(read_error_text(_affected_path(path, error), error)) from error


def _affected_path(path: Path, error: OSError) -> Path:
    """Return the path that the user must change."""
    reported = Path(os.fsdecode(error.filename)) if isinstance(error.filename, str | bytes) else path
    affected = reported if path in (reported, *reported.parents) else path
    if isinstance(error, PermissionError):
        # The name may be one that the program looks for. Then the closed folder is the last that exists.
        existing = (part for part in (affected, *affected.parents[:-1]) if os.path.lexists(part))
        return next(existing, path)
    return affected


def error_text(error: BaseException, path: object = None) -> str:
    """Return the one-line message for any exception, for the places that show every exception.

    Args:
        error: the exception.
        path: what to name for an error of the operating system that names no file itself.
    """
    if isinstance(error, PoddError):
        return str(error)
    if is_out_of_memory(error):
        return (
            "memory ran out; close other programs, or lower dataset.image_size, poster.width, poster.height, "
            "network.width or the batch sizes"
        )
    if isinstance(error, OSError):
        named = error.filename2 or error.filename or path
        cause, remedy = explain_os_error(error, writing=False)
        return str(PoddError(f"{_shown(named)}: {cause}; {remedy}" if named else f"{cause}; {remedy}"))
    return str(PoddError(f"{type(error).__name__}: {error}"))


def _shown(path: object) -> str:
    return os.fsdecode(path) if isinstance(path, bytes) else str(path)
