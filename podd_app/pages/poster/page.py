"""Poster page: canvas, status line below the canvas, and a panel with the controls."""

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QColor, QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QToolButton, QVBoxLayout

from podd_app.canvas.canvas_menu import CanvasMenu
from podd_app.canvas.frame import CanvasFrame
from podd_app.canvas.poster_canvas import PosterCanvas
from podd_app.canvas.poster_geometry import PosterGeometry, Spot
from podd_app.pages.poster.canvas_overlays import CanvasOverlays
from podd_app.pages.poster.class_order_view import ClassOrderView
from podd_app.pages.poster.drag_tool import PosterDragTool
from podd_app.pages.poster.panel import PosterPanel
from podd_app.qt.plain_text import join_html, rich_text, set_tooltip
from podd_app.services.services import Services
from podd_app.style.icons import icon
from podd_app.style.palette import FollowsPalette
from podd_app.style.theme import GRID_PX, colors_of
from podd_app.widgets.page import Page
from podd_app.widgets.text import Card, ElidedLabel, RichText, label

_LINE_PADDING_PX = 80
"""Margins of the page and of the line below the poster, and the gap between its texts."""
_MIN_ORDER_PX = 120
_BUTTON_PX = 28


class PosterPage(FollowsPalette, Page):
    """Page for designing the poster.

    Args:
        services: services of the window.
    """

    def __init__(self, services: Services) -> None:
        session = services.session
        super().__init__(session)
        self.canvas = PosterCanvas()
        self.canvas.set_tool(PosterDragTool(session, self.canvas))
        self.setFocusProxy(self.canvas)
        CanvasMenu(session, self.canvas)
        self.frame = CanvasFrame(self.canvas)
        self.frame.setObjectName("posterFrame")  # the first tour points at this widget
        self.overlays = CanvasOverlays(session, self.frame)
        self._shown = session.origin, session.dataset.name, session.dataset.path
        self._undo = self._history_button(self.tr("Undo"))
        self._redo = self._history_button(self.tr("Redo"))
        self.frame.add_top_left(self._undo)
        self.frame.add_top_left(self._redo)
        self._outdated_note = label(self.tr("Last valid poster"), "trouble")
        set_tooltip(
            self._outdated_note, self.tr("The current settings are invalid. Correct the marked fields.")
        )
        self.frame.add_top_left(self._outdated_note)
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
        self.canvas.hovered.connect(self._on_hovered)
        self.canvas.patch_selected.connect(self._on_patch_selected)
        self._show_poster()
        self._show_order()
        self._on_hovered(None)
        self._on_history_changed()
        self.follow_palette()

    def _history_button(self, name: str) -> QToolButton:
        history_button = QToolButton()
        history_button.setProperty("role", "mark")
        history_button.setAccessibleName(name)
        history_button.setFixedSize(_BUTTON_PX, _BUTTON_PX)
        history_button.setIconSize(QSize(18, 18))
        history_button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        return history_button

    def show_class_order_view(self, shown: bool) -> None:
        """Show the class order view instead of the poster, or show the poster again."""
        self.frame.setVisible(not shown)
        self.class_order_view.setVisible(shown)
        self.setFocusProxy(self.class_order_view.map if shown else self.canvas)
        self.setFocus()
        self._on_hovered(None)

    def _show_poster(self) -> None:
        session = self.session
        view = PosterGeometry(session.layout, session.class_order.shown.grid, session.class_names)
        # One edit can emit several of the connected signals, and most edits do not change the view.
        if view != self.canvas.view:
            self.canvas.set_view(view)
        outdated = session.draft.layout is None
        self.canvas.set_outdated(outdated)
        self._outdated_note.setVisible(outdated)
        shown = session.origin, session.dataset.name, session.dataset.path
        if shown != self._shown:
            self._shown = shown
            self.canvas.select_patch(None)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Wrap the class order if it is too long for one line."""
        super().resizeEvent(event)
        self._arrange_order()

    def _arrange_order(self) -> None:
        """Give the class order the space that the help text leaves."""
        free_px = (
            self.width() - self._hint.fontMetrics().horizontalAdvance(self._help_text()) - _LINE_PADDING_PX
        )
        self._order.setWordWrap(False)
        self._order.setMinimumWidth(0)  # a label prefers at least its minimum width
        needed_px = self._order.sizeHint().width()
        self._order.setWordWrap(needed_px > free_px)
        self._order.setFixedWidth(max(_MIN_ORDER_PX, min(needed_px, free_px)))

    def _show_order(self) -> None:
        order = self.session.class_order.shown
        if order.by_hand:
            parts = [rich_text(self.tr("class order: <b>%s, edited</b>"), order.source)]
        else:
            parts = [rich_text(self.tr("class order: <b>%s</b>"), order.source)]
        if order.cost is not None and order.base_cost is not None:
            cost = rich_text(self.tr("cost <b>%.2f</b>"), order.cost)
            if order.by_hand and order.base_cost:
                change = f"{order.cost / order.base_cost - 1:+.0%}".replace("-", "−")
                cost = rich_text("%s (%s)", cost, change)
            parts.append(cost)
        self._order.set_html(join_html(" · ", parts))
        self._arrange_order()

    def _on_hovered(self, spot: Spot | None) -> None:
        self.controls.show_spot(spot, self.canvas.selected_patch)
        view = self.canvas.view
        if spot is None or view is None:
            self._hint.setText(self._help_text())
            self._order.show()
            return
        self._order.hide()  # the description of the hovered spot needs the whole line
        parts = [view.cell_names[spot.cell]]
        if spot.patch is not None:
            parts.append(self.tr("patch %d (column %d, row %d)") % view.patch_numbers(spot.patch))
        parts.append(self.tr("pixel %d, %d") % (spot.x_px, spot.y_px))
        parts += filter(None, [self.overlays.label_cell_text(spot)])
        if spot.patch is not None and self.controls.label_text:
            parts.append(self.tr("soft label %s") % self.controls.label_text)
        self._hint.setText(" · ".join(parts))

    def _help_text(self) -> str:
        if self.class_order_view.isVisible():
            return self.tr("Similar classes are dark · scroll to zoom, drag to pan")
        return self.tr("Drag edges to resize · drag classes to swap")

    def _on_patch_selected(self, patch: int | None) -> None:
        self.controls.show_patch(patch)
        self.canvas.set_label_description(self.controls.label_text)

    def _on_history_changed(self) -> None:
        stack = self.session.undo_stack
        self._undo.setEnabled(stack.canUndo())
        set_tooltip(self._undo, self.tr("Undo %s (Ctrl+Z)") % stack.undoText())
        self._redo.setEnabled(stack.canRedo())
        set_tooltip(self._redo, self.tr("Redo %s (Ctrl+Y)") % stack.redoText())
        self._apply_palette()

    def _apply_palette(self) -> None:
        for history_button, name in ((self._undo, "undo"), (self._redo, "redo")):
            color = QColor(colors_of(self).text)
            color.setAlpha(255 if history_button.isEnabled() else 90)
            history_button.setIcon(icon(name, color, size_px=18))
