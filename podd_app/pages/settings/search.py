"""Search for settings by words in their names, keys, sections and explanations. No widgets."""

import re

from podd_app.models.setting_fields import SettingField, section_title
from podd_app.qt.plain_text import Html, join_html, rich_text
from podd_app.style.theme import Colors

SearchTerms = tuple[str, ...]

_SENTENCE = re.compile(r"(?<=[.;:])\s+")


def search_terms(text: str) -> SearchTerms:
    """Split a search text into lower-case words."""
    return tuple(text.casefold().split())


def matches(terms: SearchTerms, field: SettingField) -> bool:
    """Return whether the texts of a setting contain all search terms.

    Args:
        terms: result of `search_terms`.
        field: the setting.
    """
    texts = (field.label, field.path, section_title(field.section), field.meaning, *field.effects)
    searched = " ".join(texts).casefold()
    return all(term in searched for term in terms)


def match_rank(terms: SearchTerms, field: SettingField) -> int:
    """Return how far the matches of all terms are from the start of the title. Lower is better.

    A match in the title ranks before a match in the section title, the description and the key. The start
    of a text ranks before the start of a word, and the start of a word before the rest.

    Args:
        terms: result of `search_terms`. The setting must match all of them (see `matches`).
        field: the setting.
    """
    texts = (
        field.label,
        section_title(field.section),
        " ".join((field.meaning, *field.effects)),
        field.path,
    )
    return sum(term_rank(term, texts) for term in terms)


def term_rank(term: str, texts: tuple[str, ...]) -> int:
    """Return the rank of the best match of a lower-case ``term`` in ``texts``, best text first."""
    for index, text in enumerate(map(str.casefold, texts)):
        if text.startswith(term):
            return 3 * index
        if re.search(rf"\b{re.escape(term)}", text):
            return 3 * index + 1
        if term in text:
            return 3 * index + 2
    return 3 * len(texts)


def match_excerpt(terms: SearchTerms, field: SettingField) -> str:
    """Return a text that contains the terms that the name and the section do not contain.

    Args:
        terms: result of `search_terms`.
        field: the setting.

    Returns:
        The key or the sentence of the explanation with the most of these terms. Empty if the name and
        the section contain all terms.
    """
    visible = f"{field.label} {section_title(field.section)}".casefold()
    hidden = [term for term in terms if term not in visible]
    if not hidden:
        return ""
    sentences = [field.path]
    for text in (field.meaning, *field.effects):
        sentences += _SENTENCE.split(text)
    best = max(sentences, key=lambda sentence: sum(term in sentence.casefold() for term in hidden))
    return best.rstrip(";:")


def highlight_terms(text: str, terms: SearchTerms, colors: Colors) -> Html:
    """Return ``text`` as rich text with highlighted search terms.

    Args:
        text: plain text.
        terms: result of `search_terms`.
        colors: colors of the theme.
    """
    if not terms:
        return rich_text("%s", text)
    pattern = re.compile("|".join(re.escape(term) for term in sorted(terms, key=len, reverse=True)), re.I)
    parts: list[str] = []
    end = 0
    for match in pattern.finditer(text):
        parts += [text[end : match.start()], _highlight(match[0], colors)]
        end = match.end()
    return join_html("", [*parts, text[end:]])


def _highlight(text: str, colors: Colors) -> Html:
    template = '<span style="background:%s; color:%s">%s</span>'
    return rich_text(template, colors.accent, colors.on_accent, text)
