"""The Poster place: canvas in the middle, controls at the right, a line of help below."""

from PySide6.QtCore import QEvent, QSize, Qt
from PySide6.QtGui import QColor, QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QToolButton, QVBoxLayout

from podd_app.canvas.frame import CanvasFrame
from podd_app.canvas.poster_canvas import PosterCanvas
from podd_app.canvas.poster_geometry import PosterGeometry, Spot
from podd_app.pages.poster.canvas_overlays import CanvasOverlays
from podd_app.pages.poster.class_order_view import ClassOrderView
from podd_app.pages.poster.drag_tool import PosterDragTool
from podd_app.pages.poster.panel import PosterPanel
from podd_app.services.services import Services
from podd_app.style.icons import icon
from podd_app.style.theme import GRID_PX, colors_of
from podd_app.widgets.page import Page
from podd_app.widgets.text import Card, ElidedLabel, RichText

_HOW_TO = "Drag an edge to resize · drag a class to swap it"
_HOW_TO_READ = "Similar classes are dark · wheel zooms, drag pans"
_MOST_OF_LINE = 0.7
"""Share of the line below the poster that the class order may take before it is written in two."""
_WHILE_RUNNING = "The poster cannot change while a run is in progress"


class PosterPage(Page):
    """Where a poster is drawn."""

    def __init__(self, services: Services) -> None:
        session = services.session
        super().__init__(session)
        self.canvas = PosterCanvas()
        self.canvas.set_tool(PosterDragTool(session, self.canvas))
        self.setFocusProxy(self.canvas)
        self.frame = CanvasFrame(self.canvas)
        self.overlays = CanvasOverlays(session, self.frame)
        self._undo = self._history_button(self.tr("Undo"))
        self._redo = self._history_button(self.tr("Redo"))
        self.frame.add_top_left(self._undo)
        self.frame.add_top_left(self._redo)
        self._hint = ElidedLabel()
        self._hint.setProperty("role", "muted")
        self._order = RichText()
        line = Card()
        row = QHBoxLayout()
        row.addWidget(self._hint, 1)
        row.addWidget(self._order)
        line.column.addLayout(row)
        column = QVBoxLayout(self)
        column.setContentsMargins(2 * GRID_PX, 2 * GRID_PX, 2 * GRID_PX, 2 * GRID_PX)
        column.setSpacing(14)
        self.class_order_view = ClassOrderView(session, services.clip_weights)
        self.class_order_view.hide()
        column.addWidget(self.frame, 1)
        column.addWidget(self.class_order_view, 1)
        column.addWidget(line)
        self.controls = PosterPanel(session)
        self.panel = self.controls

        self.controls.class_order_row.compare.clicked.connect(
            lambda: self.show_class_order_view(not self.class_order_view.isVisible())
        )
        self.class_order_view.closed.connect(lambda: self.show_class_order_view(False))
        self._undo.clicked.connect(session.undo)
        self._redo.clicked.connect(session.redo)
        session.undo_stack.indexChanged.connect(self._on_history_changed)
        session.draft_changed.connect(self._show_poster)
        session.class_order.changed.connect(self._show_poster)
        session.class_order.changed.connect(self._show_order)
        session.dataset_changed.connect(self._show_poster)
        session.run_changed.connect(self._on_run_changed)
        self.canvas.hovered.connect(self._on_hovered)
        self.canvas.patch_selected.connect(self._on_patch_selected)
        self._show_poster()
        self._show_order()
        self._on_hovered(None)
        self._on_history_changed()
        self._apply_palette()

    def _history_button(self, name: str) -> QToolButton:
        made = QToolButton()
        made.setProperty("role", "mark")
        made.setAccessibleName(name)
        made.setFixedSize(28, 28)
        made.setIconSize(QSize(18, 18))
        made.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        return made

    def show_class_order_view(self, shown: bool) -> None:
        """Show distances and sources of class orders in place of the poster, or the poster again."""
        self.frame.setVisible(not shown)
        self.class_order_view.setVisible(shown)
        self.setFocusProxy(self.class_order_view.map if shown else self.canvas)
        self.setFocus()
        self._on_hovered(None)

    def _show_poster(self) -> None:
        session = self.session
        view = PosterGeometry(session.layout, session.class_order.shown.grid, session.class_names)
        # One edit can emit several of the signals that lead here, and most edits change no view.
        if view != self.canvas.view:
            self.canvas.set_view(view)

    def _on_run_changed(self) -> None:
        self.controls.setEnabled(not self.session.run.phase.active)
        self._on_hovered(None)
        self._on_history_changed()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Write the class order in lines where it is too long for one."""
        super().resizeEvent(event)
        self._arrange_order()

    def _arrange_order(self) -> None:
        self._order.setWordWrap(False)
        self._order.setWordWrap(self._order.sizeHint().width() > _MOST_OF_LINE * self.width())

    def _show_order(self) -> None:
        order = self.session.class_order.shown
        source = order.source + (self.tr(", by hand") if order.by_hand else "")
        text = self.tr("class order: <b>%s</b>") % source
        if order.cost is not None and order.base_cost is not None:
            text += self.tr(" · neighbor distance <b>%.2f</b>") % order.cost
            if order.by_hand and order.base_cost:
                change = f"{order.cost / order.base_cost - 1:+.0%}".replace("-", "−").replace("%", " %")
                text += f" ({change})"
        self._order.set_html(text)
        self._arrange_order()

    def _on_hovered(self, spot: Spot | None) -> None:
        self.controls.show_spot(spot, self.canvas.selected_patch)
        view = self.canvas.view
        if spot is None or view is None:
            busy = self.session.run.phase.active
            how_to = (
                _HOW_TO_READ if self.class_order_view.isVisible() else _WHILE_RUNNING if busy else _HOW_TO
            )
            self._hint.setText(self.tr(how_to))
            return
        text = view.cell_names[spot.cell]
        if spot.patch is not None:
            column, row = view.patch_position(spot.patch)
            text += self.tr(" · patch %d (column %d, row %d)") % (spot.patch, column, row)
        text += self.tr(" · pixel %d, %d") % (spot.x_px, spot.y_px)
        if spot.patch is not None and self.controls.label_text:
            text += self.tr(" · teaches %s") % self.controls.label_text
        self._hint.setText(text)

    def _on_patch_selected(self, patch: int | None) -> None:
        self.controls.show_patch(patch)
        self.canvas.set_label_description(self.controls.label_text)

    def _on_history_changed(self) -> None:
        stack, locked = self.session.undo_stack, self.session.run.phase.active
        for made, can, text, what in (
            (self._undo, stack.canUndo(), stack.undoText(), self.tr("Undo %s (Ctrl+Z)")),
            (self._redo, stack.canRedo(), stack.redoText(), self.tr("Redo %s (Ctrl+Y)")),
        ):
            made.setEnabled(can and not locked)
            made.setToolTip(what % text)
        self._apply_palette()

    def changeEvent(self, event: QEvent) -> None:
        """Follow the scheme."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange and hasattr(self, "_redo"):
            self._apply_palette()

    def _apply_palette(self) -> None:
        for made, name in ((self._undo, "undo"), (self._redo, "redo")):
            color = QColor(colors_of(self).text)
            color.setAlpha(255 if made.isEnabled() else 90)
            made.setIcon(icon(name, color, size_px=18))
