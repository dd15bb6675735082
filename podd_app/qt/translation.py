"""Typed marker for translatable texts in tables."""


def QT_TRANSLATE_NOOP(_context: str, text: str) -> str:
    """Return ``text``, and mark it for pyside6-lupdate, which recognizes this function by name.

    The function of the same name in PySide6.QtCore is annotated with ``object`` instead of ``str``.

    Args:
        _context: Translation context. Pass the same context to ``QCoreApplication.translate``.
        text: Text as a string literal.
    """
    return text
