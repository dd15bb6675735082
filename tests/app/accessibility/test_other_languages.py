"""In a long language written from right to left: nothing is cut, nothing overlaps, nothing stays English."""

import re
from collections.abc import Callable, Iterator

import pytest
from focus_walk import PLACES, clipped, cut_off, named, overlaps, settle, show, shown
from pseudo_locale import PseudoTranslator, pseudo
from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QAbstractButton,
    QApplication,
    QComboBox,
    QLabel,
    QLineEdit,
    QMenu,
    QPlainTextEdit,
    QTableView,
    QWidget,
)

from podd_app.models.run_status import Phase, RunStatus
from podd_app.models.setting_fields import FIELDS
from podd_app.pages.library.page import LibraryPlace
from podd_app.pages.settings.explanation import Explanation
from podd_app.window.main_window import MainWindow
from podd_engine.config.architectures import ARCHITECTURES
from podd_engine.config.dataset_catalogue import CATALOGUE
from podd_engine.config.presets import load_preset, preset_names
from podd_engine.export.exporters import EXPORTERS

SIZES = [(960, 620), (1280, 800)]

_UNITS = {"px", "kB", "MB", "GB", "min", "ms", "CPU", "CLIP"}
_NAMES = {"PoDD Studio", "Ctrl", "Return", "Space", "F10", "F1", "python main.py --dataset=cifar10"}


def engine_words(window: MainWindow) -> list[str]:
    """What the window shows as the engine says it, longest first.

    The engine says it on the command line and writes it into files too, where it is English: names
    and purposes of presets and datasets, titles of exported files, values of settings as they stand
    in TOML, what is wrong with one, and where things lie.
    """
    session = window.session
    words = {*_NAMES, *preset_names(), *session.class_names, *session.draft.problems.values()}
    words |= {load_preset(name).summary for name in preset_names()}
    words |= {facts.title for facts in CATALOGUE.values()} | {facts.summary for facts in CATALOGUE.values()}
    words |= {text for each in EXPORTERS.values() for text in (each.title, each.describe)}
    words |= {choice for facts in FIELDS.values() for choice in facts.choices} | {*ARCHITECTURES.values()}
    words |= {facts.path for facts in FIELDS.values()} | {facts.description for facts in FIELDS.values()}
    words |= {device.title for device in session.devices} | {session.orders.shown.note, session.run.note}
    library = window.place_widget("library")
    assert isinstance(library, LibraryPlace)
    for run in library.shelf.runs:
        words |= {str(run.path), str(run.path.parent), run.path.name, "/".join(run.path.parts[-2:])}
        words |= {"/".join(run.path.parent.parts[-2:]), run.dataset, run.message}
    return sorted((word for word in words if word), key=len, reverse=True)


def strays(text: str, known: list[str]) -> list[str]:
    """Words in ``text`` that no translator was asked for."""
    text = re.sub(r"<code>.*?</code>", " ", text)
    text = re.sub(r"<[^>]*>|&\w+;|\u200b", " ", text)
    for word in known:
        text = re.sub(rf"(?<![A-Za-z]){re.escape(word)}(?![A-Za-z])", " ", text, flags=re.IGNORECASE)
    text = re.sub(r"[/~][\w./ -]*", " ", text)
    return [word for word in re.findall(r"[A-Za-z]{2,}", text) if word not in _UNITS]


def texts_of(widget: QWidget) -> list[str]:
    """Everything a widget says, to whomever."""
    said = [widget.toolTip(), widget.accessibleName(), widget.accessibleDescription()]
    match widget:
        case QLabel() | QAbstractButton():
            said.append(widget.text())
        case QLineEdit() | QPlainTextEdit():
            said.append(widget.placeholderText())
        case QComboBox():
            said += [widget.itemText(index) for index in range(widget.count())]
            said += [
                str(widget.itemData(index, Qt.ItemDataRole.ToolTipRole) or "")
                for index in range(widget.count())
            ]
    return said


@pytest.fixture
def abroad(qapp: QApplication, furnished: Callable[[], MainWindow]) -> Iterator[MainWindow]:
    """The furnished window in the language nobody speaks, mirrored."""
    translator = PseudoTranslator()
    qapp.installTranslator(translator)
    qapp.setLayoutDirection(Qt.LayoutDirection.RightToLeft)
    try:
        yield furnished()
    finally:
        qapp.removeTranslator(translator)
        qapp.setLayoutDirection(Qt.LayoutDirection.LeftToRight)


