"""The words that stand for a class when its name is compared with others."""

import json
import re
from collections.abc import Sequence
from functools import cache

from podd_engine.io.resources import resource_path


def normalize_name(name: str) -> str:
    """``name`` without case, underscores, spaces, punctuation and a leading number as in ``012.Blue_Jay``."""
    bare = re.sub(r"^\d+\.", "", name).casefold()
    return "".join(letter for letter in bare if letter.isalnum()) or name


@cache
def class_words_by_dataset() -> dict[str, dict[str, str]]:
    """By dataset: class name, in the order of class indices, to the words used for it."""
    text = resource_path("class_names.json").read_text(encoding="utf-8")
    tables: dict[str, dict[str, str]] = json.loads(text)
    return {
        dataset: {name: words.replace("_", " ") for name, words in table.items()}
        for dataset, table in tables.items()
    }


def class_words(dataset: str, class_names: Sequence[str]) -> tuple[str, ...]:
    """The words for each class: those of the named dataset, else the class name, underscores as spaces.

    Classes of a named dataset are recognized by name, or by position where no name is known, as
    with WordNet identifiers.
    """
    table = class_words_by_dataset().get(dataset, {})
    by_name = {normalize_name(spelling): words for name, words in table.items() for spelling in (words, name)}
    found = [by_name.get(normalize_name(name)) for name in class_names]
    if len(table) == len(class_names) and not any(found):
        return tuple(table.values())
    return tuple(words or name.replace("_", " ") for words, name in zip(found, class_names, strict=True))
