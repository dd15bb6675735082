"""Help topics, documents, and the shortcuts that the topics list. Uses no widgets."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import NamedTuple

from podd_engine.io.resources import resource_path

SHORTCUTS = "shortcuts"
"""Name of the topic that is generated from the actions of the program instead of a file."""

FILES = ("start", "data", "poster", "run", "library", "export", "settings")
"""Names of the topics with a file, in display order. The topic of a page has the key of that page."""

DOCUMENTS = ("architecture", "formats", "benchmarks", "contributing", "changelog")
"""Names of the documents in ``resources/docs`` in display order."""

_SHORTCUTS_HEADING = "\n## Keyboard shortcuts\n"
_SHORTCUT = re.compile(r"^- \*\*(.+?)\*\*: (.+)$", re.MULTILINE)


class Shortcut(NamedTuple):
    """Shortcuts of one function.

    Args:
        keys: one or more key sequences, separated by commas.
        description: the function.
    """

    keys: str
    description: str


@dataclass(frozen=True)
class HelpTopic:
    """Page of the help.

    Args:
        name: name of the topic in links.
        markdown: text of the page. The first line is the title.
    """

    name: str
    markdown: str

    @property
    def title(self) -> str:
        """Title of the page."""
        return self.markdown.partition("\n")[0].removeprefix("# ")

    @property
    def keys(self) -> tuple[Shortcut, ...]:
        """Shortcuts that work only on this page, from the last section of the text."""
        return tuple(
            Shortcut(*found) for found in _SHORTCUT.findall(self.markdown.partition(_SHORTCUTS_HEADING)[2])
        )

    def contains_words(self, words: tuple[str, ...]) -> bool:
        """Return whether the text contains all ``words``, which must be in lower case."""
        text = self.markdown.casefold()
        return all(word in text for word in words)


def read_topics() -> Iterator[HelpTopic]:
    """Yield the topics of all files in display order."""
    for name in FILES:
        yield HelpTopic(name, resource_path(f"help/{name}.md").read_text(encoding="utf-8"))


def read_documents() -> Iterator[HelpTopic]:
    """Yield the documents about the program and its files in display order."""
    for name in DOCUMENTS:
        yield HelpTopic(name, resource_path(f"docs/{name}.md").read_text(encoding="utf-8"))
