"""Which of draft and run the top bar, the status line and their buttons refer to."""

from enum import StrEnum

from PySide6.QtCore import QObject, Signal

from podd_app.models.run_status import Phase
from podd_app.models.session import Session


class Subject(StrEnum):
    """The draft that the user edits, or the run on screen."""

    DRAFT = "draft"
    RUN = "run"


class ShownSubject(QObject):
    """The subject of the current page.

    A page without a subject of its own keeps the previous subject. While no run is open, the subject
    is always the draft.

    Args:
        session: the session with the draft and the run.
    """

    changed = Signal()
    """Emitted when `value` has changed."""

    def __init__(self, session: Session, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self._of_page = self._emitted = Subject.DRAFT
        session.run_changed.connect(self._emit_change)

    @property
    def value(self) -> Subject:
        """The subject that is shown."""
        return Subject.DRAFT if self._session.run.phase is Phase.READY else self._of_page

    def show(self, of_page: Subject | None) -> None:
        """Show the subject of a page; None keeps the present subject."""
        self._of_page = of_page or self._of_page
        self._emit_change()

    def _emit_change(self) -> None:
        if self.value is not self._emitted:
            self._emitted = self.value
            self.changed.emit()
