"""Names that every system allows for a file or folder; runs and presets travel between systems."""

_FORBIDDEN_CHARACTERS = frozenset('/\\:*?"<>|')
"""What some system does not allow in a name."""

_MAX_NAME_BYTES = 200


def invalid_name_reason(name: str) -> str:
    """Why nothing can be called ``name``, and what to do; empty if it can."""
    if not name.strip(" ."):
        return "write at least one letter or digit"
    if name != name.strip() or name.endswith(".") or name.startswith("."):
        return "leave out blanks and dots at its beginning and end"
    bad = sorted({letter for letter in name if letter in _FORBIDDEN_CHARACTERS or not letter.isprintable()})
    if bad:
        return f"leave out {' '.join(letter if letter.isprintable() else repr(letter) for letter in bad)}"
    return "" if len(name.encode()) <= _MAX_NAME_BYTES else "shorten it"
