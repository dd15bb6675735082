"""Finding settings by words: in their names, keys, sections and explanations. No widgets."""

import re
from html import escape

from podd_app.models.setting_fields import SettingField, section_title
from podd_app.style.theme import Colors

SearchTerms = tuple[str, ...]

_SENTENCE = re.compile(r"(?<=[.;:])\s+")


def search_terms(text: str) -> SearchTerms:
    """What a person looks for: every word for itself, in any order."""
    return tuple(text.casefold().split())


def matches(words: SearchTerms, facts: SettingField) -> bool:
    """Whether a setting has all ``words`` somewhere."""
    everything = " ".join(
        (facts.label, facts.path, section_title(facts.section), facts.meaning, *facts.effects)
    ).casefold()
    return all(word in everything for word in words)


def match_excerpt(words: SearchTerms, facts: SettingField) -> str:
    """Where words were found that neither the name nor the section shows; empty if they show all.

    The key where it has such a word, else the first sentence of the explanation that has it.
    """
    seen = f"{facts.label} {section_title(facts.section)}".casefold()
    hidden = [word for word in words if word not in seen]
    if not hidden:
        return ""
    sentences = [facts.path]
    for text in (facts.meaning, *facts.effects):
        sentences += _SENTENCE.split(text)
    found = max(sentences, key=lambda sentence: sum(word in sentence.casefold() for word in hidden))
    return found.rstrip(";:")


def marked(text: str, words: SearchTerms, colors: Colors) -> str:
    """``text`` as rich text with every occurrence of ``words`` marked; plain where there are none."""
    if not words:
        return text
    pattern = re.compile("|".join(re.escape(word) for word in sorted(words, key=len, reverse=True)), re.I)
    parts, end = [], 0
    for found in pattern.finditer(text):
        parts += [escape(text[end : found.start()]), _mark(found[0], colors)]
        end = found.end()
    return "".join([*parts, escape(text[end:])])


def _mark(text: str, colors: Colors) -> str:
    return f'<span style="background:{colors.accent}; color:{colors.on_accent}">{escape(text)}</span>'
