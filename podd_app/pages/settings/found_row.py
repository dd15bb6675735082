"""The row of a setting that can be searched for."""

from typing import Any

from PySide6.QtCore import QEvent

from podd_app.models.session import Session
from podd_app.models.setting_fields import FIELDS
from podd_app.pages.settings.search import SearchTerms, marked, match_excerpt
from podd_app.style.theme import colors_of
from podd_app.widgets.setting_row import SettingRow
from podd_app.widgets.text import label


class SearchableSettingRow(SettingRow):
    """A `SettingRow` that marks what matched; below it, what matched elsewhere than in its name.

    Args:
        session, path, options: as `SettingRow` has them.
    """

    def __init__(self, session: Session, path: str, **options: Any) -> None:
        self._words: SearchTerms = ()
        super().__init__(session, path, **options)
        self.found = label("", "small", wraps=True)
        self.found.hide()
        self.grid.addWidget(self.found, 2, 0, 1, 3)

    def apply_search(self, words: SearchTerms) -> None:
        """Mark ``words`` wherever this setting has them; none: nothing is marked."""
        if words == self._words:
            return
        self._words = words
        self._mark_words()

    def changeEvent(self, event: QEvent) -> None:
        """Follow the scheme."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange and hasattr(self, "found"):
            self._mark_words()

    def _mark_words(self) -> None:
        facts, colors = FIELDS[self.path], colors_of(self)
        other = match_excerpt(self._words, facts)
        self.title.setText(marked(facts.label, self._words, colors))
        self.found.setText(marked(other, self._words, colors))
        self.found.setVisible(bool(other))
