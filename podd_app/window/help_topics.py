"""What the help says: a Markdown file of resources/help for each topic, with its keys. No widgets."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import NamedTuple

from podd_engine.io.resources import resource_path

SHORTCUTS = "shortcuts"
"""The topic that is made from the program's actions instead of a file."""

FILES = ("start", "data", "poster", "run", "library", "export", "settings")
"""Topics in the order in which they are listed; a place's topic is called as the place."""

_KEYS = "\n## Keys\n"
_KEY = re.compile(r"^- \*\*(.+?)\*\* (.+)$", re.MULTILINE)


class Shortcut(NamedTuple):
    """A key, or a few with commas between, and what it does."""

    keys: str
    description: str


@dataclass(frozen=True)
class HelpTopic:
    """A page of the help.

    Args:
        name: what links call it.
        markdown: its text, which begins with its title.
    """

    name: str
    markdown: str

    @property
    def title(self) -> str:
        """Its first heading."""
        return self.markdown.partition("\n")[0].removeprefix("# ")

    @property
    def keys(self) -> tuple[Shortcut, ...]:
        """The keys of its last section; those that only this place has."""
        return tuple(Shortcut(*found) for found in _KEY.findall(self.markdown.partition(_KEYS)[2]))

    def contains_words(self, words: tuple[str, ...]) -> bool:
        """Whether all ``words``, in lower case, are somewhere on it."""
        text = self.markdown.casefold()
        return all(word in text for word in words)


def read_topics() -> Iterator[HelpTopic]:
    """The topics that lie in files."""
    for name in FILES:
        yield HelpTopic(name, resource_path(f"help/{name}.md").read_text(encoding="utf-8"))
