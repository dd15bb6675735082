"""Words that describe each class in text embeddings, and normalization of class names."""

import json
import re
from collections.abc import Sequence
from functools import cache

from podd_engine.io.resources import resource_path


def normalize_name(name: str) -> str:
    """Normalize a class name for comparison.

    The result has no uppercase letters, spaces, underscores or punctuation, and no leading number as
    in ``012.Blue_Jay``.
    """
    bare = re.sub(r"^\d+\.", "", name).casefold()
    return "".join(letter for letter in bare if letter.isalnum()) or name


@cache
def class_words_by_dataset() -> dict[str, dict[str, str]]:
    """Return, for each dataset, the words by class name in the order of the class indices."""
    text = resource_path("class_names.json").read_text(encoding="utf-8")
    tables: dict[str, dict[str, str]] = json.loads(text)
    return {
        dataset: {name: words.replace("_", " ") for name, words in table.items()}
        for dataset, table in tables.items()
    }


def class_words(dataset: str, class_names: Sequence[str]) -> tuple[str, ...]:
    """Return the words for each class.

    The function looks up each class name among the classes of the dataset. If no name is known, as
    with WordNet IDs, it uses the class index instead. Classes without an entry keep their name, with
    spaces in place of underscores.

    Args:
        dataset: name of the dataset in configs.
        class_names: names by class index.
    """
    table = class_words_by_dataset().get(dataset, {})
    by_name = {normalize_name(spelling): words for name, words in table.items() for spelling in (words, name)}
    found = [by_name.get(normalize_name(name)) for name in class_names]
    if len(table) == len(class_names) and not any(found):
        return tuple(table.values())
    return tuple(words or name.replace("_", " ") for words, name in zip(found, class_names, strict=True))
