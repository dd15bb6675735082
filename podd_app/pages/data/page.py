"""Data page: dataset cards at the top, images below, and a panel with details."""

from pathlib import Path

from PySide6.QtGui import QDragEnterEvent, QDragLeaveEvent, QDropEvent
from PySide6.QtWidgets import QVBoxLayout

from podd_app.pages.data.dataset_list import DatasetList
from podd_app.pages.data.images_view import ImagesView
from podd_app.pages.data.panel import DataPanel
from podd_app.pages.data.recognized_bar import RecognizedBar
from podd_app.services.services import Services
from podd_app.style.theme import GRID_PX
from podd_app.widgets.page import Page


class DataPage(Page):
    """Page for selecting a dataset and viewing its images.

    Args:
        services: services of the window.
    """

    def __init__(self, services: Services) -> None:
        session = services.session
        super().__init__(session)
        self.dataset_service = services.datasets
        self.cards = DatasetList(self.dataset_service)
        self.recognized = RecognizedBar(self.dataset_service, self)
        self.images = ImagesView(session, self.dataset_service)
        column = QVBoxLayout(self)
        column.setContentsMargins(2 * GRID_PX, 2 * GRID_PX, 2 * GRID_PX, 2 * GRID_PX)
        column.setSpacing(2 * GRID_PX)
        column.addWidget(self.cards)
        column.addWidget(self.recognized)
        column.addWidget(self.images, 1)
        self.panel = DataPanel(session, self.dataset_service.selected)
        self.setAcceptDrops(True)
        self.dataset_service.refresh()

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        """Accept local files and highlight the add card."""
        if any(url.isLocalFile() for url in event.mimeData().urls()):
            self.cards.set_drop_highlight(True)
            event.acceptProposedAction()

    def dragLeaveEvent(self, event: QDragLeaveEvent) -> None:
        """Remove the highlight of the add card."""
        self.cards.set_drop_highlight(False)

    def dropEvent(self, event: QDropEvent) -> None:
        """Open the dropped paths. Image folders are added to the list."""
        self.cards.set_drop_highlight(False)
        for url in event.mimeData().urls():
            if url.isLocalFile():
                self.session.open_path(Path(url.toLocalFile()))
        event.acceptProposedAction()
