"""Words of a shell command that was pasted from a README, a PDF, a chat or a terminal."""

import re
import shlex
from pathlib import PurePosixPath

from podd_engine.errors import ConfigError

_PROGRAM_FILE, _PROGRAM_MODULE = "main.py", "main"

_INVISIBLE = re.compile("[\u00ad\u200b\u200c\u200d\u2060\ufeff]")
_SPACES = re.compile("[\u00a0\u2000-\u200a\u202f\u205f\u3000]")
_LINE_ENDS = re.compile("\r\n?|[\u0085\u2028\u2029]")
_DOUBLE_QUOTES = re.compile("[“”„‟«»＂]")
_SINGLE_QUOTES = re.compile("[‘’‚‛´]")
_DASH = "[-‐‑‒–—―−﹘﹣－]"
_FLAG_START = re.compile(rf"(?<!\S){_DASH}+(?=(?P<name>[A-Za-z][\w-]*))")
_DASHES = re.compile(_DASH)

_CODE_FENCE = re.compile(r"^\s*```.*$", re.MULTILINE)
_CONTINUATION = re.compile(r"\s[\\^`][ \t]*(?:\n|$)|[\\^`][ \t]*\n|\s[\\^`][ \t]+(?=-)")
_PROMPT = re.compile(r"^\s*(?:\([^)]*\)\s*)?(?:[>$%❯➜]+|\.\.\.)[ \t]+", re.MULTILINE)
_MARKDOWN_ESCAPE = re.compile(r"\\(?=[_=*-])")
_WINDOWS_SEPARATOR = re.compile(r"\\(?=[\w.])")
_WRAPPED_LINE = re.compile(r"\n[ \t]*(?=-)")
_QUOTED = r"\"[^\"\n]*\"|'[^'\n]*'"
_REDIRECTION = re.compile(rf"(?P<quoted>{_QUOTED})|(?<=\s)(?:\d|&)?(?:>>?|<)\s*(?:&\d|{_QUOTED}|[^\s;|&]+)")
_SEPARATOR = re.compile(rf"(?P<quoted>{_QUOTED})|&&|\|\|?|;|(?<=\s)&(?=\s|$)|\n")
_BOUNDARY = "\0"


def program_arguments(text: str) -> list[str]:
    """Return the words after ``main.py`` in a pasted command.

    The text may contain prompts, variables and launchers before the program, comments, redirections, other
    commands, line continuations of any shell, and typographic dashes, quotes and spaces.

    Args:
        text: the command, or its flags alone.

    Raises:
        ConfigError: the text has no command, has several, or has an open quote.
    """
    commands = [words for part in _split_commands(_plain_text(text)) if (words := _words(part))]
    if not commands:
        raise ConfigError("the command line is empty; paste a line that starts with 'python main.py'")
    starts = [(words, start) for words in commands if (start := _program_end(words))]
    if len(starts) > 1:
        raise ConfigError(f"the text contains {len(starts)} commands with main.py; paste one of them")
    if starts:
        words, start = starts[0]
        return words[start:]
    flags = [words for words in commands if words[0].startswith("-")]
    return flags[0] if flags else commands[0]


def _plain_text(text: str) -> str:
    """Return ``text`` with typographic characters as typed on a keyboard."""
    text = _SPACES.sub(" ", _INVISIBLE.sub("", _LINE_ENDS.sub("\n", text)))
    text = _SINGLE_QUOTES.sub("'", _DOUBLE_QUOTES.sub('"', text))
    return _DASHES.sub("-", _FLAG_START.sub(_typed_dashes, text))


def _typed_dashes(start: re.Match[str]) -> str:
    """Return the dashes of a flag. Word processors replace two dashes by one long dash."""
    return start[0] if start[0].isascii() else "-" if len(start["name"]) == 1 else "--"


def _split_commands(text: str) -> list[str]:
    """Return the commands of ``text``, without prompts, continuations and redirections."""
    text = _CODE_FENCE.sub("", text).strip().strip("`")
    text = _CONTINUATION.sub(" ", _PROMPT.sub("", text))
    text = _WINDOWS_SEPARATOR.sub("/", _MARKDOWN_ESCAPE.sub("", text))
    text = _WRAPPED_LINE.sub(" ", text)
    text = _REDIRECTION.sub(lambda found: found["quoted"] or " ", text)
    return _SEPARATOR.sub(lambda found: found["quoted"] or _BOUNDARY, text).split(_BOUNDARY)


def _words(command: str) -> list[str]:
    """Return the words of one command without its comment.

    Raises:
        ConfigError: a quote is not closed.
    """
    command = command.strip()
    if command.startswith("#") and _PROGRAM_FILE in command:
        command = command.lstrip("# ")  # the prompt of an administrator, or a command in a comment
    try:
        words = shlex.split(re.sub(r"(?<!\S)#.*", "", command))
    except ValueError as error:
        raise ConfigError(f"the command line cannot be parsed ({error}); check the quotes") from None
    return [word for word in words if word.strip()]


def _program_end(words: list[str]) -> int:
    """Return the position after the program ``main.py`` or ``-m main``, or 0 if there is no program."""
    for position, word in enumerate(words):
        if PurePosixPath(word).name == _PROGRAM_FILE:
            return position + 1
        if word == "-m" and "".join(words[position + 1 : position + 2]).split(".")[-1] == _PROGRAM_MODULE:
            return position + 2
    return 0
