"""Validation of file names. A name must be valid on all systems, because users copy runs and presets."""

_FORBIDDEN_CHARACTERS = frozenset('/\\:*?"<>|')
"""Characters that at least one operating system forbids in file names."""

_MAX_NAME_BYTES = 200


def invalid_name_reason(name: str) -> str:
    """Return what to change so that ``name`` is a valid file name. Empty if ``name`` is valid."""
    if not name.strip(" ."):
        return "use at least one letter or digit"
    if name != name.strip() or name.endswith(".") or name.startswith("."):
        return "remove spaces and dots at the start and end"
    invalid = sorted({char for char in name if char in _FORBIDDEN_CHARACTERS or not char.isprintable()})
    if invalid:
        return f"remove {' '.join(char if char.isprintable() else repr(char) for char in invalid)}"
    return "" if len(name.encode()) <= _MAX_NAME_BYTES else "use a shorter name"
