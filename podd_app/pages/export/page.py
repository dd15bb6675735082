"""The Export place: what the files will hold in the middle, what to write and where at the right."""

from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtGui import QHideEvent, QShowEvent
from PySide6.QtWidgets import QFileDialog, QStackedWidget, QVBoxLayout, QWidget

from podd_app.models.preferences import Memory
from podd_app.models.session import Session
from podd_app.pages.export.panel import ExportPanel
from podd_app.pages.export.preview import Preview
from podd_app.pages.export.snippet_card import SnippetCard
from podd_app.services.export_service import desk_of
from podd_app.style.theme import GRID_PX
from podd_app.widgets.empty_state import EmptyState
from podd_app.widgets.page import Place
from podd_app.widgets.text import Card, button, label, section


class ExportPlace(Place):
    """Leaving with files."""

    def __init__(self, session: Session) -> None:
        super().__init__(session)
        self.desk = desk_of(session)
        self.controls = ExportPanel(self.desk, Memory())
        self.controls.open_pressed.connect(self._on_open)
        self.panel = self._make_panel()
        self.preview = Preview()
        self.setFocusProxy(self.preview.canvas)
        self.snippet = SnippetCard()
        self.snippet.hide()
        self.nothing = EmptyState(
            "export",
            self.tr("Nothing to export yet"),
            self.tr("Start a run, or open a run from the library or a poster bundle (.safetensors)."),
            self.tr("Open a poster bundle…"),
        )
        self.nothing.acted.connect(self._on_open)
        self.waiting = label(self.tr("Reading the poster…"), "muted")
        self.waiting.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._broken = self._make_broken()
        self._shown = QWidget()
        shown = QVBoxLayout(self._shown)
        shown.setContentsMargins(0, 0, 0, 0)
        shown.setSpacing(14)
        shown.addWidget(self.preview, 1)
        shown.addWidget(self.snippet)
        self.pages = QStackedWidget()
        for page in (self.nothing, self.waiting, self._broken, self._shown):
            self.pages.addWidget(page)
        column = QVBoxLayout(self)
        column.setContentsMargins(2 * GRID_PX, 2 * GRID_PX, 2 * GRID_PX, 2 * GRID_PX)
        column.addWidget(self.pages)
        self.preview.sheet_wanted.connect(self.desk.draw_sheet)
        self.desk.source_changed.connect(self._on_source_changed)
        self.desk.sheet_changed.connect(lambda: self.preview.show_sheet(self.desk.sheet))
        self.desk.work_changed.connect(self._on_work_changed)
        self._poster: object = None
        self._on_source_changed()
        self._on_work_changed()

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

    def _make_broken(self) -> QWidget:
        page = QWidget()
        self.why = label("", "muted", wraps=True)
        self.why.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.why.setFixedWidth(440)
        other = button(self.tr("Open another…"), self.tr("Open a poster bundle (.safetensors)"))
        other.clicked.connect(self._on_open)
        column = QVBoxLayout(page)
        column.setSpacing(GRID_PX)
        column.addStretch(3)
        centre = Qt.AlignmentFlag.AlignHCenter
        column.addWidget(label(self.tr("There is no poster to export"), "heading"), 0, centre)
        column.addWidget(self.why, 0, centre)
        column.addWidget(other, 0, centre)
        column.addStretch(4)
        return page

    def showEvent(self, event: QShowEvent) -> None:
        """Read the poster as it is now."""
        super().showEvent(event)
        self.desk.look(True)

    def hideEvent(self, event: QHideEvent) -> None:
        """Let the run go on without reading each better poster."""
        super().hideEvent(event)
        self.desk.look(False)

    def _on_open(self) -> None:
        kinds = self.tr("Poster bundles (*.safetensors)")
        chosen, _ = QFileDialog.getOpenFileName(self, self.tr("Open a poster bundle"), "", kinds)
        if chosen:
            self.session.open_path(Path(chosen))

    def _on_source_changed(self) -> None:
        desk = self.desk
        if desk.poster is not None and desk.poster is not self._poster:
            self.preview.show_poster(desk.poster)
        self._poster = desk.poster
        if desk.source is None:
            page: QWidget = self.nothing
        elif desk.poster is not None:
            page = self._shown
        elif desk.trouble is not None:
            self.why.setText(desk.trouble.what)
            page = self._broken
        else:
            page = self.waiting
        self.pages.setCurrentWidget(page)
        self.controls.setVisible(desk.source is not None)
        self._offer.setVisible(desk.source is None)

    def _on_work_changed(self) -> None:
        exported = self.desk.exported
        self.snippet.show_snippet(exported.snippet if exported is not None else "")
