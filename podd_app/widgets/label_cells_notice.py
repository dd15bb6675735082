"""Size of the learned label array, with a warning about classes that have no label cell."""

from PySide6.QtWidgets import QVBoxLayout, QWidget

from podd_app.models.session import Session
from podd_app.style.formatting import display_class_name, format_count, format_size
from podd_app.widgets.text import button, label

_NAMED = 8
"""Maximum number of classes listed by name. Further classes are counted."""


class LabelCellsNotice(QWidget):
    """Notice about the learned label array. Hidden if the labels are fixed.

    Args:
        session: The session with the draft and the class order.
        parent: The parent. Without a parent, showing the notice would open a window.
    """

    def __init__(self, session: Session, parent: QWidget) -> None:
        super().__init__(parent)
        self._session = session
        self._cells = label("", "small", wraps=True)
        self._warning = label("", "trouble", wraps=True)
        self.cover = button(
            self.tr("Give every class a cell"),
            self.tr("Enlarge the label array to one cell per class, even beyond the label budget"),
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
        """The warning about classes without a label cell. Empty if every class has a cell."""
        return self._warning.text()

    def _on_cover(self) -> None:
        self._session.edit({"labels.cover_all": True}, self.tr("Label cells for all classes"))

    def _refresh(self) -> None:
        session = self._session
        array = session.config.label_array if session.config else None
        fits = array is not None and session.class_order.shown.fits(array.layout.class_grid)
        self.setVisible(fits)
        if array is None or not fits:
            return
        text = self.tr("%s label cells. Each patch reads %s of them.")
        self._cells.setText(text % (format_size(array.columns, array.rows), format_size(*array.window)))
        cells = [index for row in session.class_order.shown.grid for index in row]
        without = [display_class_name(session.class_names[cells[cell]]) for cell in array.uncovered]
        self._warning.setText(self._sentence(without, array.layout.classes) if without else "")
        self._warning.setVisible(bool(without))
        self.cover.setVisible(bool(without))

    def _sentence(self, without: list[str], classes: int) -> str:
        names = ", ".join(without[:_NAMED])
        if len(without) > _NAMED:
            names = self.tr("%s and %n more", "", len(without) - _NAMED) % names
        text = self.tr("%n of %s classes starts/start without a label: %s.", "", len(without))
        return text % (format_count(classes), names)
