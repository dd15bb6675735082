"""Panel with the controls of the Poster page."""

from PySide6.QtWidgets import QVBoxLayout, QWidget

from podd_app.canvas.poster_geometry import Spot
from podd_app.models.session import Session
from podd_app.pages.poster.budget_slider import BudgetSlider
from podd_app.pages.poster.class_order_row import ClassOrderRow
from podd_app.pages.poster.label_mix import initial_soft_label
from podd_app.qt.plain_text import rich_text
from podd_app.style.class_colors import class_colors
from podd_app.style.formatting import (
    display_class_name,
    format_bytes,
    format_count,
    format_percent,
    format_size,
)
from podd_app.widgets.choice_field import ChoiceField
from podd_app.widgets.field_row import FieldRow
from podd_app.widgets.label_bars import LabelBars
from podd_app.widgets.label_cells_notice import LabelCellsNotice
from podd_app.widgets.setting_row import SettingRow
from podd_app.widgets.text import FactsCard, button, section

_GRID_PATHS = ("poster.class_columns", "poster.class_rows", "order.grid")


class PosterPanel(QWidget):
    """Settings of the poster, the class grid, the patches and the labels, and the soft label of a patch.

    Args:
        session: the session whose settings are edited.
    """

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self._patch: int | None = None
        self.budget = BudgetSlider(session)
        self.width_row = SettingRow(session, "poster.width")
        self.height_row = SettingRow(session, "poster.height")
        self._facts = FactsCard()
        self._grid = ChoiceField({})
        self._grid_row = FieldRow(
            self.tr("Columns × rows"),
            self._grid,
            rich_text(self.tr("<b>Class grid</b><br>Class columns × class rows. Each class has one cell.")),
        )
        self._grid.edited.connect(self._on_grid_chosen)
        self.class_order_row = ClassOrderRow(session)
        self._label_title = section("")
        self._bars = LabelBars()
        self._bars.setAccessibleName(self.tr("Soft label"))
        all_settings = button(self.tr("All settings…"), self.tr("Open the Settings page"), "quiet")
        all_settings.clicked.connect(lambda: session.show_page("settings"))

        column = QVBoxLayout(self)
        column.setContentsMargins(16, 14, 16, 14)
        column.setSpacing(6)
        self._add(
            column, section(self.tr("Poster")), self.budget, self.width_row, self.height_row, self._facts
        )
        self._add(column, section(self.tr("Class grid")), self._grid_row, self.class_order_row)
        self._add(column, section(self.tr("Patches")))
        for path in ("patches.columns", "patches.rows", "dataset.image_size", "inner.patch_batch"):
            column.addWidget(SettingRow(session, path))
        self.label_kind = SettingRow(session, "labels.kind")
        self.label_cells = LabelCellsNotice(session, self)
        self._add(column, section(self.tr("Labels")), self.label_kind, self.label_cells)
        self._add(column, self._label_title, self._bars)
        column.addStretch(1)
        column.addWidget(all_settings)

        session.draft_changed.connect(self._on_draft_changed)
        session.class_order.changed.connect(self._show_label)
        session.dataset_changed.connect(self._on_draft_changed)
        self._on_draft_changed()

    @staticmethod
    def _add(column: QVBoxLayout, *widgets: QWidget) -> None:
        if column.count():
            column.addSpacing(10)
        for widget in widgets:
            column.addWidget(widget)

    @property
    def label_text(self) -> str:
        """The displayed soft label as text."""
        return self._bars.words

    def show_patch(self, patch: int | None) -> None:
        """Show the soft label of a patch, or a hint if ``patch`` is None."""
        self._patch = patch
        self._show_label()

    def show_spot(self, spot: Spot | None, selected: int | None) -> None:
        """Show the soft label of a patch.

        Args:
            spot: spot under the pointer; None if the pointer is elsewhere.
            selected: selected patch, shown if no patch is under the pointer.
        """
        self.show_patch(spot.patch if spot and spot.patch is not None else selected)

    def _on_grid_chosen(self, grid: tuple[int, int]) -> None:
        columns, rows = grid
        changes = {"poster.class_columns": columns, "poster.class_rows": rows}
        self._session.edit(changes, self.tr("Class grid"))

    def _on_draft_changed(self) -> None:
        session = self._session
        layout, dataset = session.layout, session.dataset
        current = (session.draft.values["poster.class_columns"], session.draft.values["poster.class_rows"])
        classes = len(dataset.class_names) or layout.classes
        grids = {(classes // rows, rows) for rows in range(1, classes + 1) if classes % rows == 0} | {current}
        self._grid.set_choices({grid: format_size(*grid) for grid in sorted(grids)}, {})
        self._grid.set_value(current)
        problems = session.draft.problems
        errors = [problems[path] for path in _GRID_PATHS if path in problems]
        self._grid_row.set_error(errors[0] if errors else "")
        size = format_bytes(layout.pixels * dataset.channels)
        pixels = format_count(layout.pixels)
        if session.draft.layout is None:
            self._facts.set_html(rich_text(self.tr("Last valid poster: <b>%s pixels</b>"), pixels))
        elif dataset.train_images:
            share = layout.pixels / (dataset.train_images * layout.patch[0] * layout.patch[1])
            images = format_count(dataset.train_images)
            text = self.tr("<b>%s pixels</b> for %s images<br>%s at 8 bits · %s of the data")
            self._facts.set_html(rich_text(text, pixels, images, size, format_percent(share)))
        else:
            self._facts.set_html(rich_text(self.tr("<b>%s pixels</b> · %s at 8 bits"), pixels, size))
        if self._patch is not None and self._patch >= layout.patches:
            self._patch = None
        self._show_label()

    def _show_label(self) -> None:
        session, config = self._session, self._session.config
        layout = session.layout
        fits = config is not None and session.class_order.shown.fits(config.layout.class_grid)
        if self._patch is None or config is None or not fits or self._patch >= config.layout.patches:
            self._label_title.setText(self.tr("SOFT LABEL"))
            self._bars.set_hint(self.tr("Point at a patch to see its soft label"))
            return
        column, row = divmod(self._patch, layout.patch_grid[1])
        numbers = self._patch + 1, column + 1, row + 1
        self._label_title.setText(self.tr("PATCH %d · column %d, row %d") % numbers)
        soft_label = initial_soft_label(
            config.labels, config.layout, session.class_order.shown.grid, self._patch
        )
        colors, names = class_colors(len(soft_label)), session.class_names
        self._bars.set_bars(
            [
                (display_class_name(names[index]), float(share), colors[index])
                for index, share in enumerate(soft_label)
            ]
        )
