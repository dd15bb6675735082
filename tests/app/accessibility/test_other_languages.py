"""In a long language written from right to left: nothing is cut, nothing overlaps, nothing stays English."""

import re
from collections.abc import Callable, Iterator

import pytest
from focus_walk import (
    PAGE_KEYS,
    clipped,
    describe_widget,
    overlaps,
    process_layouts,
    show,
    shown,
    truncated_texts,
)
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
from podd_app.pages.library.page import LibraryPage
from podd_app.pages.settings.explanation import Explanation
from podd_app.window.main_window import MainWindow
from podd_engine.config.architectures import ARCHITECTURES
from podd_engine.config.dataset_catalogue import CATALOGUE
from podd_engine.config.presets import load_preset, preset_names
from podd_engine.exporters.registry import EXPORTERS

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
    words |= {text for each in EXPORTERS.values() for text in (each.title, each.description)}
    words |= {choice for facts in FIELDS.values() for choice in facts.choices} | {*ARCHITECTURES.values()}
    words |= {facts.path for facts in FIELDS.values()} | {facts.description for facts in FIELDS.values()}
    words |= {device.title for device in session.devices} | {session.class_order.shown.note, session.run.note}
    library = window.page_widget("library")
    assert isinstance(library, LibraryPage)
    for run in library.run_library.runs:
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
def pseudo_localized_window(
    qapp: QApplication, make_populated_window: Callable[[], MainWindow]
) -> Iterator[MainWindow]:
    """The furnished window in the language nobody speaks, mirrored."""
    translator = PseudoTranslator()
    qapp.installTranslator(translator)
    qapp.setLayoutDirection(Qt.LayoutDirection.RightToLeft)
    try:
        yield make_populated_window()
    finally:
        qapp.removeTranslator(translator)
        qapp.setLayoutDirection(Qt.LayoutDirection.LeftToRight)


def test_the_language_nobody_speaks_is_longer_and_keeps_what_programs_read() -> None:
    said = pseudo("<b>%s</b> of %d files&nbsp;left")
    assert said.startswith("[<b>%s</b> óƒ %d ƒíľéš&nbsp;ľéƒť")
    assert len(said) > 1.2 * len("<b>%s</b> of %d files&nbsp;left")
    assert pseudo("%s · %s") != "%s · %s"  # also what holds no letters
    assert strays("[ƒíľéš] and more", []) == ["and", "more"]


def test_what_a_setting_does_can_be_translated(pseudo_localized_window: MainWindow) -> None:
    show(pseudo_localized_window, "settings")
    (explanation,) = pseudo_localized_window.findChildren(Explanation)
    known = engine_words(pseudo_localized_window)
    for path in FIELDS:
        explanation.show_setting(path)
        said = " ".join(label.text() for label in explanation.findChildren(QLabel))
        assert not strays(said, known), path


def test_every_visible_sentence_can_be_translated(pseudo_localized_window: MainWindow) -> None:
    plain: dict[str, str] = {}
    for key in PAGE_KEYS:
        show(pseudo_localized_window, key)
        known = engine_words(pseudo_localized_window)
        for widget in shown(pseudo_localized_window):
            for text in texts_of(widget):
                found = strays(text, known)
                if found:
                    plain.setdefault(text, f"{key}: {' '.join(found)} — in {describe_widget(widget)}")
    assert not plain, "\n".join(plain.values())


@pytest.mark.parametrize("phase", list(Phase))
def test_every_phase_of_a_run_can_be_translated(pseudo_localized_window: MainWindow, phase: Phase) -> None:
    pseudo_localized_window.session.set_run_status(
        RunStatus(phase, "", 3, 9, 60.0, 0.5, 10**9, 3.0, resumable=True)
    )
    process_layouts()
    known = engine_words(pseudo_localized_window)
    plain = [
        f"{' '.join(found)} — in {describe_widget(widget)}"
        for widget in shown(pseudo_localized_window)
        for text in texts_of(widget)
        if (found := strays(text, known))
    ]
    assert not plain, "\n".join(plain)


def test_menus_help_and_cards_can_be_translated(pseudo_localized_window: MainWindow) -> None:
    known = engine_words(pseudo_localized_window)
    texts = [
        action.text()
        for menu in (pseudo_localized_window.actions_.menu, *menus_in(pseudo_localized_window.actions_.menu))
        for action in menu.actions()
    ]
    library = pseudo_localized_window.page_widget("library")
    assert isinstance(library, LibraryPage)
    model = library.model
    texts += [
        model.data(model.index(row), Qt.ItemDataRole.AccessibleTextRole) for row in range(model.rowCount())
    ]
    pseudo_localized_window.show_help(pseudo_localized_window.page)
    assert pseudo_localized_window._help is not None
    texts += [text for widget in shown(pseudo_localized_window._help) for text in texts_of(widget)]
    pseudo_localized_window._help.close()
    found = [f"{words} — in {text}" for text in texts if (words := strays(text, known))]
    assert not found, "\n".join(found)
    assert len(texts) > 30


def menus_in(menu: QMenu) -> list[QMenu]:
    below = [action.menu() for action in menu.actions() if action.menu() is not None]
    return below + [deeper for each in below for deeper in menus_in(each)]


@pytest.mark.parametrize("size", SIZES, ids=lambda size: f"{size[0]}x{size[1]}")
def test_long_sentences_from_right_to_left_are_neither_cut_nor_on_top_of_each_other(
    pseudo_localized_window: MainWindow, size: tuple[int, int]
) -> None:
    pseudo_localized_window.resize(*size)
    found = []
    for key in PAGE_KEYS:
        show(pseudo_localized_window, key)
        assert (pseudo_localized_window.width(), pseudo_localized_window.height()) == size, key
        found += [f"{key}: cut: {each}" for each in truncated_texts(pseudo_localized_window)]
        found += [f"{key}: clipped: {each}" for each in clipped(pseudo_localized_window)]
        found += [f"{key}: overlap: {each}" for each in overlaps(pseudo_localized_window)]
    assert not found, "\n".join(found)


def test_everything_is_mirrored(pseudo_localized_window: MainWindow) -> None:
    for key in PAGE_KEYS:
        show(pseudo_localized_window, key)
        assert (
            pseudo_localized_window.rail.mapTo(
                pseudo_localized_window, pseudo_localized_window.rail.rect().center()
            ).x()
            > pseudo_localized_window.width() / 2
        )
        if pseudo_localized_window._panels.isVisible():
            assert (
                pseudo_localized_window._panels.mapTo(
                    pseudo_localized_window, pseudo_localized_window._panels.rect().center()
                ).x()
                < pseudo_localized_window.width() / 2
            )
    assert all(table.isRightToLeft() for table in pseudo_localized_window.findChildren(QTableView))
