"""Help window: topic pages, links, keyboard shortcuts and search."""

import re

import pytest
from PySide6.QtCore import QEvent, Qt, QUrl
from PySide6.QtGui import QKeyEvent, QKeySequence, QShortcut
from PySide6.QtWidgets import QApplication, QFileDialog, QLineEdit, QWidget
from pytestqt.qtbot import QtBot

from podd_app.window.help_topics import SHORTCUTS, HelpTopic, read_documents, read_topics
from podd_app.window.help_window import HelpWindow
from podd_app.window.main_window import MainWindow
from podd_app.window.shortcut_sheet import window_shortcuts
from podd_app.window.standard_pages import standard_pages

TOPICS = {topic.name: topic for topic in read_topics()}
PAGE_KEYS = [entry.key for entry in standard_pages()]
NEED_CONTENT = {("data", "Del"), ("library", "Return")}
"""Shortcuts that need an added folder or a run, which these tests do not have."""


@pytest.fixture
def help_window(qtbot: QtBot, window: MainWindow) -> HelpWindow:
    window.show_help("poster")
    assert window._help is not None
    return window._help


@pytest.mark.parametrize("key", PAGE_KEYS)
def test_every_page_has_a_topic_with_tasks_and_shortcuts(key: str) -> None:
    entry = next(entry for entry in standard_pages() if entry.key == key)
    assert TOPICS[key].title == entry.title
    headings = re.findall(r"^## (.+)$", TOPICS[key].markdown, re.MULTILINE)
    assert len(headings) > 1
    assert headings[-1] == "Keyboard shortcuts"
    assert TOPICS[key].keys


@pytest.mark.parametrize("document", list(read_documents()), ids=lambda document: document.name)
def test_documents_are_shown_with_their_tables_and_images(window: MainWindow, document: HelpTopic) -> None:
    window.show_help(document.name)
    help_window = window.findChild(HelpWindow)
    assert help_window.topic == document
    text = help_window.page.toPlainText()
    for heading in re.findall(r"^#+ (.+)$", document.markdown, re.MULTILINE):
        assert heading.replace("`", "") in text
    for header in re.findall(r"^\| (\w[^|]*) \|.*\n\|-", document.markdown, re.MULTILINE):
        assert header in text
    assert text.count("\N{OBJECT REPLACEMENT CHARACTER}") == document.markdown.count("![")


@pytest.mark.parametrize("topic", TOPICS.values(), ids=lambda topic: topic.name)
def test_every_link_has_a_topic(topic: HelpTopic) -> None:
    assert set(re.findall(r"\]\(([^)]*)\)", topic.markdown)) <= {*TOPICS, SHORTCUTS}


@pytest.mark.parametrize("key", PAGE_KEYS)
def test_listed_shortcuts_match_the_shortcuts_of_the_page(
    window: MainWindow, key: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(QFileDialog, "getExistingDirectory", lambda *_: "")
    window.show_page(key)
    page = window.page_widget(key)
    parts = [page] if page.panel is None else [page, page.panel]
    shortcuts = {shortcut.key().toString() for part in parts for shortcut in part.findChildren(QShortcut)}
    widgets = [widget for part in parts for widget in part.findChildren(QWidget)]
    listed = {name for entry in TOPICS[key].keys for name in entry.keys.split(", ")}
    assert shortcuts <= listed
    for name in listed - shortcuts:
        if (key, name) not in NEED_CONTENT:
            assert any(_handles_key(widget, name) for widget in widgets), name


def _handles_key(widget: QWidget, key: str) -> bool:
    """Return whether a focused widget accepts the key event."""
    if widget.focusPolicy() == Qt.FocusPolicy.NoFocus or (isinstance(widget, QLineEdit) and len(key) == 1):
        return False
    pressed = QKeySequence(key)[0]
    event = QKeyEvent(QEvent.Type.KeyPress, pressed.key(), pressed.keyboardModifiers())
    QApplication.sendEvent(widget, event)
    return event.isAccepted()


def test_shortcut_sheet_lists_the_current_window_shortcuts(window: MainWindow) -> None:
    native = QKeySequence.SequenceFormat.NativeText
    listed = {name: key.description for key in window_shortcuts(window) for name in key.keys.split(", ")}
    actual = [sequence for action in window.actions() for sequence in action.shortcuts()]
    assert {sequence.toString(native) for sequence in actual} <= listed.keys()
    assert len(actual) == len({sequence.toString() for sequence in actual}), "ambiguous shortcuts"
    assert listed["F10"] == "Menu"
    window.session.edit({"outer.steps": 7}, "Outer steps")
    window.actions_.undo.setShortcut("Ctrl+Backspace")
    changed = {key.keys: key.description for key in window_shortcuts(window)}
    assert changed["Ctrl+Backspace"] == "Undo"
    assert "Ctrl+Z" not in changed


def test_f1_shows_the_topic_of_the_current_page(qtbot: QtBot, window: MainWindow) -> None:
    window.show_page("library")
    qtbot.keyClick(window, Qt.Key.Key_F1)
    help_window = window._help
    assert help_window is not None
    assert help_window.isVisible()
    assert help_window.topic.name == "library"
    assert "trash" in help_window.page.toPlainText()
    assert not help_window.isModal()
    window.show_page("settings")
    qtbot.keyClick(window, Qt.Key.Key_F1)
    assert help_window.topic.name == "settings"


def test_links_and_topic_list_change_the_topic(help_window: HelpWindow) -> None:
    help_window.page.anchorClicked.emit(QUrl("run"))
    assert help_window.topic.name == "run"
    help_window.topics.setCurrentRow(0)
    assert help_window.topic.name == "start"
    assert "one poster" in help_window.page.toPlainText()


def test_shortcut_sheet_contains_the_shortcuts_of_all_pages(window: MainWindow) -> None:
    window.show_help(SHORTCUTS)
    assert window._help is not None
    text = window._help.page.toPlainText()
    assert "Ctrl+Return" in text
    for topic in TOPICS.values():
        assert all(key.description in text for key in topic.keys)


def test_search_filters_topics_and_highlights_words(qtbot: QtBot, help_window: HelpWindow) -> None:
    qtbot.keyClicks(help_window.search, "trash system")
    shown = [
        help_window.topics.item(row).text()
        for row in range(help_window.topics.count())
        if not help_window.topics.item(row).isHidden()
    ]
    assert shown == ["Library"]
    assert help_window.topic.name == "library"
    assert {mark.cursor.selectedText().casefold() for mark in help_window.page.extraSelections()} == {
        "trash",
        "system",
    }
    help_window.search.setText("frobnicate")
    assert help_window._no_results.isVisible()
    help_window.search.clear()
    assert not help_window._no_results.isVisible()
    assert help_window.page.extraSelections() == []
