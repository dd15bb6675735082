"""What screen readers are told of widgets that paint themselves, and of news that cannot wait."""

from PySide6.QtCore import QObject
from PySide6.QtGui import QAccessible, QAccessibleAnnouncementEvent, QAccessibleInterface
from PySide6.QtWidgets import QAccessibleWidget, QWidget

_ROLE = "screenReaderRole"


class _RoleAccessible(QAccessibleWidget):
    """A widget with its own name and description, and the role it was given."""

    def __init__(self, widget: QWidget, role: QAccessible.Role) -> None:
        super().__init__(widget, role, "")


def set_accessible_role(widget: QWidget, role: QAccessible.Role) -> None:
    """Say what ``widget`` is; Qt knows that of its own kinds only."""
    widget.setProperty(_ROLE, role.value)


def announce(widget: QWidget, sentence: str) -> None:
    """Have a screen reader say ``sentence`` at its next pause, wherever the person is."""
    QAccessible.updateAccessibility(QAccessibleAnnouncementEvent(widget, sentence))


def install_accessible_roles() -> None:
    """Make the roles of `set_accessible_role` known to Qt; once in a program."""
    QAccessible.installFactory(_accessible_interface)


def _accessible_interface(kind: str, thing: QObject) -> QAccessibleInterface | None:
    if not isinstance(thing, QWidget) or thing.property(_ROLE) is None:
        return None
    return _RoleAccessible(thing, QAccessible.Role(thing.property(_ROLE)))
