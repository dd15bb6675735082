"""How many cells the learned label array has, which classes are without one, and the way out."""

from PySide6.QtWidgets import QVBoxLayout, QWidget

from podd_app.models.session import Session
from podd_app.style.formatting import display_class_name, format_count
from podd_app.widgets.text import button, label

_NAMED = 8
"""Classes that are named before the rest is only counted."""


class LabelCellsNotice(QWidget):
    """Hidden where labels are fixed.

    Args:
        session: whose labels they are.
    """

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self._cells = label("", "small", wraps=True)
        self._warning = label("", "trouble", wraps=True)
        self.cover = button(
            self.tr("Give every class a cell"),
            self.tr("Grow the label array to at least one cell for each class, even over the label budget"),
            "quiet",
        )
        self.cover.clicked.connect(self._on_cover)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(2)
        for widget in (self._cells, self._warning, self.cover):
            column.addWidget(widget)
        for signal in (session.draft_changed, session.class_order.changed, session.dataset_changed):
            signal.connect(self._refresh)
        self._refresh()

    @property
    def warning(self) -> str:
        """Which classes start without a label, one sentence; empty if all have one."""
        return self._warning.text()

    def _on_cover(self) -> None:
        self._session.edit({"labels.cover_all": True}, self.tr("A cell for every class"))

    def _refresh(self) -> None:
        session = self._session
        array = session.config.label_array if session.config else None
        fits = array is not None and session.class_order.shown.fits(array.layout.class_grid)
        self.setVisible(fits)
        if array is None or not fits:
            return
        words = self.tr("%d × %d label cells; a patch reads %d × %d of them")
        self._cells.setText(words % (array.columns, array.rows, *array.window))
        cells = [index for row in session.class_order.shown.grid for index in row]
        without = [display_class_name(session.class_names[cells[cell]]) for cell in array.uncovered]
        self._warning.setText(self._sentence(without, array.layout.classes) if without else "")
        self._warning.setVisible(bool(without))
        self.cover.setVisible(bool(without))

    def _sentence(self, without: list[str], classes: int) -> str:
        named = ", ".join(without[:_NAMED])
        if len(without) > _NAMED:
            named = self.tr("%s and %s more") % (named, format_count(len(without) - _NAMED))
        if len(without) == 1:
            return self.tr("1 of %s classes starts without a label: %s.") % (format_count(classes), named)
        words = self.tr("%s of %s classes start without a label: %s.")
        return words % (format_count(len(without)), format_count(classes), named)
