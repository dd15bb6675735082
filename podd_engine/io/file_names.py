"""Validation of file names. A name must be valid on all systems, because users copy runs and presets."""

import re

_FORBIDDEN_CHARACTERS = frozenset('/\\:*?"<>|')
"""Characters that at least one operating system forbids in file names."""

_RESERVED_NAME = re.compile(
    r"(CON|PRN|AUX|NUL|CONIN\$|CONOUT\$|(COM|LPT)[0-9¹²³])\s*(\..*)?", re.IGNORECASE | re.DOTALL
)
"""Names of devices on Windows, also with a suffix."""

_MAX_NAME_BYTES = 200


def invalid_name_reason(name: str) -> str:
    """Return what to change so that ``name`` is a valid file name. Empty if ``name`` is valid."""
    if not name.strip(" ."):
        return "use at least one letter or digit"
    if name != name.strip() or name.endswith(".") or name.startswith("."):
        return "remove spaces and dots at the start and end"
    invalid = sorted({char for char in name if not _is_allowed(char)})
    if invalid:
        return f"remove {' '.join(char if char.isprintable() else repr(char) for char in invalid)}"
    if _RESERVED_NAME.fullmatch(name):
        return "use another name, because Windows reserves it for a device"
    return "" if len(name.encode()) <= _MAX_NAME_BYTES else "use a shorter name"


def to_valid_name(text: str) -> str:
    """Return ``text`` as a valid file name. A valid name stays unchanged.

    Characters that are not allowed become hyphens. The result is empty if ``text`` contains only such
    characters.
    """
    if not invalid_name_reason(text):
        return text
    allowed = "".join(char if _is_allowed(char) else "-" for char in text)
    shortened = re.sub("-{2,}", "-", allowed).encode()[: _MAX_NAME_BYTES - 1].decode(errors="ignore")
    name = shortened.strip().strip(" .-")
    # An underscore in front makes a reserved name valid.
    return f"_{name}" if _RESERVED_NAME.fullmatch(name) else name


def _is_allowed(char: str) -> bool:
    return char not in _FORBIDDEN_CHARACTERS and char.isprintable()
