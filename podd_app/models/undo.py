"""Undo commands for edits of the settings."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from weakref import WeakMethod

from PySide6.QtGui import QUndoCommand, QUndoStack
from shiboken6 import isValid

from podd_app.models.draft import Draft
from podd_app.models.settings_origin import SettingsOrigin
from podd_app.qt.plain_text import single_line


@dataclass(frozen=True)
class DraftWithOrigin:
    """Settings and the settings that they are compared with.

    Args:
        draft: the edited settings.
        origin: the settings that ``draft`` was loaded from.
    """

    draft: Draft
    origin: SettingsOrigin


class EditCommand(QUndoCommand):
    """Undo step with the settings before and after an edit.

    Args:
        apply: bound method that shows settings. The command holds a weak reference to the method.
        before, after: the settings before and after the edit.
        text: name of the edit for the Undo menu.
        gesture: token. Edits with the same token form one undo step. None starts a new step.
    """

    def __init__(
        self,
        apply: Callable[[DraftWithOrigin], None],
        before: DraftWithOrigin,
        after: DraftWithOrigin,
        text: str,
        gesture: object = None,
    ) -> None:
        super().__init__(single_line(text))  # Qt splits the text at a line break
        # A strong reference would put commands and their stack into one reference cycle. When the
        # garbage collector clears such a cycle, PySide can delete a command twice.
        self._receiver = WeakMethod(apply)
        self._before, self._after = before, after
        self._gesture = object() if gesture is None else gesture

    def redo(self) -> None:
        """Show the settings after the edit."""
        self._apply(self._after)

    def undo(self) -> None:
        """Show the settings before the edit."""
        self._apply(self._before)

    def extend(self, later: "EditCommand") -> bool:
        """Merge a later edit of the same gesture into this step.

        Returns:
            Whether ``later`` belongs to the same gesture and was merged.
        """
        if later._gesture is not self._gesture:
            return False
        self._after = later._after
        self.redo()
        return True

    def replace_origin(self, old: SettingsOrigin, new: SettingsOrigin) -> None:
        """Replace the origin ``old`` by ``new`` in the settings before and after the edit."""
        if self._before.origin == old:
            self._before = replace(self._before, origin=new)
        if self._after.origin == old:
            self._after = replace(self._after, origin=new)

    def _apply(self, settings: DraftWithOrigin) -> None:
        apply = self._receiver()
        if apply is not None:
            apply(settings)


def push_edit(stack: QUndoStack, edit: EditCommand) -> None:
    """Apply ``edit``. Merge it into the latest step of the same gesture, or push it onto the stack."""
    latest = stack.command(stack.index() - 1)
    if stack.canRedo() or not isinstance(latest, EditCommand) or not latest.extend(edit):
        stack.push(edit)


def replace_origin(stack: QUndoStack, old: SettingsOrigin, new: SettingsOrigin) -> None:
    """Replace the origin ``old`` by ``new`` in all undo steps."""
    for index in range(stack.count()):
        command = stack.command(index)
        if isinstance(command, EditCommand):
            command.replace_origin(old, new)


def clear_silently(stack: QUndoStack) -> None:
    """Clear the undo stack without emitting signals."""
    # Qt may already have deleted the stack when the program exits.
    if isValid(stack):
        stack.blockSignals(True)
        stack.clear()
