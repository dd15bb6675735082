"""Inspector panel: details of the selected patch or of its class."""

from typing import Literal

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QButtonGroup, QHBoxLayout, QVBoxLayout, QWidget

from podd_app.canvas.poster_geometry import PosterGeometry
from podd_app.inspector.class_page import ClassPage
from podd_app.inspector.patch_page import PatchPage
from podd_app.inspector.patch_picture import PatchPicture
from podd_app.inspector.subject import Subject
from podd_app.models.preferences import Preferences
from podd_app.models.run_messages import RenderedPoster
from podd_app.services.inspection_service import InspectionService
from podd_app.services.snapshot_player import SnapshotPlayer
from podd_app.widgets.text import button, label

InspectorPage = Literal["patch", "class"]


class Inspector(QWidget):
    """Shows details of the clicked spot. Two buttons switch between the patch and the class.

    Args:
        service: computes the details.
        snapshot_player: the player with the saved posters of the run.
    """

    highlight_changed = Signal(object, object)
    """Emitted with the cell to outline on the poster or None, and the `CellValues` to show or None."""

    def __init__(
        self, service: InspectionService, snapshot_player: SnapshotPlayer, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.service = service
        self._preferences = Preferences()
        self._view: PosterGeometry | None = None
        self._poster: RenderedPoster | None = None
        self._subject: Subject | None = None
        self._patch: int | None = None
        self._cell = 0
        self._seen = True
        self.patch_page = PatchPage(service, snapshot_player)
        self.class_page = ClassPage(service)
        self.patch_button = button(self.tr("Patch"), self.tr("Show details of the selected patch"), "toggle")
        self.class_button = button(
            self.tr("Class"), self.tr("Show details of the class at the clicked position"), "toggle"
        )
        self._switch = QButtonGroup(self)
        self._hint = label("", "muted", wraps=True)
        self._lay_out()
        for section in self.patch_page.sections:
            section.set_expanded(section.key in self._preferences.open_sections)
            section.collapse_toggled.connect(self._on_collapse_toggled)
        self.service.run_changed.connect(lambda: self.show_poster(None, self._seen))
        self.class_page.values_changed.connect(self._on_values_changed)
        self._switch.buttonClicked.connect(lambda _: self._refresh())
        self._refresh()

    def _lay_out(self) -> None:
        row = QHBoxLayout()
        row.setSpacing(6)
        for page_button in (self.patch_button, self.class_button):
            self._switch.addButton(page_button)
            row.addWidget(page_button)
        row.addStretch(1)
        self.patch_button.setChecked(True)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(10)
        column.addLayout(row)
        column.addWidget(self._hint)
        column.addWidget(self.patch_page)
        column.addWidget(self.class_page)

    @property
    def patch(self) -> int | None:
        """Index of the selected patch, or None."""
        return self._patch

    @property
    def cell(self) -> int:
        """Index of the selected class grid cell, row-major."""
        return self._cell

    @property
    def page(self) -> InspectorPage:
        """The selected page."""
        return "patch" if self.patch_button.isChecked() else "class"

    @property
    def label_text(self) -> str:
        """Text of the soft label of the selected patch. Empty without a selection."""
        return self._subject.label_text if self._subject is not None else ""

    @property
    def picture(self) -> PatchPicture:
        """The enlarged patch."""
        return self.patch_page.picture

    def show_patch(self, view: PosterGeometry | None, patch: int | None) -> None:
        """Select a patch and the class at its center, or nothing if None."""
        self._view, self._patch = view, patch
        if view is not None and patch is not None:
            center = view.patch(patch).center()
            spot = view.spot(center.x(), center.y())
            self._cell = spot.cell if spot is not None else 0
        self._refresh()

    def show_cell(self, cell: int) -> None:
        """Select the class of a class grid cell."""
        if cell != self._cell:
            self._cell = cell
            self._refresh()

    def show_poster(self, poster: RenderedPoster | None, seen: bool) -> None:
        """Show details of a poster.

        Args:
            poster: the poster on screen, or None.
            seen: whether to show pixels with the preprocessing removed.
        """
        self._poster, self._seen = poster, seen
        self._refresh()

    def _refresh(self) -> None:
        view, poster, patch = self._view, self._poster, self._patch
        subject = None
        if view is not None and poster is not None and patch is not None:
            subject = Subject(view, poster, patch, self._cell, self._seen)
        self._subject = subject
        self._hint.setText(
            self.tr("Click a patch to see it enlarged, with its soft label and predictions.")
            if self.page == "patch"
            else self.tr("Click a class to see its accuracy and what it is confused with.")
        )
        self._hint.setVisible(subject is None)
        self.patch_page.setVisible(subject is not None and self.page == "patch")
        self.class_page.setVisible(subject is not None and self.page == "class")
        if subject is None:
            self.highlight_changed.emit(None, None)
        elif self.page == "patch":
            self.patch_page.show_subject(subject)
            self.highlight_changed.emit(None, None)
        else:
            self.class_page.show_subject(subject)

    def _on_values_changed(self, values: object) -> None:
        if self.class_page.isVisibleTo(self):
            self.highlight_changed.emit(self._cell, values)

    def _on_collapse_toggled(self) -> None:
        self._preferences.open_sections = tuple(
            section.key for section in self.patch_page.sections if section.is_expanded
        )
