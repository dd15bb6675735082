"""A canvas with its toggles in the upper corners."""

from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from podd_app.canvas.poster_canvas import PosterCanvas
from podd_app.widgets.flow_row import FlowRow
from podd_app.widgets.text import button

_INSET_PX = 10


class CanvasFrame(QWidget):
    """A canvas with the buttons every place wants, and room for a place's own.

    Args:
        canvas: what is framed.
        stage: the widget that holds the canvas among others; None: there are no others.
    """

    def __init__(
        self, canvas: PosterCanvas, stage: QWidget | None = None, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.canvas = canvas
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(stage or canvas)
        self._foot = QWidget(self)
        self._foot_row = QHBoxLayout(self._foot)
        self._foot_row.setContentsMargins(_INSET_PX, 0, _INSET_PX, _INSET_PX)
        self._foot_row.addStretch(1)
        self._foot.hide()
        self._bar = QWidget(self)
        self._row = QHBoxLayout(self._bar)
        self._row.setContentsMargins(_INSET_PX, _INSET_PX, _INSET_PX, 0)
        self._row.setSpacing(6)
        self._toggles = FlowRow(at_end=True)
        self._row.addLayout(self._toggles, 1)
        self._leading = 0
        self.classes = self.add_toggle(self.tr("Classes"), self.tr("Show class regions and names"), True)
        self.classes.toggled.connect(canvas.show_classes)
        self.patches = self.add_toggle(
            self.tr("Patches"), self.tr("Show every patch window; off, only the one under the pointer"), True
        )
        self.patches.toggled.connect(canvas.show_patches)
        self._fit = button(self.tr("Fit"), self.tr("Show the whole poster (0)"), "toggle")
        self._fit.setCheckable(False)
        self._fit.clicked.connect(canvas.fit)
        self._toggles.addWidget(self._fit)

    def add_toggle(self, text: str, tooltip: str, checked: bool) -> QPushButton:
        """A toggle of the place's own, left of Fit."""
        toggle = button(text, tooltip, "toggle")
        toggle.setChecked(checked)
        at = self._toggles.count() - (1 if hasattr(self, "_fit") else 0)
        self._toggles.insertWidget(at, toggle)
        return toggle

    def add_top_left(self, widget: QWidget) -> None:
        """A widget in the upper left corner."""
        self._row.insertWidget(self._leading, widget, 0, Qt.AlignmentFlag.AlignTop)
        self._leading += 1

    def add_footer(self, widget: QWidget) -> None:
        """A widget at the start of the lower edge."""
        self._foot_row.insertWidget(self._foot_row.count() - 1, widget)
        self._foot.show()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Keep the bars at the edges."""
        super().resizeEvent(event)
        self._position_bars()

    def event(self, event: QEvent) -> bool:
        """Lay the bars out again when what is in them changes."""
        if event.type() == QEvent.Type.LayoutRequest:
            self._position_bars()
        return super().event(event)

    def _position_bars(self) -> None:
        height = self._row.totalHeightForWidth(self.width())
        self._bar.setGeometry(0, 0, self.width(), height)
        self.canvas.set_bar_height(height)
        foot = self._foot.sizeHint().height()
        self._foot.setGeometry(0, self.height() - foot, self.width(), foot)
