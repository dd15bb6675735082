"""Preview of the exported files: poster, contact sheet and labels."""

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QAbstractItemModel, Qt, Signal
from PySide6.QtWidgets import (
    QAbstractItemView,
    QButtonGroup,
    QFrame,
    QHBoxLayout,
    QPushButton,
    QSizePolicy,
    QStackedWidget,
    QTableView,
    QVBoxLayout,
    QWidget,
)

from podd_app.canvas.poster_canvas import PosterCanvas
from podd_app.canvas.poster_geometry import PosterGeometry
from podd_app.pages.export.labels_model import LabelsModel
from podd_app.pages.export.picture_view import PictureView
from podd_app.style.formatting import format_size
from podd_app.widgets.flow_row import FlowRow
from podd_app.widgets.text import PlainLabel, button, label

if TYPE_CHECKING:
    from podd_app.workers.export import ExportablePoster


class ExportPreview(QWidget):
    """Preview with one page per kind of file; the toggles above select the page."""

    contact_sheet_requested = Signal()
    """Emitted when the contact sheet page is opened before the contact sheet is drawn."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._poster: ExportablePoster | None = None
        self.canvas = PosterCanvas()
        self.canvas.show_classes(False)
        self.contact_sheet = PictureView()
        self.contact_sheet.setAccessibleName(self.tr("Contact sheet"))
        self._drawing_label = label(self.tr("Drawing the contact sheet…"), "muted")
        self._drawing_label.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.table = self._make_table()
        self.pages = QStackedWidget()
        for page in (self.canvas, self.contact_sheet, self._drawing_label, self.table):
            self.pages.addWidget(page)
        # The preview takes the height that the window and the Python example leave.
        self.pages.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Ignored)
        self.pages.setMinimumHeight(self.canvas.minimumHeight())
        self._toggles = QButtonGroup(self)
        bar = QHBoxLayout()
        bar.setSpacing(6)
        pages = FlowRow()
        bar.addLayout(pages, 1)
        self.seen = self._toggle(
            pages, self.tr("As seen"), self.tr("Poster in natural colors (preprocessing undone)")
        )
        self.trained = self._toggle(pages, self.tr("As trained"), self.tr("Poster as networks see it"))
        self.patches = self._toggle(
            pages, self.tr("Contact sheet"), self.tr("All patches, enlarged, with their soft labels")
        )
        self.labels = self._toggle(
            pages, self.tr("Labels"), self.tr("Window (px) and soft label (0 to 1) of each patch")
        )
        self._details = PlainLabel()
        self._details.setProperty("role", "muted")
        bar.addWidget(self._details)
        self.fit = button(self.tr("Fit"), self.tr("Show the whole image (0)"), "toggle")
        self.fit.setCheckable(False)
        bar.addWidget(self.fit, 0, Qt.AlignmentFlag.AlignTop)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(10)
        column.addLayout(bar)
        column.addWidget(self.pages, 1)
        self.seen.setChecked(True)
        self._toggles.buttonClicked.connect(self._show_page)
        self.fit.clicked.connect(self._on_fit)

    def _toggle(self, bar: FlowRow, text: str, tooltip: str) -> QPushButton:
        toggle = button(text, tooltip, "toggle")
        self._toggles.addButton(toggle)
        bar.addWidget(toggle)
        return toggle

    def _make_table(self) -> QTableView:
        table = QTableView()
        table.setAccessibleName(self.tr("Labels"))
        table.setFrameShape(QFrame.Shape.NoFrame)
        table.verticalHeader().hide()
        table.setShowGrid(False)
        table.setAlternatingRowColors(True)
        table.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        table.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        table.horizontalHeader().setDefaultSectionSize(72)
        table.horizontalHeader().setHighlightSections(False)
        table.horizontalHeader().setDefaultAlignment(
            Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
        )
        return table

    def show_poster(self, poster: "ExportablePoster") -> None:
        """Show another poster on the selected page."""
        self._poster = poster
        bundle = poster.bundle
        grid = tuple(tuple(row) for row in bundle.config.order.grid)
        self.canvas.set_view(PosterGeometry(bundle.layout, grid, bundle.class_names))
        old: QAbstractItemModel | None = self.table.model()
        self.table.setModel(LabelsModel(bundle.layout.windows, poster.labels, bundle.class_names, self))
        if old is not None:
            old.deleteLater()
        self._show_page()

    def show_contact_sheet(self, contact_sheet: NDArray[np.uint8] | None) -> None:
        """Show the contact sheet; None means that it is not drawn yet."""
        self.contact_sheet.set_picture(contact_sheet)
        self._show_page()

    def _show_page(self) -> None:
        poster = self._poster
        if poster is None:
            return
        layout = poster.bundle.layout
        patches = self.tr("%n patch(es)", "", layout.patches)
        classes = self.tr("%n class(es)", "", layout.classes)
        details = f"{format_size(*layout.poster)} px"
        page: QWidget = self.canvas
        if self.patches.isChecked():
            drawn = self.contact_sheet.has_picture
            page = self.contact_sheet if drawn else self._drawing_label
            details = patches
            if not drawn:
                self.contact_sheet_requested.emit()
        elif self.labels.isChecked():
            page = self.table
            details = f"{patches} × {classes}"
        else:
            self.canvas.set_image(poster.seen if self.seen.isChecked() else poster.trained)
        self.fit.setVisible(page is not self.table)
        self._details.setText(details)
        self.pages.setCurrentWidget(page)

    def _on_fit(self) -> None:
        (self.contact_sheet if self.pages.currentWidget() is self.contact_sheet else self.canvas).fit()
