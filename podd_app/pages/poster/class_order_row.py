"""Controls for the source of the class order."""

from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from podd_app.models.class_order import source_hints, source_titles
from podd_app.models.session import Session
from podd_app.pages.poster.source_choice import ask_for_distance_file, choose_source
from podd_app.widgets.choice_field import ChoiceField
from podd_app.widgets.setting_row import SettingRow
from podd_app.widgets.text import button, label


class ClassOrderRow(QWidget):
    """Source and refinement of the class order, its state, and a button that undoes manual swaps.

    Args:
        session: the session whose class order is edited.
    """

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self.source = SettingRow(
            session,
            "order.source",
            control=ChoiceField(source_titles(), source_hints()),
            control_width_px=168,
        )
        self.refine = SettingRow(session, "order.refine", control_width_px=20)
        self._state = label("", "small", wraps=True)
        self._retry = button(self.tr("Try again"), self.tr("Recalculate the distances"), "quiet")
        self._retry.clicked.connect(session.class_order.retry)
        self._reset = button(self.tr("Undo swaps"), self.tr("Restore the computed order"), "quiet")
        self._reset.clicked.connect(lambda: session.edit({"order.grid": ()}, self.tr("Undo swaps")))
        self.compare = button(
            self.tr("Compare class orders…"),
            self.tr("Show the distances between classes and the cost of the order of each source"),
            "quiet",
        )
        below = QHBoxLayout()
        below.addWidget(self._state, 1)
        below.addWidget(self._retry)
        below.addWidget(self._reset)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        column.addWidget(self.source)
        column.addWidget(self.refine)
        column.addLayout(below)
        column.addWidget(self.compare)
        self.source.control.edited.disconnect()  # type: ignore[attr-defined]
        self.source.control.edited.connect(self._on_source_chosen)  # type: ignore[attr-defined]
        session.class_order.changed.connect(self._on_order_changed)
        self._on_order_changed()

    def _on_source_chosen(self, source: str) -> None:
        file = ask_for_distance_file(self) if source == "file" else ""
        choose_source(self._session, source, file or None)

    def _on_order_changed(self) -> None:
        order = self._session.class_order.shown
        self._state.setProperty("role", "trouble" if order.failure else "small")
        self._state.style().unpolish(self._state)
        self._state.style().polish(self._state)
        if order.failure:
            self._state.setText(order.failure)
        elif order.pending:
            self._state.setText(self.tr("Computing class distances…"))
        elif order.by_hand:
            self._state.setText(self.tr("Edited manually"))
        else:
            self._state.setText(order.note)
        self._state.setVisible(bool(self._state.text()))
        self._retry.setVisible(bool(order.failure))
        self._reset.setVisible(order.by_hand and not order.failure)
