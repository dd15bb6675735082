"""Settings form with a search field above and an explanation below."""

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent, QKeySequence, QShortcut
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QStackedWidget, QVBoxLayout, QWidget

from podd_app.models.session import Session
from podd_app.models.setting_fields import FIELDS
from podd_app.pages.settings.explanation import Explanation
from podd_app.pages.settings.form import ConfigForm
from podd_app.pages.settings.search import search_terms
from podd_app.qt.plain_text import set_tooltip
from podd_app.style.theme import GRID_PX
from podd_app.widgets.empty_state import EmptyState
from podd_app.widgets.focus_scroll_area import FocusScrollArea
from podd_app.widgets.text import button, label

_MIN_SEARCH_PX, _MAX_SEARCH_PX = 220, 320
_MIN_FORM_PX = 160
"""With a large font, the explanation of a setting needs more height than the form, which scrolls."""


class SearchableForm(QWidget):
    """Form with all settings, or with the settings that match the search.

    Args:
        session: the session whose settings are edited.
    """

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self.form = ConfigForm(session)
        self.search = QLineEdit()
        self.search.setPlaceholderText(self.tr("Search by name, key or description"))
        self.search.setClearButtonEnabled(True)
        set_tooltip(
            self.search, self.tr("Show only settings with these words (Ctrl+F). Escape shows all settings.")
        )
        self.search.setAccessibleName(self.tr("Search settings"))
        self.search.setMinimumWidth(_MIN_SEARCH_PX)
        self.search.setMaximumWidth(_MAX_SEARCH_PX)
        self.only_differing = button(
            self.tr("Modified only"),
            self.tr("Show only settings that differ from the preset or the file"),
            "toggle",
        )
        self.count = label("", "muted")
        self.no_matches = EmptyState(
            "settings",
            self.tr("No matching settings"),
            self.tr("Try fewer or different words, such as a name, a key (outer.steps) or an effect."),
            self.tr("Show all settings"),
        )
        self.no_differences = EmptyState(
            "settings",
            self.tr("No modified settings"),
            self.tr("All settings have the values of the preset or the file."),
            self.tr("Show all settings"),
        )
        self._area = FocusScrollArea()
        self._area.setWidget(self.form)
        self.pages = QStackedWidget()
        for page in (self._area, self.no_matches, self.no_differences):
            self.pages.addWidget(page)
        self.pages.setMinimumHeight(_MIN_FORM_PX)
        self.explanation = Explanation()
        self._lay_out()
        self.search.textChanged.connect(self._refresh)
        self.only_differing.toggled.connect(self._refresh)
        session.draft_changed.connect(self._refresh)
        self.form.current_setting_changed.connect(self.explanation.show_setting)
        for page in (self.no_matches, self.no_differences):
            page.action_triggered.connect(self.show_all)
        QShortcut(QKeySequence.StandardKey.Find, self).activated.connect(self._on_find)
        self._refresh()

    def _lay_out(self) -> None:
        bar = QHBoxLayout()
        bar.setContentsMargins(2 * GRID_PX, 2 * GRID_PX, 2 * GRID_PX, 0)
        bar.setSpacing(GRID_PX)
        bar.addWidget(self.search, 1)
        bar.addWidget(self.only_differing)
        bar.addStretch(1)
        bar.addWidget(self.count)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addLayout(bar)
        column.addWidget(self.pages, 1)
        column.addWidget(self.explanation)

    def show_all(self) -> None:
        """Clear the search and the filter."""
        self.only_differing.setChecked(False)
        self.search.clear()
        self.search.setFocus()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Show all settings on Escape."""
        if event.key() == Qt.Key.Key_Escape and (self.search.text() or self.only_differing.isChecked()):
            self.show_all()
        else:
            super().keyPressEvent(event)

    def _on_find(self) -> None:
        self.search.setFocus()
        self.search.selectAll()

    def _refresh(self) -> None:
        terms, modified_only = search_terms(self.search.text()), self.only_differing.isChecked()
        among = self._session.differences if modified_only else FIELDS.keys()
        shown = self.form.apply_search(terms, among)
        filtered = bool(terms) or modified_only
        self.count.setText(self.tr("%d of %d settings") % (shown, len(FIELDS)) if filtered else "")
        empty_page = self.no_matches if terms else self.no_differences
        self.pages.setCurrentWidget(self._area if shown else empty_page)
