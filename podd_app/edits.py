"""Undoable edits of the settings."""

from typing import TYPE_CHECKING

from PySide6.QtGui import QUndoCommand

from podd_app.draft import Draft

if TYPE_CHECKING:
    from podd_app.session import Session

_GESTURE_ID = 1


class Edit(QUndoCommand):
    """One step of the undo stack: the draft before and the draft after.

    Args:
        session: whose draft it is.
        before, after: the two drafts.
        text: what was done, for the Undo menu.
        gesture: edits with the same token merge; None never merges.
    """

    def __init__(
        self, session: "Session", before: Draft, after: Draft, text: str, gesture: object = None
    ) -> None:
        super().__init__(text)
        self._session = session
        self._before, self._after = before, after
        self._gesture = gesture

    def redo(self) -> None:
        """Show the draft after."""
        self._session.adopt(self._after)

    def undo(self) -> None:
        """Show the draft before."""
        self._session.adopt(self._before)

    def id(self) -> int:
        """Same for all edits of gestures, so that Qt asks `mergeWith`."""
        return -1 if self._gesture is None else _GESTURE_ID

    def mergeWith(self, other: QUndoCommand) -> bool:
        """Swallow the next edit of the same gesture."""
        if not isinstance(other, Edit) or other._gesture is not self._gesture:
            return False
        self._after = other._after
        return True
