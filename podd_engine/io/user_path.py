"""Paths as the user writes them."""

from pathlib import Path

from podd_engine.errors import ConfigError, PoddError


def user_path(text: str | Path, error_type: type[PoddError] = ConfigError) -> Path:
    """Return the path that the user has written, with a leading ``~`` replaced by the home folder.

    Args:
        text: the path. A file or folder whose name starts with ``~`` is found as well.
        error_type: class of the error for a path that cannot exist.

    Raises:
        PoddError: ``~`` names an unknown user, the home folder is unknown, or the path contains a null
            character.
    """
    path = Path(text)
    if "\0" in str(text):
        raise error_type(f"{text}: a path cannot contain a null character; correct the path")
    try:
        return path.expanduser()
    except RuntimeError:
        if path.exists():
            return path
        user = path.parts[0].removeprefix("~")
        cause = f"there is no user {user} on this machine" if user else "the home folder is not known"
        raise error_type(f"{text}: {cause}; write the full path") from None


def require_storable(path: Path, error_type: type[PoddError] = ConfigError) -> None:
    r"""Check that ``path`` can be written to a settings file, which is UTF-8 text.

    Raises:
        PoddError: the path contains bytes that are not UTF-8. The message shows them as ``\xf1``.
    """
    try:
        str(path).encode()
    except UnicodeEncodeError:
        raise error_type(
            f"{path}: the name contains bytes that are not UTF-8, so it cannot be saved in settings; "
            "rename the file or folder"
        ) from None
