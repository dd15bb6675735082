"""Export page: preview of the files and a panel with the export controls."""

from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtGui import QHideEvent, QShowEvent
from PySide6.QtWidgets import QFileDialog, QHBoxLayout, QStackedWidget, QVBoxLayout, QWidget

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
    """Page that exports the poster of a run or a bundle.

    Args:
        services: services of the window.
    """

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
            self.tr("Start a run, open a run from the library, or open a poster bundle (.safetensors)."),
            self.tr("Open a poster bundle…"),
        )
        self.empty_state.action_triggered.connect(self._on_open)
        self.loading_label = label(self.tr("Loading the poster…"), "muted")
        self.loading_label.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._error_page = self._make_error_page()
        self._preview_page = QWidget()
        preview_column = QVBoxLayout(self._preview_page)
        preview_column.setContentsMargins(0, 0, 0, 0)
        preview_column.setSpacing(14)
        preview_column.addWidget(self.preview, 4)
        preview_column.addWidget(self.snippet, 3)
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
        self._formats = QWidget()
        formats = QVBoxLayout(self._formats)
        formats.setContentsMargins(16, 14, 16, 14)
        formats.setSpacing(8)
        formats.addWidget(section(self.tr("Available formats")))
        for title, description in (
            (self.tr("Images"), self.tr("Poster as seen and as trained, all patches, contact sheet")),
            (self.tr("Tables and tensors"), self.tr("Soft labels as CSV, tensors as NPZ and PT")),
            (self.tr("Poster bundle"), self.tr("One file to train networks with a few lines of Python")),
        ):
            card = Card()
            card.column.addWidget(label(title, "value"))
            card.column.addWidget(label(description, "muted", wraps=True))
            formats.addWidget(card)
        formats.addStretch(1)
        column = QVBoxLayout(panel)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self.controls)
        column.addWidget(self._formats)
        return panel

    def _make_error_page(self) -> QWidget:
        page = QWidget()
        self.error_label = label("", "muted", wraps=True)
        self.error_label.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.error_label.setFixedWidth(440)
        open_other = button(self.tr("Open another…"), self.tr("Open a poster bundle (.safetensors)"))
        open_other.clicked.connect(self._on_open)
        column = QVBoxLayout(page)
        column.setSpacing(GRID_PX)
        column.addStretch(3)
        center = Qt.AlignmentFlag.AlignHCenter
        column.addWidget(label(self.tr("The poster cannot be loaded"), "heading"), 0, center)
        # With a horizontal alignment, the layout would compute the height of the text from its own width.
        row = QHBoxLayout()
        row.addStretch(1)
        row.addWidget(self.error_label)
        row.addStretch(1)
        column.addLayout(row)
        column.addWidget(open_other, 0, center)
        column.addStretch(4)
        return page

    def showEvent(self, event: QShowEvent) -> None:
        """Load the poster if it has changed."""
        super().showEvent(event)
        self.export_service.set_observed(True)

    def hideEvent(self, event: QHideEvent) -> None:
        """Stop loading improved posters of the run."""
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
            self.error_label.setText(export_service.error.what)
            page = self._error_page
        else:
            page = self.loading_label
        self.pages.setCurrentWidget(page)
        self.controls.setVisible(export_service.source is not None)
        self._formats.setVisible(export_service.source is None)

    def _on_export_changed(self) -> None:
        exported = self.export_service.exported
        self.snippet.show_programs(exported.programs if exported is not None else None)
