"""The panel of what was clicked: a patch, or the class whose region it lies in."""

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
    """Follows the clicked spot; a switch turns from the patch to the class and back.

    Args:
        desk: computes what is shown.
        reel: knows which posters of the run are kept.
    """

    highlight_changed = Signal(object, object)
    """The cell of the class grid to mark on the poster, or None; the `CellValues` to show, or None."""

    def __init__(
        self, desk: InspectionService, snapshot_player: SnapshotPlayer, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.desk = desk
        self._preferences = Preferences()
        self._view: PosterGeometry | None = None
        self._poster: RenderedPoster | None = None
        self._subject: Subject | None = None
        self._patch: int | None = None
        self._cell = 0
        self._seen = True
        self.patch_page = PatchPage(desk, snapshot_player)
        self.class_page = ClassPage(desk)
        self.patch_button = button(
            self.tr("Patch"), self.tr("Look closely at the patch that was clicked"), "toggle"
        )
        self.class_button = button(
            self.tr("Class"), self.tr("Look closely at the class whose region was clicked"), "toggle"
        )
        self._switch = QButtonGroup(self)
        self._hint = label(
            self.tr("Click a patch on the poster to see it enlarged, with what it teaches."),
            "muted",
            wraps=True,
        )
        self._lay_out()
        for part in self.patch_page.sections:
            part.set_expanded(part.key in self._preferences.open_sections)
            part.collapse_toggled.connect(self._on_collapse_toggled)
        self.desk.run_changed.connect(lambda: self.show_poster(None, self._seen))
        self.class_page.values_changed.connect(self._on_values_changed)
        self._switch.buttonClicked.connect(lambda _: self._refresh())
        self._refresh()

    def _lay_out(self) -> None:
        row = QHBoxLayout()
        row.setSpacing(6)
        for made in (self.patch_button, self.class_button):
            self._switch.addButton(made)
            row.addWidget(made)
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
        """Index of the patch in question."""
        return self._patch

    @property
    def cell(self) -> int:
        """Cell of the class grid in question, row-major."""
        return self._cell

    @property
    def page(self) -> InspectorPage:
        """What is told about."""
        return "patch" if self.patch_button.isChecked() else "class"

    @property
    def label_text(self) -> str:
        """The soft label of the patch in question, as a sentence says it; empty without one."""
        return self._subject.label_text if self._subject is not None else ""

    @property
    def picture(self) -> PatchPicture:
        """The patch, enlarged."""
        return self.patch_page.picture

    def show_patch(self, view: PosterGeometry | None, patch: int | None) -> None:
        """Turn to another patch, and to the class in its middle; or to none."""
        self._view, self._patch = view, patch
        if view is not None and patch is not None:
            middle = view.patch(patch).center()
            spot = view.spot(middle.x(), middle.y())
            self._cell = spot.cell if spot is not None else 0
        self._refresh()

    def show_cell(self, cell: int) -> None:
        """Turn to the class of another cell of the class grid."""
        if cell != self._cell:
            self._cell = cell
            self._refresh()

    def show_poster(self, poster: RenderedPoster | None, seen: bool) -> None:
        """Tell about another poster.

        Args:
            poster: the poster on screen.
            seen: whether pixels are shown as people see them, else as networks are trained on them.
        """
        self._poster, self._seen = poster, seen
        self._refresh()

    def _refresh(self) -> None:
        view, poster, patch = self._view, self._poster, self._patch
        subject = None
        if view is not None and poster is not None and patch is not None:
            subject = Subject(view, poster, patch, self._cell, self._seen)
        self._subject = subject
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
            part.key for part in self.patch_page.sections if part.is_expanded
        )
