"""The folding parts of the patch inspector: what they share."""

from collections.abc import Hashable

from PySide6.QtWidgets import QLabel, QPushButton, QWidget

from podd_app.engine.cached_request import CachedRequest
from podd_app.inspector.subject import Subject
from podd_app.services.inspection_service import InspectionKey, InspectionService
from podd_app.style.formatting import format_count
from podd_app.widgets.collapsible import Collapsible
from podd_app.widgets.text import button, label


class InspectorSection(Collapsible):
    """A part that tells one thing about the subject, while it is open.

    Args:
        key: by which it is remembered whether it is open.
        title: of the part.
        tooltip: what it tells.
        desk: finds out.
    """

    def __init__(
        self, key: str, title: str, tooltip: str, desk: InspectionService, parent: QWidget | None = None
    ) -> None:
        super().__init__(title, tooltip, parent)
        self.key = key
        self.desk = desk
        self.subject: Subject | None = None
        self.header.toggled.connect(lambda _: self.update_if_expanded())
        desk.run_changed.connect(self.clear_subject)

    def show_subject(self, subject: Subject) -> None:
        """Tell about another subject."""
        self.subject = subject
        self.update_if_expanded()

    def clear_subject(self) -> None:
        """Tell about nothing any more."""
        self.subject = None

    def update_if_expanded(self) -> None:
        """Draw anew where there is somebody to see it."""
        if self.is_expanded and self.subject is not None:
            self.refresh(self.subject)

    def refresh(self, subject: Subject) -> None:
        """Draw; called only while the part is open."""
        raise NotImplementedError

    def add_text_label(self) -> QLabel:
        """A line of small text at the end of the part."""
        words = label("", "small", wraps=True)
        self.column.addWidget(words)
        return words


class RequestSection(InspectorSection):
    """A part whose answer takes work: it asks when it is opened and when the patch is another.

    A new poster only dates the answer; a button asks again. So a run that goes on, or is played
    back, starts nothing by itself.

    Args:
        key, title, tooltip, desk: as for `InspectorSection`.
        question: what it asks.
    """

    def __init__(
        self, key: str, title: str, tooltip: str, desk: InspectionService, question: CachedRequest
    ) -> None:
        super().__init__(key, title, tooltip, desk)
        self.question = question
        self.update_button: QPushButton = button(
            self.tr("Bring up to date"), self.tr("Find out for the poster on screen"), "quiet"
        )
        self.update_button.clicked.connect(self._on_update_clicked)
        question.changed.connect(self.update_if_expanded)

    def fetch(self, subject: Subject) -> None:
        """Ask about ``subject``."""
        raise NotImplementedError

    def applies_to(self, key: Hashable | None, subject: Subject) -> bool:
        """Whether an answer called ``key`` is about the patch of ``subject``, of whichever poster."""
        return isinstance(key, InspectionKey) and key.patch == subject.patch

    def update_if_expanded(self) -> None:
        """Ask where nothing was asked about this patch yet; draw."""
        if not self.is_expanded or self.subject is None:
            return
        if not self.applies_to(self.question.requested_key, self.subject):
            self.fetch(self.subject)
        self.refresh(self.subject)

    def result_for(self, subject: Subject) -> object | None:
        """The answer about the patch of ``subject``; None where there is none yet."""
        return self.question.result if self.applies_to(self.question.key, subject) else None

    def show_state(self, subject: Subject, words: QLabel, otherwise: str) -> None:
        """Say what is going on, what went wrong, or of which step the answer is; else something else."""
        question = self.question
        key = question.key if self.applies_to(question.key, subject) else None
        dated = isinstance(key, InspectionKey) and key.step != subject.poster.step
        if question.error is not None:
            words.setText(question.error.what)
        elif question.is_pending:
            progress = question.progress
            known = progress is not None and progress.total > 1
            share = f" {progress.done / progress.total:.0%}" if progress is not None and known else ""
            words.setText(self.tr("Working …%s") % share)
        elif dated and isinstance(key, InspectionKey):
            words.setText(self.tr("Of the poster of step %s. %s") % (format_count(key.step), otherwise))
        else:
            words.setText(otherwise)
        words.setVisible(bool(words.text()))
        self.update_button.setVisible((dated or question.error is not None) and not question.is_pending)

    def _on_update_clicked(self) -> None:
        if self.subject is not None:
            self.question.stop()
            self.fetch(self.subject)
