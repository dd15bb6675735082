"""Names that every system allows for a file or folder; runs and presets travel between systems."""

_FORBIDDEN = frozenset('/\\:*?"<>|')
"""What some system does not allow in a name."""

_LONGEST = 200


def name_problem(name: str) -> str:
    """Why nothing can be called ``name``, and what to do; empty if it can."""
    if not name.strip(" ."):
        return "write at least one letter or digit"
    if name != name.strip() or name.endswith(".") or name.startswith("."):
        return "leave out blanks and dots at its beginning and end"
    bad = sorted({letter for letter in name if letter in _FORBIDDEN or not letter.isprintable()})
    if bad:
        return f"leave out {' '.join(letter if letter.isprintable() else repr(letter) for letter in bad)}"
    return "" if len(name.encode()) <= _LONGEST else "shorten it"
