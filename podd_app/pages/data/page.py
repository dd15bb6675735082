"""The Data place: cards on top, images below, facts at the right."""

from pathlib import Path

from PySide6.QtGui import QDragEnterEvent, QDragLeaveEvent, QDropEvent
from PySide6.QtWidgets import QVBoxLayout

from podd_app.models.session import Session
from podd_app.pages.data.dataset_list import ShelfView
from podd_app.pages.data.images_view import ImagesView
from podd_app.pages.data.panel import DataPanel
from podd_app.services.dataset_service import shelf_of
from podd_app.style.theme import GRID_PX
from podd_app.widgets.page import Place


class DataPlace(Place):
    """Where a dataset is chosen."""

    def __init__(self, session: Session) -> None:
        super().__init__(session)
        self.shelf = shelf_of(session)
        self.cards = ShelfView(session, self.shelf)
        self.images = ImagesView(session, self.shelf)
        column = QVBoxLayout(self)
        column.setContentsMargins(2 * GRID_PX, 2 * GRID_PX, 2 * GRID_PX, 2 * GRID_PX)
        column.setSpacing(2 * GRID_PX)
        column.addWidget(self.cards)
        column.addWidget(self.images, 1)
        self.panel = DataPanel(session, self.shelf.chosen)
        self.setAcceptDrops(True)
        self.shelf.refresh()

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        """Take what the window takes, and show where a folder of images goes."""
        if any(url.isLocalFile() for url in event.mimeData().urls()):
            self.cards.show_dragged_over(True)
            event.acceptProposedAction()

    def dragLeaveEvent(self, event: QDragLeaveEvent) -> None:
        """Nothing is held over the place any more."""
        self.cards.show_dragged_over(False)

    def dropEvent(self, event: QDropEvent) -> None:
        """Open what was dropped; folders of images are added."""
        self.cards.show_dragged_over(False)
        for url in event.mimeData().urls():
            if url.isLocalFile():
                self.session.open_path(Path(url.toLocalFile()))
        event.acceptProposedAction()
