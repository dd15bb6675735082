"""Regenerate the English plural forms of the GUI: ``translations/podd_en.ts`` and ``podd_en.qm``.

Run ``python resources/update_translations.py`` after a text with ``%n`` was added or changed.

The source text names both numbers, for example ``"%n run(s)"``. The English translation holds
"%Ln run" and "%Ln runs", where ``%Ln`` is the number with group separators. The forms follow from
rules, so the file needs no editing by hand.
"""

import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterable
from pathlib import Path
from typing import NamedTuple
from xml.etree import ElementTree
from xml.sax.saxutils import escape

from podd_app.models.setting_fields import FIELDS

ROOT = Path(__file__).resolve().parents[1]
TRANSLATIONS = ROOT / "resources" / "translations"

_MARKED_NOUN = re.compile(r"(\w+)\((?:s|es|ies)\)")
_MARKED_NOUN_AND_VERB = re.compile(r"(\w+\((?:s|es|ies)\)) (\w+)")
_SLASH_PAIR = re.compile(r"(?<![\w/])(\w+)/(\w+)(?![\w/])")
_WORDS_AFTER_NUMBER = re.compile(r"%n((?:\W+\w+){1,4})")
_PRONOUNS_AND_VERBS = {
    ("is", "are"),
    ("was", "were"),
    ("has", "have"),
    ("does", "do"),
    ("it", "them"),
    ("its", "their"),
    ("this", "these"),
    ("that", "those"),
}
_SINGULAR_VERBS = {
    "are": "is",
    "were": "was",
    "have": "has",
    "do": "does",
    "differ": "differs",
    "fit": "fits",
    "need": "needs",
    "start": "starts",
    "take": "takes",
    "use": "uses",
}
_NOT_PLURAL = {"as", "does", "has", "is", "its", "less", "ms", "s", "this", "was"}
_IRREGULAR = {"index": "indices", "person": "people"}


class Message(NamedTuple):
    """A text of the source code.

    Args:
        context: The translation context: the class of ``self.tr``, or the first argument of ``translate``.
        source: The text.
    """

    context: str
    source: str


def english_forms(source: str) -> tuple[str, str]:
    """Return the singular and the plural form of a text with ``%n``.

    The noun is marked with ``(s)`` or ``(es)``: "%n class(es)". Without marks, the first plural noun
    after ``%n`` is inflected: "%n classes". A common verb after the marked noun agrees with the noun:
    "%n run(s) were". Other verbs and pronouns are written as a pair: "remove it/them".
    """
    number = source.replace("%n", "%Ln")
    singular = _SLASH_PAIR.sub(lambda pair: _choose(pair, 1), number)
    singular = _MARKED_NOUN_AND_VERB.sub(
        lambda found: f"{found[1]} {_SINGULAR_VERBS.get(found[2], found[2])}", singular
    )
    singular = _MARKED_NOUN.sub(r"\1", singular)
    plural = _MARKED_NOUN.sub(
        lambda noun: plural_of(noun[1]), _SLASH_PAIR.sub(lambda pair: _choose(pair, 2), number)
    )
    if singular == plural:
        singular = _inflect_first_noun(source, singular)
    return singular, plural


def plural_of(noun: str) -> str:
    """Return the plural of an English noun."""
    if noun in _IRREGULAR:
        return _IRREGULAR[noun]
    if re.search(r"(s|x|z|ch|sh)$", noun):
        return f"{noun}es"
    if re.search(r"[^aeiou]y$", noun):
        return f"{noun[:-1]}ies"
    return f"{noun}s"


def singular_of(noun: str) -> str:
    """Return the singular of an English plural. Other words are returned unchanged."""
    for singular, plural in _IRREGULAR.items():
        if noun == plural:
            return singular
    if noun in _NOT_PLURAL or not re.search(r"[^su]s$", noun):
        return noun
    if noun.endswith("ies"):
        return f"{noun[:-3]}y"
    return noun[:-2] if re.search(r"(ss|sh|tch|nch|x)es$", noun) else noun[:-1]


def _choose(pair: re.Match[str], number: int) -> str:
    """Return one word of a pair such as was/were or differs/differ. Keep other uses of the slash."""
    singular, plural = pair[1], pair[2]
    known = (singular, plural) in _PRONOUNS_AND_VERBS or singular in (f"{plural}s", f"{plural}es")
    return pair[number] if known else pair[0]


