"""Accessible roles of custom-painted widgets, and screen reader announcements."""

from PySide6.QtCore import QObject
from PySide6.QtGui import QAccessible, QAccessibleAnnouncementEvent, QAccessibleInterface
from PySide6.QtWidgets import QAccessibleWidget, QWidget

_ROLE = "screenReaderRole"


class _RoleAccessible(QAccessibleWidget):
    """Accessible interface of a widget with the role from `set_accessible_role`."""

    def __init__(self, widget: QWidget, role: QAccessible.Role) -> None:
        super().__init__(widget, role, "")


def set_accessible_role(widget: QWidget, role: QAccessible.Role) -> None:
    """Set the accessible role of a custom widget. Qt knows the roles of its own widgets only."""
    widget.setProperty(_ROLE, role.value)


def announce(widget: QWidget, text: str) -> None:
    """Let the screen reader speak ``text`` after the current sentence, wherever the focus is."""
    QAccessible.updateAccessibility(QAccessibleAnnouncementEvent(widget, text))


def install_accessible_roles() -> None:
    """Register the roles of `set_accessible_role` with Qt. Call this function once per process."""
    QAccessible.installFactory(_accessible_interface)


def _accessible_interface(_class_name: str, target: QObject) -> QAccessibleInterface | None:
    if not isinstance(target, QWidget) or target.property(_ROLE) is None:
        return None
    return _RoleAccessible(target, QAccessible.Role(target.property(_ROLE)))
