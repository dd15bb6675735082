"""Functions for literal texts, and a check that the program uses them."""

import ast
from pathlib import Path

import pytest
from literal_texts import NAMES, literal_text_problems
from PySide6.QtGui import Qt, QTextDocument
from PySide6.QtWidgets import QLabel, QMenu, QWidget
from pytestqt.qtbot import QtBot

import podd_app
from podd_app.qt.plain_text import (
    Html,
    action_text,
    join_html,
    plain_tooltip,
    rich_text,
    set_action_text,
    set_description,
    set_tooltip,
    single_line,
    tooltip_text,
)
from podd_app.widgets.text import ElidedLabel, RichText, button, label, section

SOURCES = sorted(Path(podd_app.__file__).parent.rglob("*.py"))
HELPERS = ("qt/plain_text.py", "widgets/text.py")
GUESSING_CALLS = {
    "setToolTip": "set_tooltip",
    "showText": "show_tooltip",
    "setTextFormat": "PlainLabel or RichText",
    "setWhatsThis": "set_tooltip",
    "setStatusTip": "set_tooltip",
    "QLabel": "label",
    "QPushButton": "button",
    "QGraphicsTextItem": "QGraphicsSimpleTextItem",
    "QStaticText": "QPainter.drawText",
}
"""Methods and classes of Qt that guess the format of a text, and what the program uses instead."""
ACTION_CALLS = ("addAction", "addMenu", "QAction", "setTitle")
TRANSLATIONS = ("tr", "translate")


def shown_text(html: str) -> str:
    document = QTextDocument()
    document.setHtml(html)
    return document.toPlainText().replace("\u200b", "")


@pytest.mark.parametrize("name", NAMES)
def test_tooltips_show_names_literally(qtbot: QtBot, name: str) -> None:
    widget = QWidget()
    qtbot.addWidget(widget)
    set_tooltip(widget, name)
    assert shown_text(widget.toolTip()) == name
    assert plain_tooltip(widget) == widget.accessibleDescription() == name
    assert not literal_text_problems(widget)


def test_long_tooltips_wrap_and_end(qtbot: QtBot) -> None:
    html = tooltip_text(100_000 * "x")
    assert len(html) < 3000
    tip = QLabel(html)  # as QToolTip shows the text
    tip.setWordWrap(Qt.mightBeRichText(html))
    qtbot.addWidget(tip)
    assert tip.sizeHint().width() < 700
    assert tooltip_text("") == ""


def test_a_tooltip_keeps_another_description(qtbot: QtBot) -> None:
    widget = QWidget()
    qtbot.addWidget(widget)
    set_tooltip(widget, "before")
    set_tooltip(widget, "after")
    assert widget.accessibleDescription() == "after"
    set_description(widget, "own")
    set_tooltip(widget, "last")
    assert widget.accessibleDescription() == "own"
    set_description(widget, "")
    assert widget.accessibleDescription() == "last"
    set_tooltip(widget, rich_text("<b>%s</b>", "a & b"))
    assert widget.accessibleDescription() == "a & b"


@pytest.mark.parametrize("name", NAMES)
def test_labels_and_buttons_show_names_literally(qtbot: QtBot, name: str) -> None:
    root = QWidget()
    qtbot.addWidget(root)
    for widget in (label(name), section(name), ElidedLabel(name), button(name, name)):
        widget.setParent(root)
    changed = button("", "")
    changed.setParent(root)
    changed.setText(name)
    menu = QMenu(root)
    set_action_text(menu.addAction(""), name)
    text = RichText()
    text.setParent(root)
    text.set_html(rich_text("<b>%s</b> · %d", name, 3))
    assert not literal_text_problems(root)
    assert shown_text(text.text()).replace("\n", " ") == " ".join(f"{name} · 3".split())


def test_actions_keep_their_text_on_one_line_of_limited_length() -> None:
    assert action_text("R&D\nQ&&A") == "R&&D Q&&&&A"
    assert action_text("a\tCtrl+Q") == "a Ctrl+Q"
    long = action_text("a" * 100 + "b" * 100)
    assert len(long) < 100
    assert long.startswith("aa")
    assert long.endswith("bb")
    assert single_line("a\r\nb\u2028c") == "a b c"


def test_rich_texts_escape_values_once() -> None:
    inner = rich_text("<b>%s</b>", "<i>")
    assert inner == "<b>&lt;i&gt;</b>"
    assert rich_text("%s and %s", inner, "&") == "<b>&lt;i&gt;</b> and &amp;"
    assert join_html("<br>", [inner, "<u>"]) == "<b>&lt;i&gt;</b><br>&lt;u&gt;"
    assert rich_text("100 %") == "100 %"
    assert isinstance(join_html("", []), Html)


def calls(tree: ast.AST) -> list[tuple[str, ast.Call]]:
    """Return the name of the called function or method, and the call."""
    found = []
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
            found.append((name, node))
    return found


def is_literal(text: ast.expr) -> bool:
    """Return whether an expression is a text of the program, a literal name or no text at all."""
    match text:
        case ast.Call(func=ast.Attribute(attr=name) | ast.Name(id=name)):
            return name in TRANSLATIONS
        case ast.IfExp(body=body, orelse=other):
            return is_literal(body) and is_literal(other)
        case ast.Name() | ast.Attribute() | ast.Constant(value=""):
            return True  # an object, a translated text in a variable, or a text that is set later
    return False


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: path.stem)
def test_only_the_helpers_set_texts_of_which_qt_guesses_the_format(path: Path) -> None:
    if path.as_posix().endswith(HELPERS):
        return
    tree = ast.parse(path.read_text(encoding="utf-8"))
    for name, call in calls(tree):
        # A message box has no class of its own, and guesses the format unless it is set.
        allowed = name == "setTextFormat" and ast.unparse(call.args[0]) == "Qt.TextFormat.PlainText"
        assert name not in GUESSING_CALLS or allowed, (
            f"line {call.lineno}: use {GUESSING_CALLS.get(name)} in place of {name}"
        )
        if name in ACTION_CALLS and call.args:
            assert is_literal(call.args[0]), f"line {call.lineno}: use set_action_text for a name in {name}"
    for node in ast.walk(tree):
        if isinstance(node, ast.ClassDef):
            bases = {base.id for base in node.bases if isinstance(base, ast.Name)}
            assert not bases & {"QLabel", "QPushButton"}, f"line {node.lineno}: use PlainLabel or PlainButton"