def _inflect_first_noun(source: str, singular: str) -> str:
    """Put the first plural noun after the number into the singular."""
    after = _WORDS_AFTER_NUMBER.search(source)
    for word in re.findall(r"\w+", after[1]) if after else ():
        if singular_of(word) != word:
            return re.sub(rf"\b{word}\b", singular_of(word), singular, count=1)
    return singular


def read_messages(ts: Path) -> list[Message]:
    """Return the messages of a ``.ts`` file."""
    return [
        Message(context.findtext("name", ""), message.findtext("source", ""))
        for context in ElementTree.parse(ts).getroot().iter("context")
        for message in context.iter("message")
    ]


def extract_messages(sources: Path) -> tuple[list[Message], str]:
    """Run pyside6-lupdate on the GUI and on the texts of the engine that the GUI shows.

    Args:
        sources: A folder of Python files.

    Returns:
        All messages of the source code, and what pyside6-lupdate printed. The output is empty if there
        were no warnings.
    """
    with tempfile.TemporaryDirectory() as folder:
        ts, marked = Path(folder) / "all.ts", Path(folder) / "engine_texts.py"
        lines = [f"QT_TRANSLATE_NOOP({each.context!r}, {each.source!r})\n" for each in engine_messages()]
        marked.write_text("".join(lines), encoding="utf-8")
        printed = _run_tool(
            "lupdate", "-silent", "-extensions", "py", str(sources), str(marked), "-ts", str(ts)
        )
        return read_messages(ts), printed


def engine_messages() -> list[Message]:
    """Return the descriptions and effects of all settings.

    `podd_engine` defines these texts without Qt, so they cannot be marked where they are defined.
    """
    texts = [text for field in FIELDS.values() for text in (field.description, *field.changes)]
    return [Message("Fields", text) for text in dict.fromkeys(texts) if text]


def plural_messages(messages: Iterable[Message]) -> list[Message]:
    """Return the texts with ``%n``, sorted.

    The option ``-pluralonly`` of pyside6-lupdate is no substitute: pyside6-lupdate does not recognize
    the count of ``QCoreApplication.translate(context, text, "", count)`` if ``count`` is a variable.
    """
    return sorted({message for message in messages if "%n" in message.source})


def write_ts(path: Path, messages: Iterable[Message]) -> None:
    """Write the English plural forms of ``messages`` as a ``.ts`` file."""
    lines = [
        '<?xml version="1.0" encoding="utf-8"?>',
        "<!DOCTYPE TS>",
        '<TS version="2.1" language="en_US" sourcelanguage="en_US">',
    ]
    by_context: dict[str, list[str]] = {}
    for message in messages:
        by_context.setdefault(message.context, []).append(message.source)
    for context, sources in by_context.items():
        lines += ["<context>", f"    <name>{escape(context)}</name>"]
        for source in sources:
            lines += ['    <message numerus="yes">', f"        <source>{escape(source)}</source>"]
            lines += ["        <translation>"]
            for form in english_forms(source):
                lines += [f"            <numerusform>{escape(form)}</numerusform>"]
            lines += ["        </translation>", "    </message>"]
        lines += ["</context>"]
    path.write_text("\n".join([*lines, "</TS>", ""]), encoding="utf-8")


def compile_ts(ts: Path, qm: Path) -> None:
    """Run pyside6-lrelease."""
    _run_tool("lrelease", "-silent", str(ts), "-qm", str(qm))


def main() -> None:
    """Regenerate both files and print the plural forms."""
    messages, warnings = extract_messages(ROOT / "podd_app")
    if warnings:
        sys.exit(warnings)
    TRANSLATIONS.mkdir(exist_ok=True)
    ts = TRANSLATIONS / "podd_en.ts"
    plurals = plural_messages(messages)
    write_ts(ts, plurals)
    compile_ts(ts, ts.with_suffix(".qm"))
    for message in plurals:
        print(f"{message.context}: {' | '.join(english_forms(message.source))}")


def _run_tool(name: str, *arguments: str) -> str:
    """Run a Qt tool of the PySide6 installation and return what the tool printed."""
    folder = Path(sys.executable).parent
    program = shutil.which(f"pyside6-{name}", path=folder) or shutil.which(f"pyside6-{name}")
    if program is None:
        raise FileNotFoundError(f"pyside6-{name}: not found; install PySide6-Essentials")
    done = subprocess.run([program, *arguments], capture_output=True, encoding="utf-8", check=False)
    if done.returncode:
        raise RuntimeError(f"pyside6-{name} failed: {done.stdout}{done.stderr}")
    return done.stdout + done.stderr


if __name__ == "__main__":
    main()
