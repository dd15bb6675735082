"""The window in a long right-to-left language: no text is cut off, overlaps or stays English."""

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
from podd_app.pages.settings.command_edit import unbreakable
from podd_app.pages.settings.explanation import Explanation
from podd_app.window.main_window import MainWindow
from podd_engine.config.architectures import ARCHITECTURES
from podd_engine.config.dataset_catalogue import CATALOGUE
from podd_engine.config.presets import describe_preset, load_preset, preset_names
from podd_engine.exporters.registry import EXPORTERS

SIZES = [(960, 620), (1280, 800)]

_UNITS = {"px", "kB", "MB", "GB", "min", "ms", "CPU", "CLIP"}
_NAMES = {
    "PoDD Studio",
    "Ctrl",
    "Return",
    "Space",
    "F10",
    "F1",
    "python main.py --dataset=cifar10",
    unbreakable("python main.py --dataset=cifar10"),
}


def engine_texts(window: MainWindow) -> list[str]:
    """Return texts of the engine that the window shows in English, longest first.

    The command line and the files contain the same texts: names and summaries of presets and datasets,
    titles of exported files, values of settings in TOML, error messages and paths.
    """
    session = window.session
    words = {*_NAMES, *preset_names(), *session.class_names, *session.draft.problems.values()}
    words |= {load_preset(name).summary for name in preset_names()}
    described = [describe_preset(name) for name in preset_names()]
    words |= {text for each in described for text in (each.title, each.result)}
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


def untranslated_words(text: str, known: list[str]) -> list[str]:
    """Return the English words in ``text`` that are not in ``known``."""
    text = re.sub(r"<code>.*?</code>", " ", text)
    text = re.sub(r"<[^>]*>|&\w+;|\u200b", " ", text)
    for word in known:
        text = re.sub(rf"(?<![A-Za-z]){re.escape(word)}(?![A-Za-z])", " ", text, flags=re.IGNORECASE)
    text = re.sub(r"[/~][\w./ -]*", " ", text)
    return [word for word in re.findall(r"[A-Za-z]{2,}", text) if word not in _UNITS]


def texts_of(widget: QWidget) -> list[str]:
    """Return all texts of a widget, including tooltip, accessible name and description."""
    texts = [widget.toolTip(), widget.accessibleName(), widget.accessibleDescription()]
    match widget:
        case QLabel() | QAbstractButton():
            texts.append(widget.text())
        case QLineEdit() | QPlainTextEdit():
            texts.append(widget.placeholderText())
        case QComboBox():
            texts += [widget.itemText(index) for index in range(widget.count())]
            texts += [
                str(widget.itemData(index, Qt.ItemDataRole.ToolTipRole) or "")
                for index in range(widget.count())
            ]
    return texts


@pytest.fixture
def pseudo_localized_window(
    qapp: QApplication, make_populated_window: Callable[[], MainWindow]
) -> Iterator[MainWindow]:
    """The populated window, pseudo-localized and mirrored."""
    translator = PseudoTranslator()
    qapp.installTranslator(translator)
    qapp.setLayoutDirection(Qt.LayoutDirection.RightToLeft)
    try:
        yield make_populated_window()
    finally:
        qapp.removeTranslator(translator)
        qapp.setLayoutDirection(Qt.LayoutDirection.LeftToRight)


def test_pseudo_localized_texts_are_longer_and_keep_placeholders() -> None:
    text = pseudo("<b>%s</b> of %d files&nbsp;left")
    assert text.startswith("[<b>%s</b> óƒ %d ƒíľéš&nbsp;ľéƒť")
    assert len(text) > 1.2 * len("<b>%s</b> of %d files&nbsp;left")
    assert pseudo("%s · %s") != "%s · %s"  # texts without letters are marked as well
    assert untranslated_words("[ƒíľéš] and more", []) == ["and", "more"]


def test_explanations_of_settings_are_translated(pseudo_localized_window: MainWindow) -> None:
    show(pseudo_localized_window, "settings")
    (explanation,) = pseudo_localized_window.findChildren(Explanation)
    known = engine_texts(pseudo_localized_window)
    for path in FIELDS:
        explanation.show_setting(path)
        text = " ".join(label.text() for label in explanation.findChildren(QLabel))
        assert not untranslated_words(text, known), path


def test_all_visible_texts_are_translated(pseudo_localized_window: MainWindow) -> None:
    plain: dict[str, str] = {}
    for key in PAGE_KEYS:
        show(pseudo_localized_window, key)
        known = engine_texts(pseudo_localized_window)
        for widget in shown(pseudo_localized_window):
            for text in texts_of(widget):
                found = untranslated_words(text, known)
                if found:
                    plain.setdefault(text, f"{key}: {' '.join(found)} — in {describe_widget(widget)}")
    assert not plain, "\n".join(plain.values())


def test_texts_of_every_run_phase_are_translated(pseudo_localized_window: MainWindow) -> None:
    plain = []
    for phase in Phase:
        pseudo_localized_window.session.set_run_status(
            RunStatus(phase, "", 3, 9, 60.0, 0.5, 10**9, 3.0, resumable=True)
        )
        process_layouts()
        known = engine_texts(pseudo_localized_window)
        plain += [
            f"{phase}: {' '.join(found)} — in {describe_widget(widget)}"
            for widget in shown(pseudo_localized_window)
            for text in texts_of(widget)
            if (found := untranslated_words(text, known))
        ]
    assert not plain, "\n".join(plain)


def test_menus_help_and_cards_are_translated(pseudo_localized_window: MainWindow) -> None:
    known = engine_texts(pseudo_localized_window)
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
    found = [f"{words} — in {text}" for text in texts if (words := untranslated_words(text, known))]
    assert not found, "\n".join(found)
    assert len(texts) > 30


def menus_in(menu: QMenu) -> list[QMenu]:
    submenus = [action.menu() for action in menu.actions() if action.menu() is not None]
    return submenus + [nested for submenu in submenus for nested in menus_in(submenu)]


@pytest.mark.parametrize("size", SIZES, ids=lambda size: f"{size[0]}x{size[1]}")
def test_long_right_to_left_texts_are_not_cut_off_and_do_not_overlap(
    pseudo_localized_window: MainWindow, size: tuple[int, int]
) -> None:
    pseudo_localized_window.resize(*size)
    found = []
    for key in PAGE_KEYS:
        show(pseudo_localized_window, key)
        assert (pseudo_localized_window.width(), pseudo_localized_window.height()) == size, key
        found += [f"{key}: cut off: {each}" for each in truncated_texts(pseudo_localized_window)]
        found += [f"{key}: clipped: {each}" for each in clipped(pseudo_localized_window)]
        found += [f"{key}: overlap: {each}" for each in overlaps(pseudo_localized_window)]
    assert not found, "\n".join(found)


def test_the_layout_is_mirrored(pseudo_localized_window: MainWindow) -> None:
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
