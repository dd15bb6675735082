"""Undoable edits of the settings."""

from typing import TYPE_CHECKING
from weakref import ref

from PySide6.QtGui import QUndoCommand, QUndoStack
from shiboken6 import isValid

from podd_app.models.draft import Draft

if TYPE_CHECKING:
    from podd_app.models.session import Session


class EditCommand(QUndoCommand):
    """One step of the undo stack: the draft before and the draft after.

    Args:
        session: whose draft it is.
        before, after: the two drafts.
        text: what was done, for the Undo menu.
        gesture: edits with the same token are one step; None is a gesture of its own.
    """

    def __init__(
        self, session: "Session", before: Draft, after: Draft, text: str, gesture: object = None
    ) -> None:
        super().__init__(text)
        # Weak: the garbage collector must never find commands and their stack in one cycle, since
        # what PySide clears first would be deleted twice.
        self._session = ref(session)
        self._before, self._after = before, after
        self._gesture = object() if gesture is None else gesture

    def redo(self) -> None:
        """Show the draft after."""
        self._apply(self._after)

    def undo(self) -> None:
        """Show the draft before."""
        self._apply(self._before)

    def extend(self, after: Draft, gesture: object) -> bool:
        """Take a further edit of the same gesture into this step; False for another gesture."""
        if gesture is not self._gesture:
            return False
        self._after = after
        self.redo()
        return True

    def _apply(self, draft: Draft) -> None:
        session = self._session()
        if session is not None:
            session.set_draft(draft)


def discard_history(stack: QUndoStack) -> None:
    """Delete the history for good; nobody is told. Qt may have done so itself when the program ends."""
    if isValid(stack):
        stack.blockSignals(True)
        stack.clear()
