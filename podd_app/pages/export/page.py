"""The Export place: what the files will hold in the middle, what to write and where at the right."""

from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtGui import QHideEvent, QShowEvent
from PySide6.QtWidgets import QFileDialog, QStackedWidget, QVBoxLayout, QWidget

from podd_app.models.preferences import Preferences
from podd_app.pages.export.panel import ExportPanel
from podd_app.pages.export.preview import ExportPreview
from podd_app.pages.export.snippet_card import SnippetCard
from podd_app.services.services import Services
from podd_app.style.theme import GRID_PX
from podd_app.widgets.empty_state import EmptyState
from podd_app.widgets.page import Page
from podd_app.widgets.text import Card, button, label, section


class ExportPage(Page):
    """Leaving with files."""

    def __init__(self, services: Services) -> None:
        super().__init__(services.session)
        self.export_service = services.export
        self.controls = ExportPanel(self.export_service, Preferences())
        self.controls.open_pressed.connect(self._on_open)
        self.panel = self._make_panel()
        self.preview = ExportPreview()
        self.setFocusProxy(self.preview.canvas)
        self.snippet = SnippetCard()
        self.snippet.hide()
        self.empty_state = EmptyState(
            "export",
            self.tr("Nothing to export yet"),
            self.tr("Start a run, or open a run from the library or a poster bundle (.safetensors)."),
            self.tr("Open a poster bundle…"),
        )
        self.empty_state.action_triggered.connect(self._on_open)
        self.loading_label = label(self.tr("Reading the poster…"), "muted")
        self.loading_label.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._error_page = self._make_error_page()
        self._preview_page = QWidget()
        shown = QVBoxLayout(self._preview_page)
        shown.setContentsMargins(0, 0, 0, 0)
        shown.setSpacing(14)
        shown.addWidget(self.preview, 1)
        shown.addWidget(self.snippet)
        self.pages = QStackedWidget()
        for page in (self.empty_state, self.loading_label, self._error_page, self._preview_page):
            self.pages.addWidget(page)
        column = QVBoxLayout(self)
        column.setContentsMargins(2 * GRID_PX, 2 * GRID_PX, 2 * GRID_PX, 2 * GRID_PX)
        column.addWidget(self.pages)
        self.preview.contact_sheet_requested.connect(self.export_service.draw_contact_sheet)
        self.export_service.source_changed.connect(self._on_source_changed)
        self.export_service.contact_sheet_changed.connect(
            lambda: self.preview.show_contact_sheet(self.export_service.contact_sheet)
        )
        self.export_service.export_changed.connect(self._on_export_changed)
        self._poster: object = None
        self._on_source_changed()
        self._on_export_changed()

    def _make_panel(self) -> QWidget:
        panel = QWidget()
        self._offer = QWidget()
        offer = QVBoxLayout(self._offer)
        offer.setContentsMargins(16, 14, 16, 14)
        offer.setSpacing(8)
        offer.addWidget(section(self.tr("What you can leave with")))
        for what, why in (
            (self.tr("Pictures"), self.tr("the poster as seen and as trained, every patch, a contact sheet")),
            (self.tr("Tables and tensors"), self.tr("soft labels as CSV; NPZ and PT for other programs")),
            (self.tr("A poster bundle"), self.tr("one file that trains a network in a few lines of Python")),
        ):
            card = Card()
            card.column.addWidget(label(what, "value"))
            card.column.addWidget(label(why, "muted", wraps=True))
            offer.addWidget(card)
        offer.addStretch(1)
        column = QVBoxLayout(panel)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self.controls)
        column.addWidget(self._offer)
        return panel

    def _make_error_page(self) -> QWidget:
        page = QWidget()
        self.why = label("", "muted", wraps=True)
        self.why.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.why.setFixedWidth(440)
        other = button(self.tr("Open another…"), self.tr("Open a poster bundle (.safetensors)"))
        other.clicked.connect(self._on_open)
        column = QVBoxLayout(page)
        column.setSpacing(GRID_PX)
        column.addStretch(3)
        center = Qt.AlignmentFlag.AlignHCenter
        column.addWidget(label(self.tr("There is no poster to export"), "heading"), 0, center)
        column.addWidget(self.why, 0, center)
        column.addWidget(other, 0, center)
        column.addStretch(4)
        return page

    def showEvent(self, event: QShowEvent) -> None:
        """Read the poster as it is now."""
        super().showEvent(event)
        self.export_service.set_observed(True)

    def hideEvent(self, event: QHideEvent) -> None:
        """Let the run go on without reading each better poster."""
        super().hideEvent(event)
        self.export_service.set_observed(False)

    def _on_open(self) -> None:
        kinds = self.tr("Poster bundles (*.safetensors)")
        chosen, _ = QFileDialog.getOpenFileName(self, self.tr("Open a poster bundle"), "", kinds)
        if chosen:
            self.session.open_path(Path(chosen))

    def _on_source_changed(self) -> None:
        export_service = self.export_service
        if export_service.poster is not None and export_service.poster is not self._poster:
            self.preview.show_poster(export_service.poster)
        self._poster = export_service.poster
        if export_service.source is None:
            page: QWidget = self.empty_state
        elif export_service.poster is not None:
            page = self._preview_page
        elif export_service.error is not None:
            self.why.setText(export_service.error.what)
            page = self._error_page
        else:
            page = self.loading_label
        self.pages.setCurrentWidget(page)
        self.controls.setVisible(export_service.source is not None)
        self._offer.setVisible(export_service.source is None)

    def _on_export_changed(self) -> None:
        exported = self.export_service.exported
        self.snippet.show_snippet(exported.snippet if exported is not None else "")
