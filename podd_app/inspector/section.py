"""Base classes of the collapsible sections of the patch inspector."""

from collections.abc import Hashable

from PySide6.QtWidgets import QLabel, QPushButton, QWidget

from podd_app.engine.cached_request import CachedRequest
from podd_app.inspector.subject import Subject
from podd_app.services.inspection_service import InspectionKey, InspectionService
from podd_app.style.formatting import format_count
from podd_app.widgets.collapsible import Collapsible
from podd_app.widgets.text import button, label


class InspectorSection(Collapsible):
    """Collapsible section that updates only while expanded.

    Args:
        key: key of the section in the preferences, which store the expanded sections.
        title: title of the section.
        tooltip: tooltip of the title.
        service: computes the contents.
    """

    def __init__(
        self, key: str, title: str, tooltip: str, service: InspectionService, parent: QWidget | None = None
    ) -> None:
        super().__init__(title, tooltip, parent)
        self.key = key
        self.service = service
        self.subject: Subject | None = None
        self.header.toggled.connect(lambda _: self.update_if_expanded())
        service.run_changed.connect(self.clear_subject)

    def show_subject(self, subject: Subject) -> None:
        """Show details of ``subject``."""
        self.subject = subject
        self.update_if_expanded()

    def clear_subject(self) -> None:
        """Forget the subject, for example when another run is opened."""
        self.subject = None

    def update_if_expanded(self) -> None:
        """Call `refresh` if the section is expanded and has a subject."""
        if self.is_expanded and self.subject is not None:
            self.refresh(self.subject)

    def refresh(self, subject: Subject) -> None:
        """Show the details of ``subject``. Called only while the section is expanded."""
        raise NotImplementedError

    def add_text_label(self) -> QLabel:
        """Add a label with small text at the end of the section."""
        text_label = label("", "small", wraps=True)
        self.column.addWidget(text_label)
        return text_label


class RequestSection(InspectorSection):
    """Section with a result that is expensive to compute.

    The section requests a result when it is expanded and when another patch is selected. A new poster
    only marks the result as outdated, and the user can click a button to update the result. Thus a
    running run or a playback starts no computations.

    Args:
        key: see `InspectorSection`.
        title: see `InspectorSection`.
        tooltip: see `InspectorSection`.
        service: see `InspectorSection`.
        request: the request for the result.
    """

    def __init__(
        self, key: str, title: str, tooltip: str, service: InspectionService, request: CachedRequest
    ) -> None:
        super().__init__(key, title, tooltip, service)
        self.request = request
        self.update_button: QPushButton = button(
            self.tr("Update"), self.tr("Recompute for the poster on screen"), "quiet"
        )
        self.update_button.clicked.connect(self._on_update_clicked)
        request.changed.connect(self.update_if_expanded)

    def fetch(self, subject: Subject) -> None:
        """Start the request for ``subject``."""
        raise NotImplementedError

    def applies_to(self, key: Hashable | None, subject: Subject) -> bool:
        """Return whether a result with ``key`` belongs to the patch of ``subject``, in any poster."""
        return isinstance(key, InspectionKey) and key.patch == subject.patch

    def update_if_expanded(self) -> None:
        """Start the request if the patch has not been requested yet, and refresh."""
        if not self.is_expanded or self.subject is None:
            return
        if not self.applies_to(self.request.requested_key, self.subject):
            self.fetch(self.subject)
        self.refresh(self.subject)

    def result_for(self, subject: Subject) -> object | None:
        """Return the result for the patch of ``subject``, or None if there is no result yet."""
        return self.request.result if self.applies_to(self.request.key, subject) else None

    def show_state(self, subject: Subject, text_label: QLabel, description: str) -> None:
        """Show the progress, the error or the description of the result.

        Args:
            subject: the current subject.
            text_label: label for the text. Hidden if the text is empty.
            description: description of a complete result. An outdated result also shows its step.
        """
        request = self.request
        key = request.key if self.applies_to(request.key, subject) else None
        outdated = isinstance(key, InspectionKey) and key.step != subject.poster.step
        if request.error is not None:
            text = request.error.what
        elif request.is_pending:
            progress = request.progress
            text = self.tr("Computing…")
            if progress is not None and progress.total > 1:
                text = self.tr("Computing… %s") % f"{progress.done / progress.total:.0%}"
        elif outdated and isinstance(key, InspectionKey):
            source = self.tr("From the poster of step %s.") % format_count(key.step)
            text = f"{source} {description}".rstrip()
        else:
            text = description
        text_label.setText(text)
        text_label.setVisible(bool(text))
        self.update_button.setVisible((outdated or request.error is not None) and not request.is_pending)

    def _on_update_clicked(self) -> None:
        if self.subject is not None:
            self.request.stop()
            self.fetch(self.subject)
