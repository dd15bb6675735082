"""Saves the draft in the preferences shortly after each edit."""

from PySide6.QtCore import QObject, QTimer

from podd_app.models.preferences import Preferences
from podd_app.models.session import Session
from podd_app.models.undo import DraftWithOrigin

SAVE_DELAY_MS = 1000
"""Time without edits before the draft is saved."""


class DraftAutosave(QObject):
    """Saves the draft after edits, even if the draft is invalid.

    An unchanged draft is not saved again. Of several windows or processes, the one with the last edit
    therefore determines the draft of the next start.

    Args:
        session: the session with the draft.
        preferences: the preferences that store the draft.
    """

    def __init__(self, session: Session, preferences: Preferences, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._session, self._preferences = session, preferences
        self._saved = self._current
        self._timer = QTimer(self, singleShot=True, interval=SAVE_DELAY_MS)
        self._timer.timeout.connect(self.save)
        session.draft_changed.connect(self._timer.start)

    @property
    def _current(self) -> DraftWithOrigin:
        return DraftWithOrigin(self._session.draft, self._session.origin)

    def save(self) -> None:
        """Save the draft now if it has changed since it was last saved."""
        self._timer.stop()
        if self._current != self._saved:
            self._saved = self._current
            self._preferences.draft = self._saved
            self._preferences.flush()
