"""The row over the cards: which runs are wanted, in which order, and how many there are."""

from dataclasses import replace

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QWidget

from podd_app.pages.library.run_filter import ORDERS, STATUSES, Selection
from podd_app.style.formatting import count
from podd_app.style.theme import GRID_PX
from podd_app.widgets.choice_field import ChoiceField
from podd_app.widgets.text import button, label

_FILTER_PX = 280


class SelectionBar(QWidget):
    """Words, status and order."""

    edited = Signal(object)
    """The `Selection` wanted."""
    refresh_pressed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._selection = Selection()
        self.filter = QLineEdit()
        self.filter.setPlaceholderText(self.tr("Filter by name, dataset, status or notes"))
        self.filter.setClearButtonEnabled(True)
        self.filter.setToolTip(self.tr("Show only runs with all of these words (Ctrl+F)"))
        self.filter.setAccessibleName(self.tr("Filter"))
        self.filter.setMaximumWidth(_FILTER_PX)
        self.status = ChoiceField({key: self.tr(title) for key, title in STATUSES.items()})
        self.status.setToolTip(self.tr("Show only runs that ended like this"))
        self.status.setAccessibleName(self.tr("Status"))
        self.order = ChoiceField({key: self.tr(title) for key, title in ORDERS.items()})
        self.order.setToolTip(self.tr("Order of the cards"))
        self.order.setAccessibleName(self.tr("Order"))
        self.summary = label("", "muted")
        self.refresh = button(self.tr("Refresh"), self.tr("Look through the folders again (F5)"), "quiet")
        row = QHBoxLayout(self)
        row.setSpacing(GRID_PX)
        row.setContentsMargins(0, 0, 2 * GRID_PX, 0)
        row.addWidget(self.filter, 2)
        row.addWidget(self.status)
        row.addWidget(self.order)
        row.addStretch(1)
        row.addWidget(self.summary)
        row.addWidget(self.refresh)
        self.filter.textChanged.connect(lambda text: self._edit(replace(self._selection, text=text)))
        self.status.edited.connect(lambda status: self._edit(replace(self._selection, status=status)))
        self.order.edited.connect(lambda order: self._edit(replace(self._selection, order=order)))
        self.refresh.clicked.connect(self.refresh_pressed)
        self.status.set_value("")
        self.order.set_value("latest")

    def show_all(self) -> None:
        """Leave no run out."""
        self.status.set_value("")
        self._selection = replace(self._selection, status="")
        self.filter.clear()
        self._edit(replace(self._selection, text=""))

    def show_summary(self, shown: int, known: int, chosen: int, looking: bool) -> None:
        """Say how many runs there are.

        Args:
            shown: with a card. known: in all folders. chosen: of those shown.
            looking: whether the folders are being looked through.
        """
        runs = self.tr("1 run") if known == 1 else self.tr("%s runs") % count(known)
        text = runs if shown == known else self.tr("%s of %s") % (count(shown), runs)
        if chosen > 1:
            text = self.tr("%s chosen · %s") % (count(chosen), text)
        self.summary.setText(self.tr("Looking…") if looking and not known else text)

    def _edit(self, selection: Selection) -> None:
        self._selection = selection
        self.edited.emit(selection)
