"""Undo commands for edits of the settings."""

from collections.abc import Callable
from weakref import WeakMethod

from PySide6.QtGui import QUndoCommand, QUndoStack
from shiboken6 import isValid

from podd_app.models.draft import Draft


class EditCommand(QUndoCommand):
    """One undo step: the draft before and after an edit.

    Args:
        apply: bound method that takes the draft to show. The command holds a weak reference to it.
        before, after: the two drafts.
        text: name of the edit for the Undo menu.
        gesture: edits with the same token form one step; None starts a new step.
    """

    def __init__(
        self,
        apply: Callable[[Draft], None],
        before: Draft,
        after: Draft,
        text: str,
        gesture: object = None,
    ) -> None:
        super().__init__(text)
        # A strong reference would put commands and their stack into one reference cycle. When the
        # garbage collector clears such a cycle, PySide can delete a command twice.
        self._receiver = WeakMethod(apply)
        self._before, self._after = before, after
        self._gesture = object() if gesture is None else gesture

    def redo(self) -> None:
        """Show the draft after the edit."""
        self._apply(self._after)

    def undo(self) -> None:
        """Show the draft before the edit."""
        self._apply(self._before)

    def extend(self, later: "EditCommand") -> bool:
        """Take over the result of ``later`` if both edits belong to one gesture; return whether they do."""
        if later._gesture is not self._gesture:
            return False
        self._after = later._after
        self.redo()
        return True

    def _apply(self, draft: Draft) -> None:
        apply = self._receiver()
        if apply is not None:
            apply(draft)


def push_edit(stack: QUndoStack, edit: EditCommand) -> None:
    """Apply ``edit``, and add it to the stack or to the latest step of the same gesture."""
    latest = stack.command(stack.index() - 1)
    if stack.canRedo() or not isinstance(latest, EditCommand) or not latest.extend(edit):
        stack.push(edit)


def clear_silently(stack: QUndoStack) -> None:
    """Clear the undo stack without emitting signals."""
    # Qt may have deleted the stack already when the program ends.
    if isValid(stack):
        stack.blockSignals(True)
        stack.clear()
