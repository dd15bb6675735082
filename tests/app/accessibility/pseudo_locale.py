"""A language nobody speaks: every sentence longer, accented and in brackets, so that strays show."""

import math
import re

from PySide6.QtCore import QTranslator

GROWTH = 0.4
"""By how much a sentence gets longer, as English does in German or Finnish."""

_KEPT = re.compile(r"%n|%\d*\.?\d*[sdfgi]|%%|<[^>]*>|&\w+;")
_PLAIN = "abcdefghijklmnopqrstuvwxyz"
_ACCENTED = "áƀčďéƒğħíĵķľɱňóþɋřšťúṽŵẋýž"
_LETTERS = str.maketrans(_PLAIN + _PLAIN.upper(), _ACCENTED + _ACCENTED.upper())


def pseudo(text: str) -> str:
    """``text`` in that language; placeholders, tags and entities stay."""
    shown = _KEPT.sub("", text)
    if not shown.strip():
        return text
    parts, at = [], 0
    for kept in _KEPT.finditer(text):
        parts += [text[at : kept.start()].translate(_LETTERS), kept.group()]
        at = kept.end()
    parts.append(text[at:].translate(_LETTERS))
    padding = math.ceil(GROWTH * len(shown))
    filler = ("óñéšůþ " * padding)[:padding].strip()
    return f"[{''.join(parts)}{' ' if padding > 6 else ''}{filler}]"


class PseudoTranslator(QTranslator):
    """Translates whatever it is asked for."""

    def isEmpty(self) -> bool:
        """Never."""
        return False

    def translate(self, context: str, text: str, disambiguation: str | None = None, n: int = -1) -> str:
        """The sentence in the language nobody speaks; Qt's own words too."""
        return pseudo(text)
