"""The panel of what was clicked: a patch, or the class whose region it lies in."""

from typing import Literal

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QButtonGroup, QHBoxLayout, QVBoxLayout, QWidget

from podd_app.canvas.poster_view import PosterView
from podd_app.inspector.class_page import ClassPage
from podd_app.inspector.patch_page import PatchPage
from podd_app.inspector.patch_picture import PatchPicture
from podd_app.inspector.subject import Subject
from podd_app.models.preferences import Memory
from podd_app.models.run_messages import LivePoster
from podd_app.models.session import Session
from podd_app.services.inspection_service import inspection_desk_of
from podd_app.services.snapshot_player import reel_of
from podd_app.widgets.text import button, label

Page = Literal["patch", "class"]


class Inspector(QWidget):
    """Follows the clicked spot; a switch turns from the patch to the class and back.

    Args:
        session: whose run it is.
    """

    marked = Signal(object, object)
    """The cell of the class grid to mark on the poster, or None; the `CellValues` to show, or None."""

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.desk = inspection_desk_of(session)
        self._memory = Memory()
        self._view: PosterView | None = None
        self._poster: LivePoster | None = None
        self._subject: Subject | None = None
        self._patch: int | None = None
        self._cell = 0
        self._seen = True
        self.page_of_patch = PatchPage(self.desk, reel_of(session))
        self.page_of_class = ClassPage(self.desk)
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
        for part in self.page_of_patch.sections:
            part.set_open(part.key in self._memory.open_sections)
            part.folded.connect(self._on_folded)
        self.desk.left.connect(lambda: self.show_poster(None, self._seen))
        self.page_of_class.values_changed.connect(self._on_values_changed)
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
        column.addWidget(self.page_of_patch)
        column.addWidget(self.page_of_class)

    @property
    def patch(self) -> int | None:
        """Index of the patch in question."""
        return self._patch

    @property
    def cell(self) -> int:
        """Cell of the class grid in question, row-major."""
        return self._cell

    @property
    def page(self) -> Page:
        """What is told about."""
        return "patch" if self.patch_button.isChecked() else "class"

    @property
    def label_in_words(self) -> str:
        """The soft label of the patch in question, as a sentence says it; empty without one."""
        return self._subject.label_in_words if self._subject is not None else ""

    @property
    def picture(self) -> PatchPicture:
        """The patch, enlarged."""
        return self.page_of_patch.picture

    def show_patch(self, view: PosterView | None, patch: int | None) -> None:
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

    def show_poster(self, poster: LivePoster | None, seen: bool) -> None:
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
        self.page_of_patch.setVisible(subject is not None and self.page == "patch")
        self.page_of_class.setVisible(subject is not None and self.page == "class")
        if subject is None:
            self.marked.emit(None, None)
        elif self.page == "patch":
            self.page_of_patch.show_subject(subject)
            self.marked.emit(None, None)
        else:
            self.page_of_class.show_subject(subject)

    def _on_values_changed(self, values: object) -> None:
        if self.page_of_class.isVisibleTo(self):
            self.marked.emit(self._cell, values)

    def _on_folded(self) -> None:
        self._memory.open_sections = tuple(part.key for part in self.page_of_patch.sections if part.is_open)
