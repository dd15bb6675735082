"""Where posters are compared: one canvas, two over each other with a divider, or two side by side."""

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
"""Room for the names below the posters as well."""


class ComparisonStage(QWidget):
    """Holds the canvas of the poster looked at and, before it, that of the reference.

    Args:
        canvas: of the poster looked at.
    """

    def __init__(self, canvas: PosterCanvas, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._arrangement: Arrangement = "alone"
        self._names = ("", "")
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        canvas.setParent(self)  # first: what comes later lies over it
        self.canvas, self.reference = canvas, PosterCanvas(self)
        self.reference.setAccessibleName(self.tr("Poster compared with"))
        self.divider = Divider(self)
        self.canvas_name, self.reference_name = self._make_name(), self._make_name()
        self.links = LinkedViews(canvas, self.reference)
        self.divider.valueChanged.connect(self._arrange_canvases)
        QWidget.setTabOrder(canvas, self.divider)
        self.reference.hide()
        self.divider.hide()

    def _make_name(self) -> QLabel:
        made = label("", "which")
        made.setParent(self)
        made.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        return made

    @property
    def arrangement(self) -> Arrangement:
        """How the posters are shown."""
        return self._arrangement

    def arrange(self, arrangement: Arrangement) -> None:
        """Show the poster looked at alone, or with the reference."""
        if arrangement == self._arrangement:
            return
        self._arrangement = arrangement
        both = arrangement != "alone"
        self.reference.setVisible(both)
        self.divider.setVisible(arrangement == "swipe")
        self._arrange_canvases()
        self.links.link(both)

    def name(self, canvas: str, reference: str) -> None:
        """Say which poster is which; empty names are not shown."""
        if self._names == (canvas, reference):
            return
        self._names = (canvas, reference)
        bottom = MARGINS.bottom() + (_NAME_PX if canvas else 0)
        for each in (self.canvas, self.reference):
            each.set_margins(bottom=bottom)
        self._position_labels()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Share the room anew."""
        super().resizeEvent(event)
        self._arrange_canvases()

    def changeEvent(self, event: QEvent) -> None:
        """Turn round with the direction of reading."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.LayoutDirectionChange:
            self._arrange_canvases()

    def minimumSizeHint(self) -> QSize:
        """Room for two canvases side by side."""
        least = self.canvas.minimumSize()
        return QSize(2 * least.width() + _GAP_PX, least.height())

    @property
    def _mirrored(self) -> bool:
        return self.layoutDirection() == Qt.LayoutDirection.RightToLeft

    def _arrange_canvases(self) -> None:
        whole = self.rect()
        before = after = whole
        if self._arrangement == "side":
            half = (whole.width() - _GAP_PX) // 2
            before = QRect(0, 0, half, whole.height())
            after = QRect(whole.width() - half, 0, half, whole.height())
            if self._mirrored:
                before, after = after, before
        self.canvas.setGeometry(after)
        self.reference.setGeometry(before)
        if self._arrangement == "swipe":
            self._apply_swipe_mask()
        else:
            self.reference.clearMask()
        self._position_labels()

    def _apply_swipe_mask(self) -> None:
        """Show the reference before the divider only."""
        share = self.divider.share
        at = round(self.width() * (1 - share if self._mirrored else share))
        left, right = (at, self.width()) if self._mirrored else (0, at)
        self.reference.setVisible(right > left)  # an empty mask would be none
        self.reference.setMask(QRegion(left, 0, right - left, self.height()))
        self.divider.setGeometry(at - WIDTH_PX // 2, 0, WIDTH_PX, self.height())

    def _position_labels(self) -> None:
        """The poster looked at is named at the end of its canvas when swiped, else at the beginning."""
        for name, text, canvas, at_end in (
            (self.canvas_name, self._names[0], self.canvas, self._arrangement == "swipe"),
            (self.reference_name, self._names[1], self.reference, False),
        ):
            name.setVisible(bool(text) and (canvas is self.canvas or self._arrangement != "alone"))
            area = canvas.geometry().adjusted(_INSET_PX, 0, -_INSET_PX, -_INSET_PX)
            room = area.width() // 2 - _INSET_PX if self._arrangement == "swipe" else area.width()
            name.ensurePolished()
            name.setText(text)
            if name.sizeHint().width() > room:
                inner = room - (name.sizeHint().width() - name.fontMetrics().horizontalAdvance(text))
                name.setText(name.fontMetrics().elidedText(text, Qt.TextElideMode.ElideMiddle, inner))
            size = name.sizeHint()
            left = at_end == self._mirrored
            x = area.left() if left else area.right() + 1 - size.width()
            name.setGeometry(x, area.bottom() + 1 - size.height(), size.width(), size.height())
            name.raise_()
        self.divider.raise_()
