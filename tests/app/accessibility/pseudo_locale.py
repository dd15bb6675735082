"""Pseudo-localization: texts become longer, accented and bracketed, so untranslated texts stand out."""

import math
import re

from PySide6.QtCore import QTranslator

GROWTH = 0.4
"""Relative growth of a text, as for a translation from English into German or Finnish."""

_PLACEHOLDERS = re.compile(r"%n|%\d*\.?\d*[sdfgi]|%%|<[^>]*>|&\w+;")
_PLAIN = "abcdefghijklmnopqrstuvwxyz"
_ACCENTED = "áƀčďéƒğħíĵķľɱňóþɋřšťúṽŵẋýž"
_LETTERS = str.maketrans(_PLAIN + _PLAIN.upper(), _ACCENTED + _ACCENTED.upper())


def pseudo(text: str) -> str:
    """Return the pseudo-localized text. Placeholders, tags and entities stay unchanged."""
    visible = _PLACEHOLDERS.sub("", text)
    if not visible.strip():
        return text
    parts, at = [], 0
    for placeholder in _PLACEHOLDERS.finditer(text):
        parts += [text[at : placeholder.start()].translate(_LETTERS), placeholder.group()]
        at = placeholder.end()
    parts.append(text[at:].translate(_LETTERS))
    padding = math.ceil(GROWTH * len(visible))
    filler = ("óñéšůþ " * padding)[:padding].strip()
    return f"[{''.join(parts)}{' ' if padding > 6 else ''}{filler}]"


class PseudoTranslator(QTranslator):
    """Translator that pseudo-localizes all texts."""

    def isEmpty(self) -> bool:
        """Return False, so that Qt uses the translator."""
        return False

    def translate(self, context: str, text: str, disambiguation: str | None = None, n: int = -1) -> str:
        """Return the pseudo-localized text, also for texts of Qt."""
        return pseudo(text)
