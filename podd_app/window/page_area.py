"""Scroll area that shows a page at the size of the window, and scrolls if the window is too small."""

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QWidget

from podd_app.widgets.focus_scroll_area import FocusScrollArea


class PageArea(FocusScrollArea):
    """Gives a page the size of the area, but at least the minimum size of the page.

    A resizable `QScrollArea` would scroll a page with wrapped texts as soon as the area is smaller than
    the preferred size of the page.

    Args:
        page: the page.
    """

    def __init__(self, page: QWidget, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWidgetResizable(False)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAsNeeded)
        self._page = page
        self.setWidget(page)
        page.installEventFilter(self)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Resize the page."""
        self._fit_page()
        super().resizeEvent(event)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Resize the page when its minimum size changes."""
        if watched is self._page and event.type() is QEvent.Type.LayoutRequest:
            self._fit_page()
        return super().eventFilter(watched, event)

    def _fit_page(self) -> None:
        page, available = self._page, self.viewport().size()
        minimum = page.minimumSizeHint().expandedTo(page.minimumSize())
        width, height = max(available.width(), minimum.width()), minimum.height()
        layout = page.layout()
        if layout is not None and layout.hasHeightForWidth():
            height = max(height, layout.totalMinimumHeightForWidth(width))
        page.resize(width, max(available.height(), height))
