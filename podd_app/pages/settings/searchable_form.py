"""The form with a search over it and an explanation under it."""

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent, QKeySequence, QShortcut
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QStackedWidget, QVBoxLayout, QWidget

from podd_app.models.session import Session
from podd_app.models.setting_fields import FIELDS
from podd_app.pages.settings.explanation import Explanation
from podd_app.pages.settings.form import ConfigForm
from podd_app.pages.settings.search import search_terms
from podd_app.style.theme import GRID_PX
from podd_app.widgets.empty_state import EmptyState
from podd_app.widgets.focus_scroll_area import FocusScrollArea
from podd_app.widgets.text import button, label

_NARROW_SEARCH_PX, _SEARCH_PX = 220, 320


class SearchableForm(QWidget):
    """All settings, or those that are looked for.

    Args:
        session: what is edited.
    """

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self.form = ConfigForm(session)
        self.search = QLineEdit()
        self.search.setPlaceholderText(self.tr("Search by name, key or what it does"))
        self.search.setClearButtonEnabled(True)
        self.search.setToolTip(self.tr("Show only settings with these words (Ctrl+F; Escape shows all)"))
        self.search.setAccessibleName(self.tr("Search settings"))
        self.search.setMinimumWidth(_NARROW_SEARCH_PX)
        self.search.setMaximumWidth(_SEARCH_PX)
        self.only_differing = button(
            self.tr("Only what differs"),
            self.tr("Show only settings that are not as the preset, or the file, has them"),
            "toggle",
        )
        self.count = label("", "muted")
        self.no_matches = EmptyState(
            "settings",
            self.tr("No setting matches"),
            self.tr("Try fewer or other words: a name, a key such as outer.steps, or what it should change."),
            self.tr("Show all settings"),
        )
        self.no_differences = EmptyState(
            "settings",
            self.tr("Nothing differs"),
            self.tr("Every setting is as it was when these settings were opened."),
            self.tr("Show all settings"),
        )
        self._area = FocusScrollArea()
        self._area.setWidget(self.form)
        self.pages = QStackedWidget()
        for page in (self._area, self.no_matches, self.no_differences):
            self.pages.addWidget(page)
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
        """Look for nothing any more."""
        self.only_differing.setChecked(False)
        self.search.clear()
        self.search.setFocus()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Escape shows all settings again."""
        if event.key() == Qt.Key.Key_Escape and (self.search.text() or self.only_differing.isChecked()):
            self.show_all()
        else:
            super().keyPressEvent(event)

    def _on_find(self) -> None:
        self.search.setFocus()
        self.search.selectAll()

    def _refresh(self) -> None:
        words, only = search_terms(self.search.text()), self.only_differing.isChecked()
        among = self._session.differences if only else FIELDS.keys()
        shown = self.form.apply_search(words, among)
        limited = bool(words) or only
        self.count.setText(self.tr("%d of %d settings") % (shown, len(FIELDS)) if limited else "")
        nothing = self.no_matches if words else self.no_differences
        self.pages.setCurrentWidget(self._area if shown else nothing)
