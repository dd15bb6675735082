"""Help topic that lists all keyboard shortcuts."""

from collections.abc import Iterable

from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import QAbstractButton, QWidget

from podd_app.window.help_topics import SHORTCUTS, HelpTopic, Shortcut


def window_shortcuts(window: QWidget) -> tuple[Shortcut, ...]:
    """Return the shortcuts of the actions and the buttons of ``window``."""
    found = [_shortcut_of(action) for action in window.actions() if action.shortcuts()]
    found += [
        Shortcut(_key_text([button.shortcut()]), button.accessibleName() or button.text())
        for button in window.findChildren(QAbstractButton)
        if not button.shortcut().isEmpty()
    ]
    return tuple(found)


def shortcut_sheet(window: QWidget, title: str, everywhere: str, topics: Iterable[HelpTopic]) -> HelpTopic:
    """Create the topic that lists all shortcuts.

    Args:
        window: The main window, whose shortcuts work on all pages.
        title: Title of the topic.
        everywhere: Heading of the shortcuts of the window.
        topics: Topics with the shortcuts of single pages.
    """
    parts = [f"# {title}", f"## {everywhere}", _table(window_shortcuts(window))]
    for topic in topics:
        if topic.keys:
            parts += [f"## {topic.title}", _table(topic.keys)]
    return HelpTopic(SHORTCUTS, "\n\n".join(parts) + "\n")


def _shortcut_of(action: QAction) -> Shortcut:
    # The text of Undo and Redo changes with the undo stack. Their data is the original text.
    return Shortcut(_key_text(action.shortcuts()), str(action.data() or action.text()).rstrip("…"))


def _key_text(shortcuts: Iterable[QKeySequence]) -> str:
    return ", ".join(each.toString(QKeySequence.SequenceFormat.NativeText) for each in shortcuts)


def _table(keys: Iterable[Shortcut]) -> str:
    rows = [f"| **{key.keys}** | {key.description} |" for key in keys]
    return "\n".join(["| | |", "|---|---|", *rows])
