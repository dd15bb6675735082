"""The row over the cards: which runs are wanted, in which order, and how many there are."""

from dataclasses import replace

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QWidget

from podd_app.pages.library.run_filter import SORT_ORDERS, STATUSES, RunFilter
from podd_app.style.formatting import format_count
from podd_app.style.theme import GRID_PX
from podd_app.widgets.choice_field import ChoiceField
from podd_app.widgets.text import button, label

_FILTER_PX = 280


class FilterBar(QWidget):
    """Words, status and order."""

    edited = Signal(object)
    """The `RunFilter` wanted."""
    refresh_pressed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._run_filter = RunFilter()
        self.filter = QLineEdit()
        self.filter.setPlaceholderText(self.tr("Filter by name, dataset, status or notes"))
        self.filter.setClearButtonEnabled(True)
        self.filter.setToolTip(self.tr("Show only runs with all of these words (Ctrl+F)"))
        self.filter.setAccessibleName(self.tr("Filter"))
        self.filter.setMaximumWidth(_FILTER_PX)
        self.status = ChoiceField({key: self.tr(title) for key, title in STATUSES.items()})
        self.status.setToolTip(self.tr("Show only runs that ended like this"))
        self.status.setAccessibleName(self.tr("Status"))
        self.order = ChoiceField({key: self.tr(title) for key, title in SORT_ORDERS.items()})
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
        self.filter.textChanged.connect(lambda text: self._edit(replace(self._run_filter, text=text)))
        self.status.edited.connect(lambda status: self._edit(replace(self._run_filter, status=status)))
        self.order.edited.connect(lambda order: self._edit(replace(self._run_filter, order=order)))
        self.refresh.clicked.connect(self.refresh_pressed)
        self.status.set_value("")
        self.order.set_value("latest")

    def show_all(self) -> None:
        """Leave no run out."""
        self.status.set_value("")
        self._run_filter = replace(self._run_filter, status="")
        self.filter.clear()
        self._edit(replace(self._run_filter, text=""))

    def show_summary(self, shown: int, known: int, chosen: int, scanning: bool) -> None:
        """Say how many runs there are.

        Args:
            shown: with a card. known: in all folders. chosen: of those shown.
            looking: whether the folders are being looked through.
        """
        runs = self.tr("1 run") if known == 1 else self.tr("%s runs") % format_count(known)
        text = runs if shown == known else self.tr("%s of %s") % (format_count(shown), runs)
        if chosen > 1:
            text = self.tr("%s chosen · %s") % (format_count(chosen), text)
        self.summary.setText(self.tr("Looking…") if scanning and not known else text)

    def _edit(self, run_filter: RunFilter) -> None:
        self._run_filter = run_filter
        self.edited.emit(run_filter)
