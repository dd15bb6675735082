"""Bar above the cards with text filter, status filter, sort order and number of runs."""

from dataclasses import replace

from PySide6.QtCore import QCoreApplication, Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QWidget

from podd_app.pages.library.run_filter import SORT_ORDERS, STATUSES, RunFilter
from podd_app.qt.plain_text import set_tooltip
from podd_app.style.formatting import format_count
from podd_app.style.theme import GRID_PX
from podd_app.widgets.choice_field import ChoiceField
from podd_app.widgets.flow_row import FlowRow
from podd_app.widgets.text import button, label

_FILTER_PX = 280

translate = QCoreApplication.translate


class FilterBar(QWidget):
    """Controls of the run filter."""

    edited = Signal(object)
    """The new `RunFilter`."""
    refresh_pressed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._run_filter = RunFilter()
        self.filter = QLineEdit()
        self.filter.setPlaceholderText(self.tr("Filter by name, dataset, status or notes"))
        self.filter.setClearButtonEnabled(True)
        set_tooltip(self.filter, self.tr("Show only runs that contain all words (Ctrl+F)"))
        self.filter.setAccessibleName(self.tr("Filter"))
        self.filter.setFixedWidth(_FILTER_PX)
        self.status = ChoiceField({key: translate("FilterBar", title) for key, title in STATUSES.items()})
        set_tooltip(self.status, self.tr("Show only runs with this status"))
        self.status.setAccessibleName(self.tr("Status"))
        self.order = ChoiceField({key: translate("FilterBar", title) for key, title in SORT_ORDERS.items()})
        set_tooltip(self.order, self.tr("Sort order of the runs"))
        self.order.setAccessibleName(self.tr("Sort order"))
        self.summary = label("", "muted")
        self.refresh = button(self.tr("Refresh"), self.tr("Scan the folders again (F5)"), "quiet")
        row = QHBoxLayout(self)
        row.setSpacing(GRID_PX)
        row.setContentsMargins(0, 0, 2 * GRID_PX, 0)
        fields = FlowRow(gap_px=GRID_PX)
        for field in (self.filter, self.status, self.order):
            fields.addWidget(field)
        row.addLayout(fields, 1)
        end = QHBoxLayout()
        end.setSpacing(GRID_PX)
        end.addWidget(self.summary)
        end.addWidget(self.refresh)
        row.addLayout(end)
        row.setAlignment(end, Qt.AlignmentFlag.AlignTop)
        self.filter.textChanged.connect(lambda text: self._edit(replace(self._run_filter, text=text)))
        self.status.edited.connect(lambda status: self._edit(replace(self._run_filter, status=status)))
        self.order.edited.connect(lambda order: self._edit(replace(self._run_filter, order=order)))
        self.refresh.clicked.connect(self.refresh_pressed)
        self.status.set_value("")
        self.order.set_value("latest")

    def show_all(self) -> None:
        """Reset the text and status filters."""
        self.status.set_value("")
        self._run_filter = replace(self._run_filter, status="")
        self.filter.clear()
        self._edit(replace(self._run_filter, text=""))

    def show_summary(self, shown: int, known: int, selected: int, scanning: bool) -> None:
        """Show the number of runs.

        Args:
            shown: number of runs that match the filter.
            known: number of runs in all folders.
            selected: number of selected runs.
            scanning: whether the folders are being scanned.
        """
        if scanning and not known:
            self.summary.setText(self.tr("Loading…"))
            return
        if shown == known:
            runs = self.tr("%n run(s)", "", known)
        else:
            runs = self.tr("%s of %n run(s)", "", known) % format_count(shown)
        parts = [self.tr("%s selected") % format_count(selected)] if selected > 1 else []
        self.summary.setText(" · ".join([*parts, runs]))

    def _edit(self, run_filter: RunFilter) -> None:
        self._run_filter = run_filter
        self.edited.emit(run_filter)
