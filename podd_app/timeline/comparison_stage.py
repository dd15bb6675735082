"""Widget with one canvas, two overlaid canvases with a divider, or two canvases side by side."""

from typing import Literal

from PySide6.QtCore import QEvent, QRect, QSize, Qt
from PySide6.QtGui import QRegion, QResizeEvent
from PySide6.QtWidgets import QLabel, QSizePolicy, QWidget

from podd_app.canvas.poster_canvas import PosterCanvas
from podd_app.canvas.poster_graphics_view import MARGINS
from podd_app.timeline.divider import WIDTH_PX, Divider
from podd_app.timeline.linked_views import LinkedViews
from podd_app.widgets.text import label

Arrangement = Literal["alone", "swipe", "side"]

_GAP_PX = 8
_INSET_PX = 10
_NAME_PX = 16
"""Additional bottom margin for the names below the posters."""


class ComparisonStage(QWidget):
    """Contains the canvas of the shown poster and the reference canvas of the second poster.

    Args:
        canvas: the canvas of the shown poster.
    """

    def __init__(self, canvas: PosterCanvas, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._arrangement: Arrangement = "alone"
        self._names = ("", "")
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        canvas.setParent(self)  # the first child is at the bottom of the stack
        self.canvas, self.reference = canvas, PosterCanvas(self)
        self.reference.setAccessibleName(self.tr("Second poster"))
        self.divider = Divider(self)
        self.canvas_name, self.reference_name = self._create_name_label(), self._create_name_label()
        self.links = LinkedViews(canvas, self.reference)
        self.divider.valueChanged.connect(self._arrange_canvases)
        QWidget.setTabOrder(canvas, self.divider)
        self.reference.hide()
        self.divider.hide()

    def _create_name_label(self) -> QLabel:
        name_label = label("", "which")
        name_label.setParent(self)
        name_label.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        return name_label

    @property
    def arrangement(self) -> Arrangement:
        """Current arrangement of the canvases."""
        return self._arrangement

    def arrange(self, arrangement: Arrangement) -> None:
        """Show one canvas, or both canvases."""
        if arrangement == self._arrangement:
            return
        self._arrangement = arrangement
        both = arrangement != "alone"
        self.reference.setVisible(both)
        self.divider.setVisible(arrangement == "swipe")
        self._arrange_canvases()
        self.links.link(both)

    def name(self, canvas: str, reference: str) -> None:
        """Set the names below the canvases. An empty name is hidden."""
        if self._names == (canvas, reference):
            return
        self._names = (canvas, reference)
        bottom = MARGINS.bottom() + (_NAME_PX if canvas else 0)
        for each in (self.canvas, self.reference):
            each.set_margins(bottom=bottom)
        self._position_labels()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Arrange the canvases for the new size."""
        super().resizeEvent(event)
        self._arrange_canvases()

    def changeEvent(self, event: QEvent) -> None:
        """Mirror the arrangement when the layout direction changes."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.LayoutDirectionChange:
            self._arrange_canvases()

    def minimumSizeHint(self) -> QSize:
        """Return the minimum size of two canvases side by side."""
        minimum = self.canvas.minimumSize()
        return QSize(2 * minimum.width() + _GAP_PX, minimum.height())

    @property
    def _mirrored(self) -> bool:
        return self.layoutDirection() == Qt.LayoutDirection.RightToLeft

    def _arrange_canvases(self) -> None:
        whole = self.rect()
        reference_area = canvas_area = whole
        if self._arrangement == "side":
            half = (whole.width() - _GAP_PX) // 2
            reference_area = QRect(0, 0, half, whole.height())
            canvas_area = QRect(whole.width() - half, 0, half, whole.height())
            if self._mirrored:
                reference_area, canvas_area = canvas_area, reference_area
        self.canvas.setGeometry(canvas_area)
        self.reference.setGeometry(reference_area)
        if self._arrangement == "swipe":
            self._apply_swipe_mask()
        else:
            self.reference.clearMask()
        self._position_labels()

    def _apply_swipe_mask(self) -> None:
        """Show the reference canvas only before the divider."""
        share = self.divider.share
        at = round(self.width() * (1 - share if self._mirrored else share))
        left, right = (at, self.width()) if self._mirrored else (0, at)
        self.reference.setVisible(right > left)  # Qt ignores an empty mask
        self.reference.setMask(QRegion(left, 0, right - left, self.height()))
        self.divider.setGeometry(at - WIDTH_PX // 2, 0, WIDTH_PX, self.height())

    def _position_labels(self) -> None:
        """Place the names in the bottom corners of the canvases.

        In the swipe arrangement, the name of the shown poster is at the end of its canvas.
        """
        for name, text, canvas, at_end in (
            (self.canvas_name, self._names[0], self.canvas, self._arrangement == "swipe"),
            (self.reference_name, self._names[1], self.reference, False),
        ):
            name.setVisible(bool(text) and (canvas is self.canvas or self._arrangement != "alone"))
            area = canvas.geometry().adjusted(_INSET_PX, 0, -_INSET_PX, -_INSET_PX)
            max_width = area.width() // 2 - _INSET_PX if self._arrangement == "swipe" else area.width()
            name.ensurePolished()
            name.setText(text)
            if name.sizeHint().width() > max_width:
                text_width = max_width - (
                    name.sizeHint().width() - name.fontMetrics().horizontalAdvance(text)
                )
                name.setText(name.fontMetrics().elidedText(text, Qt.TextElideMode.ElideMiddle, text_width))
            size = name.sizeHint()
            left = at_end == self._mirrored
            x = area.left() if left else area.right() + 1 - size.width()
            name.setGeometry(x, area.bottom() + 1 - size.height(), size.width(), size.height())
            name.raise_()
        self.divider.raise_()
