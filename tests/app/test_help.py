"""The help: a page for every place, links that lead somewhere, keys that do something, a search."""

import re

import pytest
from PySide6.QtCore import QEvent, Qt, QUrl
from PySide6.QtGui import QKeyEvent, QKeySequence, QShortcut
from PySide6.QtWidgets import QApplication, QFileDialog, QLineEdit, QWidget
from pytestqt.qtbot import QtBot

from podd_app.window.help_topics import SHORTCUTS, HelpTopic, read_topics
from podd_app.window.help_window import HelpWindow
from podd_app.window.main_window import MainWindow
from podd_app.window.shortcut_sheet import window_shortcuts
from podd_app.window.standard_pages import standard_pages

TOPICS = {topic.name: topic for topic in read_topics()}
PAGE_KEYS = [entry.key for entry in standard_pages()]
NEED_SOMETHING = {("data", "Del"), ("library", "Return")}
"""Keys that act on an added folder, or a run, of which there is none here."""


@pytest.fixture
def helping(qtbot: QtBot, window: MainWindow) -> HelpWindow:
    window.show_help("poster")
    assert window._help is not None
    return window._help


@pytest.mark.parametrize("key", PAGE_KEYS)
def test_every_place_has_a_page_that_says_what_one_does_there(key: str) -> None:
    entry = next(entry for entry in standard_pages() if entry.key == key)
    assert TOPICS[key].title == entry.title
    assert "## What one does here" in TOPICS[key].markdown
    assert TOPICS[key].keys


@pytest.mark.parametrize("topic", TOPICS.values(), ids=lambda topic: topic.name)
def test_every_link_leads_to_a_page(topic: HelpTopic) -> None:
    assert set(re.findall(r"\]\(([^)]*)\)", topic.markdown)) <= {*TOPICS, SHORTCUTS}


@pytest.mark.parametrize("key", PAGE_KEYS)
def test_the_keys_of_a_page_are_those_of_its_place(
    window: MainWindow, key: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(QFileDialog, "getExistingDirectory", lambda *_: "")
    window.show_page(key)
    place = window.page_widget(key)
    parts = [place] if place.panel is None else [place, place.panel]
    shortcuts = {made.key().toString() for part in parts for made in part.findChildren(QShortcut)}
    widgets = [widget for part in parts for widget in part.findChildren(QWidget)]
    named = {one for keys in TOPICS[key].keys for one in keys.keys.split(", ")}
    assert shortcuts <= named
    for one in named - shortcuts:
        if (key, one) not in NEED_SOMETHING:
            assert any(_takes(widget, one) for widget in widgets), one


def _takes(widget: QWidget, key: str) -> bool:
    """Whether a widget does something with a key when it has the focus."""
    if widget.focusPolicy() == Qt.FocusPolicy.NoFocus or (isinstance(widget, QLineEdit) and len(key) == 1):
        return False
    pressed = QKeySequence(key)[0]
    event = QKeyEvent(QEvent.Type.KeyPress, pressed.key(), pressed.keyboardModifiers())
    QApplication.sendEvent(widget, event)
    return event.isAccepted()


def test_the_sheet_lists_every_shortcut_of_the_window_as_it_is(window: MainWindow) -> None:
    written = QKeySequence.SequenceFormat.NativeText
    listed = {one: key.description for key in window_shortcuts(window) for one in key.keys.split(", ")}
    real = [each for action in window.actions() for each in action.shortcuts()]
    assert {each.toString(written) for each in real} <= listed.keys()
    assert len(real) == len({each.toString() for each in real})  # none means two things
    assert listed["F10"] == "Menu"
    window.session.edit({"outer.steps": 7}, "Outer steps")
    window.actions_.undo.setShortcut("Ctrl+Backspace")
    changed = {key.keys: key.description for key in window_shortcuts(window)}
    assert changed["Ctrl+Backspace"] == "Undo"
    assert "Ctrl+Z" not in changed


def test_f1_shows_the_page_of_the_place_and_the_window_stays_usable(qtbot: QtBot, window: MainWindow) -> None:
    window.show_page("library")
    qtbot.keyClick(window, Qt.Key.Key_F1)
    helping = window._help
    assert helping is not None
    assert helping.isVisible()
    assert helping.topic.name == "library"
    assert "trash" in helping.page.toPlainText()
    assert not helping.isModal()
    window.show_page("settings")
    qtbot.keyClick(window, Qt.Key.Key_F1)
    assert helping.topic.name == "settings"


def test_links_and_topics_turn_the_page(helping: HelpWindow) -> None:
    helping.page.anchorClicked.emit(QUrl("run"))
    assert helping.topic.name == "run"
    helping.topics.setCurrentRow(0)
    assert helping.topic.name == "start"
    assert "one poster" in helping.page.toPlainText()


def test_the_sheet_is_a_page_with_the_keys_of_all_places(window: MainWindow) -> None:
    window.show_help(SHORTCUTS)
    assert window._help is not None
    text = window._help.page.toPlainText()
    assert "Ctrl+Return" in text
    for topic in TOPICS.values():
        assert all(key.description in text for key in topic.keys)


def test_a_search_leaves_the_pages_that_have_the_words_and_marks_them(
    qtbot: QtBot, helping: HelpWindow
) -> None:
    qtbot.keyClicks(helping.search, "trash system")
    shown = [
        helping.topics.item(row).text()
        for row in range(helping.topics.count())
        if not helping.topics.item(row).isHidden()
    ]
    assert shown == ["Library"]
    assert helping.topic.name == "library"
    assert {mark.cursor.selectedText().casefold() for mark in helping.page.extraSelections()} == {
        "trash",
        "system",
    }
    helping.search.setText("frobnicate")
    assert helping._no_results.isVisible()
    helping.search.clear()
    assert not helping._no_results.isVisible()
    assert helping.page.extraSelections() == []
