"""Help topics, read from the Markdown files in resources/help. Uses no widgets."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import NamedTuple

from podd_engine.io.resources import resource_path

SHORTCUTS = "shortcuts"
"""Name of the topic that is generated from the actions of the window."""

FILES = ("start", "data", "poster", "run", "library", "export", "settings")
"""Names of the files in display order. The topic of a page has the key of the page."""

_KEYS = "\n## Keys\n"
_KEY = re.compile(r"^- \*\*(.+?)\*\* (.+)$", re.MULTILINE)


class Shortcut(NamedTuple):
    """Keyboard shortcut.

    Args:
        keys: One or more keys, separated by commas.
        description: What the keys do.
    """

    keys: str
    description: str


@dataclass(frozen=True)
class HelpTopic:
    """One page of the help.

    Args:
        name: Name of the topic in links.
        markdown: Text in Markdown. The first line is the title.
    """

    name: str
    markdown: str

    @property
    def title(self) -> str:
        """The first heading."""
        return self.markdown.partition("\n")[0].removeprefix("# ")

    @property
    def keys(self) -> tuple[Shortcut, ...]:
        """The shortcuts in the section "Keys", which work on this page only."""
        return tuple(Shortcut(*found) for found in _KEY.findall(self.markdown.partition(_KEYS)[2]))

    def contains_words(self, words: tuple[str, ...]) -> bool:
        """Return whether the text contains all ``words``.

        Args:
            words: Words in lower case.
        """
        text = self.markdown.casefold()
        return all(word in text for word in words)


def read_topics() -> Iterator[HelpTopic]:
    """Yield the topics from the files."""
    for name in FILES:
        yield HelpTopic(name, resource_path(f"help/{name}.md").read_text(encoding="utf-8"))