def test_the_language_nobody_speaks_is_longer_and_keeps_what_programs_read() -> None:
    said = pseudo("<b>%s</b> of %d files&nbsp;left")
    assert said.startswith("[<b>%s</b> óƒ %d ƒíľéš&nbsp;ľéƒť")
    assert len(said) > 1.2 * len("<b>%s</b> of %d files&nbsp;left")
    assert pseudo("%s · %s") != "%s · %s"  # also what holds no letters
    assert strays("[ƒíľéš] and more", []) == ["and", "more"]


def test_what_a_setting_does_can_be_translated(abroad: MainWindow) -> None:
    show(abroad, "settings")
    (explanation,) = abroad.findChildren(Explanation)
    known = engine_words(abroad)
    for path in FIELDS:
        explanation.show_setting(path)
        said = " ".join(label.text() for label in explanation.findChildren(QLabel))
        assert not strays(said, known), path


def test_every_visible_sentence_can_be_translated(abroad: MainWindow) -> None:
    plain: dict[str, str] = {}
    for key in PLACES:
        show(abroad, key)
        known = engine_words(abroad)
        for widget in shown(abroad):
            for text in texts_of(widget):
                found = strays(text, known)
                if found:
                    plain.setdefault(text, f"{key}: {' '.join(found)} — in {named(widget)}")
    assert not plain, "\n".join(plain.values())


@pytest.mark.parametrize("phase", list(Phase))
def test_every_phase_of_a_run_can_be_translated(abroad: MainWindow, phase: Phase) -> None:
    abroad.session.set_run_status(RunStatus(phase, "", 3, 9, 60.0, 0.5, 10**9, 3.0, resumable=True))
    settle()
    known = engine_words(abroad)
    plain = [
        f"{' '.join(found)} — in {named(widget)}"
        for widget in shown(abroad)
        for text in texts_of(widget)
        if (found := strays(text, known))
    ]
    assert not plain, "\n".join(plain)


def test_menus_help_and_cards_can_be_translated(abroad: MainWindow) -> None:
    known = engine_words(abroad)
    texts = [
        action.text()
        for menu in (abroad.actions_.menu, *menus_in(abroad.actions_.menu))
        for action in menu.actions()
    ]
    library = abroad.place_widget("library")
    assert isinstance(library, LibraryPlace)
    model = library.model
    texts += [
        model.data(model.index(row), Qt.ItemDataRole.AccessibleTextRole) for row in range(model.rowCount())
    ]
    abroad.show_help(abroad.place)
    assert abroad._help is not None
    texts += [text for widget in shown(abroad._help) for text in texts_of(widget)]
    abroad._help.close()
    found = [f"{words} — in {text}" for text in texts if (words := strays(text, known))]
    assert not found, "\n".join(found)
    assert len(texts) > 30


def menus_in(menu: QMenu) -> list[QMenu]:
    below = [action.menu() for action in menu.actions() if action.menu() is not None]
    return below + [deeper for each in below for deeper in menus_in(each)]


@pytest.mark.parametrize("size", SIZES, ids=lambda size: f"{size[0]}x{size[1]}")
def test_long_sentences_from_right_to_left_are_neither_cut_nor_on_top_of_each_other(
    abroad: MainWindow, size: tuple[int, int]
) -> None:
    abroad.resize(*size)
    found = []
    for key in PLACES:
        show(abroad, key)
        assert (abroad.width(), abroad.height()) == size, key
        found += [f"{key}: cut: {each}" for each in cut_off(abroad)]
        found += [f"{key}: clipped: {each}" for each in clipped(abroad)]
        found += [f"{key}: overlap: {each}" for each in overlaps(abroad)]
    assert not found, "\n".join(found)


def test_everything_is_mirrored(abroad: MainWindow) -> None:
    for key in PLACES:
        show(abroad, key)
        assert abroad.rail.mapTo(abroad, abroad.rail.rect().center()).x() > abroad.width() / 2
        if abroad._panels.isVisible():
            assert abroad._panels.mapTo(abroad, abroad._panels.rect().center()).x() < abroad.width() / 2
    assert all(table.isRightToLeft() for table in abroad.findChildren(QTableView))
