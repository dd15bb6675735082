"""The Data place: cards on top, images below, facts at the right."""

from pathlib import Path

from PySide6.QtGui import QDragEnterEvent, QDragLeaveEvent, QDropEvent
from PySide6.QtWidgets import QVBoxLayout

from podd_app.pages.data.dataset_list import DatasetList
from podd_app.pages.data.images_view import ImagesView
from podd_app.pages.data.panel import DataPanel
from podd_app.services.services import Services
from podd_app.style.theme import GRID_PX
from podd_app.widgets.page import Page


class DataPage(Page):
    """Where a dataset is chosen."""

    def __init__(self, services: Services) -> None:
        session = services.session
        super().__init__(session)
        self.dataset_service = services.datasets
        self.cards = DatasetList(session, self.dataset_service)
        self.images = ImagesView(session, self.dataset_service)
        column = QVBoxLayout(self)
        column.setContentsMargins(2 * GRID_PX, 2 * GRID_PX, 2 * GRID_PX, 2 * GRID_PX)
        column.setSpacing(2 * GRID_PX)
        column.addWidget(self.cards)
        column.addWidget(self.images, 1)
        self.panel = DataPanel(session, self.dataset_service.selected)
        self.setAcceptDrops(True)
        self.dataset_service.refresh()

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        """Take what the window takes, and show where a folder of images goes."""
        if any(url.isLocalFile() for url in event.mimeData().urls()):
            self.cards.set_drop_highlight(True)
            event.acceptProposedAction()

    def dragLeaveEvent(self, event: QDragLeaveEvent) -> None:
        """Nothing is held over the place any more."""
        self.cards.set_drop_highlight(False)

    def dropEvent(self, event: QDropEvent) -> None:
        """Open what was dropped; folders of images are added."""
        self.cards.set_drop_highlight(False)
        for url in event.mimeData().urls():
            if url.isLocalFile():
                self.session.open_path(Path(url.toLocalFile()))
        event.acceptProposedAction()
