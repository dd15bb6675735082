"""Form row that highlights search matches."""

from typing import Any

from PySide6.QtWidgets import QLabel

from podd_app.models.session import Session
from podd_app.models.setting_fields import FIELDS, section_title
from podd_app.pages.settings.search import SearchTerms, highlight_terms, match_excerpt
from podd_app.qt.plain_text import rich_text
from podd_app.style.theme import colors_of
from podd_app.widgets.setting_row import SettingRow
from podd_app.widgets.text import RichText


class SearchableSettingRow(SettingRow):
    """`SettingRow` that highlights search terms. As a search result, it names its section.

    Args:
        session: the session whose settings are edited.
        path: dotted key of the setting.
        options: further arguments of `SettingRow`.
    """

    def __init__(self, session: Session, path: str, **options: Any) -> None:
        self._terms: SearchTerms = ()
        self.title = RichText(None)
        self.found = RichText("small")
        for text in (self.title, self.found):
            text.setWordWrap(True)
        self.found.hide()
        super().__init__(session, path, **options)
        self.add_notice(self.found)

    def _create_title(self, title: str) -> QLabel:
        self.title.set_html(rich_text("%s", title))
        return self.title

    def apply_search(self, terms: SearchTerms) -> None:
        """Highlight the search terms in the name, and show the section with an excerpt of other matches."""
        if terms == self._terms:
            return
        self._terms = terms
        self._highlight_terms()

    def _apply_palette(self) -> None:
        super()._apply_palette()
        self._highlight_terms()

    def _highlight_terms(self) -> None:
        field, colors = FIELDS[self.path], colors_of(self)
        parts = filter(None, (section_title(field.section), match_excerpt(self._terms, field)))
        self.title.set_html(highlight_terms(field.label, self._terms, colors))
        self.found.set_html(highlight_terms(" · ".join(parts), self._terms, colors))
        self.found.setVisible(bool(self._terms))
