"""Poster canvas with its toolbar and footer."""

from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from podd_app.canvas.poster_canvas import PosterCanvas
from podd_app.widgets.flow_row import FlowRow
from podd_app.widgets.text import button

_INSET_PX = 10


class CanvasFrame(QWidget):
    """Poster canvas with the buttons that all pages need. Pages can add their own widgets.

    Args:
        canvas: the canvas that the buttons control.
        stage: the widget that contains ``canvas`` and other canvases. If None, the frame contains
            only ``canvas``.
    """

    def __init__(
        self, canvas: PosterCanvas, stage: QWidget | None = None, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.canvas = canvas
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(stage or canvas)
        self._footer = QWidget(self)
        self._footer_row = QHBoxLayout(self._footer)
        self._footer_row.setContentsMargins(_INSET_PX, 0, _INSET_PX, _INSET_PX)
        self._footer_row.addStretch(1)
        self._footer.hide()
        self._bar = QWidget(self)
        self._bar_row = QHBoxLayout(self._bar)
        self._bar_row.setContentsMargins(_INSET_PX, _INSET_PX, _INSET_PX, 0)
        self._bar_row.setSpacing(6)
        self._toggles = FlowRow(at_end=True)
        self._bar_row.addLayout(self._toggles, 1)
        self._leading_count = 0
        self.classes = self.add_toggle(self.tr("Classes"), self.tr("Show class regions and names"), True)
        self.classes.toggled.connect(canvas.show_classes)
        self.patches = self.add_toggle(
            self.tr("Patches"),
            self.tr("Show the center of each patch. The window of the patch under the pointer is outlined"),
            False,
        )
        self.patches.toggled.connect(canvas.show_patches)
        self._fit = button(self.tr("Fit"), self.tr("Show the whole poster (0)"), "toggle")
        self._fit.setCheckable(False)
        self._fit.clicked.connect(canvas.fit)
        self._toggles.addWidget(self._fit)

    def add_toggle(self, text: str, tooltip: str, checked: bool) -> QPushButton:
        """Add a toggle button to the left of the Fit button."""
        toggle = button(text, tooltip, "toggle")
        toggle.setChecked(checked)
        index = self._toggles.count() - (1 if hasattr(self, "_fit") else 0)
        self._toggles.insertWidget(index, toggle)
        return toggle

    def add_top_left(self, widget: QWidget) -> None:
        """Add a widget to the upper left corner."""
        self._bar_row.insertWidget(self._leading_count, widget, 0, Qt.AlignmentFlag.AlignTop)
        self._leading_count += 1

    def add_footer(self, widget: QWidget) -> None:
        """Add a widget to the left end of the footer and show the footer."""
        self._footer_row.insertWidget(self._footer_row.count() - 1, widget)
        self._footer.show()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Move the bars to the new edges."""
        super().resizeEvent(event)
        self._position_bars()

    def event(self, event: QEvent) -> bool:
        """Update the bars when their contents request a new layout."""
        if event.type() == QEvent.Type.LayoutRequest:
            self._position_bars()
        return super().event(event)

    def _position_bars(self) -> None:
        height = self._bar_row.totalHeightForWidth(self.width())
        self._bar.setGeometry(0, 0, self.width(), height)
        self.canvas.set_bar_height(height)
        footer_height = self._footer.sizeHint().height()
        self._footer.setGeometry(0, self.height() - footer_height, self.width(), footer_height)
