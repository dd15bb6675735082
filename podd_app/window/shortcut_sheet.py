"""All shortcuts on a page: those of the window as they are, those of places as their help has them."""

from collections.abc import Iterable

from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import QAbstractButton, QWidget

from podd_app.window.help_topics import SHORTCUTS, HelpTopic, Shortcut


def window_shortcuts(window: QWidget) -> tuple[Shortcut, ...]:
    """The shortcuts that work everywhere in ``window``: of its actions, and of its buttons."""
    found = [_key(action) for action in window.actions() if action.shortcuts()]
    found += [
        Shortcut(_key_text([made.shortcut()]), made.accessibleName() or made.text())
        for made in window.findChildren(QAbstractButton)
        if not made.shortcut().isEmpty()
    ]
    return tuple(found)


def shortcut_sheet(window: QWidget, title: str, everywhere: str, topics: Iterable[HelpTopic]) -> HelpTopic:
    """The page of shortcuts.

    Args:
        window: whose actions work everywhere.
        title: of the page. everywhere: over the keys of the window.
        topics: whose own keys follow.
    """
    parts = [f"# {title}", f"## {everywhere}", _table(window_shortcuts(window))]
    for topic in topics:
        if topic.keys:
            parts += [f"## {topic.title}", _table(topic.keys)]
    return HelpTopic(SHORTCUTS, "\n\n".join(parts) + "\n")


def _key(action: QAction) -> Shortcut:
    # Texts that tell what would be undone change; the name an action was made with does not.
    return Shortcut(_key_text(action.shortcuts()), str(action.data() or action.text()).rstrip("…"))


def _key_text(shortcuts: Iterable[QKeySequence]) -> str:
    return ", ".join(each.toString(QKeySequence.SequenceFormat.NativeText) for each in shortcuts)


def _table(keys: Iterable[Shortcut]) -> str:
    rows = [f"| **{key.keys}** | {key.description} |" for key in keys]
    return "\n".join(["| | |", "|---|---|", *rows])
