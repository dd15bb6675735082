"""User presets: saving, loading, renaming, deleting and restoring."""

from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from podd_app.canvas.layout_thumbnail import THUMBNAIL_PX, layout_icon
from podd_app.models.run_status import ErrorReport
from podd_app.models.session import Session
from podd_app.pages.settings.page import SettingsPage
from podd_app.pages.settings.preset_list import PresetList
from podd_app.qt.plain_text import plain_tooltip
from podd_app.services.services import Services
from podd_app.window.draft_bar import DraftBar
from podd_engine.config.presets import (
    bundled_preset_names,
    load_preset,
    preset_path,
    user_preset_names,
    user_presets_folder,
)


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("PODD_HOME", str(tmp_path))
    return tmp_path


@pytest.fixture
def page(qtbot: QtBot, services: Services) -> SettingsPage:
    made = SettingsPage(services)
    qtbot.addWidget(made)
    qtbot.addWidget(made.panel)
    made.panel.resize(312, 700)
    made.panel.show()
    qtbot.waitExposed(made.panel)
    return made


@pytest.fixture
def presets(page: SettingsPage) -> PresetList:
    return page.presets


def enter_name(qtbot: QtBot, presets: PresetList, name: str) -> None:
    presets.card.name.selectAll()
    qtbot.keyClicks(presets.card.name, name)
    qtbot.keyClick(presets.card.name, Qt.Key.Key_Return)


def save(qtbot: QtBot, presets: PresetList, name: str) -> None:
    presets.save.click()
    enter_name(qtbot, presets, name)


def trigger_menu_action(presets: PresetList, name: str, what: str) -> None:
    actions = {action.text(): action for action in presets.menus[name].menu().actions()}
    actions[what].trigger()


def test_saved_settings_become_the_current_preset(
    qtbot: QtBot, session: Session, presets: PresetList
) -> None:
    session.edit({"poster.width": 48}, "Poster width")
    save(qtbot, presets, "wide")
    assert user_preset_names() == ["wide"]
    assert load_preset("wide").poster.width == 48
    assert not presets.card.isVisible()
    assert presets.buttons["wide"].isChecked()
    assert session.origin.name == "wide"
    assert session.origin.is_preset
    assert not session.differences
    presets.buttons["digits"].click()
    assert session.layout.poster == (32, 20)
    presets.buttons["wide"].click()
    assert session.layout.poster == (48, 20)


def test_each_preset_has_a_thumbnail_of_its_poster(
    qtbot: QtBot, session: Session, presets: PresetList
) -> None:
    session.edit({"poster.width": 48}, "Poster width")
    save(qtbot, presets, "wide")
    for name in (*bundled_preset_names(), "wide"):
        assert not presets.buttons[name].icon().isNull()
    image = layout_icon(load_preset("digits").layout).pixmap(THUMBNAIL_PX).toImage()
    colors = {image.pixel(x, image.height() // 4) for x in range(image.width())}
    assert len([color for color in colors if color >> 24 == 255]) >= 5
    square = layout_icon(load_preset("cifar100-0.9ipc").layout).pixmap(THUMBNAIL_PX).toImage()
    assert square.pixelColor(4, 14).alpha() == 0


def test_presets_show_title_and_measured_result(
    qtbot: QtBot, session: Session, presets: PresetList, services: Services
) -> None:
    save(qtbot, presets, "my preset")
    titles = {name: preset_button.text() for name, preset_button in presets.buttons.items()}
    assert titles["cifar10-laptop"] == "CIFAR-10, laptop"
    assert titles["my preset"] == "my preset"
    assert presets.results["cifar10-laptop"].text() == "34.7% in 15 min (2 cores)"
    assert presets.results.keys() == {"cifar10-laptop", "digits"}
    texts = {preset.name: preset.menu_text for preset in services.presets.presets}
    assert texts["cifar10-laptop"] == "CIFAR-10, laptop · 34.7% in 15 min (2 cores)"
    assert texts["my preset"] == "my preset"


def test_names_of_built_in_presets_are_rejected(qtbot: QtBot, presets: PresetList) -> None:
    save(qtbot, presets, "digits")
    assert "reserved for a built-in preset" in presets.card.error
    assert not presets.card.replace.isVisible()
    qtbot.keyClicks(presets.card.name, "2")
    assert presets.card.error == ""
    qtbot.keyClick(presets.card.name, Qt.Key.Key_Return)
    assert user_preset_names() == ["digits2"]


def test_an_existing_preset_can_be_replaced(qtbot: QtBot, session: Session, presets: PresetList) -> None:
    save(qtbot, presets, "mine")
    session.edit({"poster.width": 48}, "Poster width")
    save(qtbot, presets, "mine")
    assert "a preset with this name already exists" in presets.card.error
    assert load_preset("mine").poster.width == 32
    presets.card.replace.click()
    assert load_preset("mine").poster.width == 48
    assert user_preset_names() == ["mine"]


def test_escape_saves_nothing(qtbot: QtBot, presets: PresetList) -> None:
    presets.save.click()
    qtbot.keyClicks(presets.card.name, "mine")
    qtbot.keyClick(presets.card.name, Qt.Key.Key_Escape)
    assert not presets.card.isVisible()
    assert user_preset_names() == []


def test_renaming_keeps_edits_and_their_origin(qtbot: QtBot, session: Session, presets: PresetList) -> None:
    save(qtbot, presets, "first")
    session.edit({"outer.steps": 7}, "Outer steps")
    trigger_menu_action(presets, "first", "Rename…")
    assert presets.card.name.text() == "first"
    enter_name(qtbot, presets, "second")
    assert user_preset_names() == ["second"]
    assert session.origin.name == "second"
    assert session.differences == {"outer.steps"}
    assert session.config.name == "second"
    session.undo()
    assert session.draft.values["outer.steps"] == load_preset("second").outer.steps


def test_renaming_cannot_replace_an_existing_preset(qtbot: QtBot, presets: PresetList) -> None:
    save(qtbot, presets, "first")
    save(qtbot, presets, "second")
    trigger_menu_action(presets, "second", "Rename…")
    enter_name(qtbot, presets, "first")
    assert "a preset with this name already exists" in presets.card.error
    assert not presets.card.replace.isVisible()
    assert user_preset_names() == ["first", "second"]


def test_a_deleted_preset_can_be_restored(qtbot: QtBot, session: Session, presets: PresetList) -> None:
    save(qtbot, presets, "mine")
    trigger_menu_action(presets, "mine", "Delete")
    assert user_preset_names() == []
    assert "mine" not in presets.buttons
    assert presets._deleted_label.text() == "Deleted ‘mine’."
    assert not session.origin.is_preset
    presets.undo.click()
    assert user_preset_names() == ["mine"]
    assert presets.buttons["mine"].isChecked()
    assert not presets.undo.isVisible()


def test_a_damaged_preset_shows_its_error_and_can_be_deleted(qtbot: QtBot, presets: PresetList) -> None:
    save(qtbot, presets, "mine")
    preset_path("mine").write_text("no toml", encoding="utf-8")
    presets._fill()
    assert not presets.buttons["mine"].isEnabled()
    assert "not valid TOML" in plain_tooltip(presets.buttons["mine"])
    trigger_menu_action(presets, "mine", "Delete")
    assert user_preset_names() == []


def test_a_missing_preset_is_reported_and_removed(
    qtbot: QtBot, session: Session, presets: PresetList
) -> None:
    save(qtbot, presets, "mine")
    preset_path("mine").unlink()
    errors: list[ErrorReport] = []
    session.error_reported.connect(errors.append)
    presets.buttons["mine"].click()
    assert "there is no such preset" in str(errors[0])
    assert "mine" not in presets.buttons


def test_a_write_error_is_reported_at_the_name_field(qtbot: QtBot, presets: PresetList) -> None:
    user_presets_folder().parent.mkdir(parents=True, exist_ok=True)
    user_presets_folder().write_text("a file where the folder should be")
    save(qtbot, presets, "mine")
    assert "cannot be written" in presets.card.error
    assert presets.card.isVisible()


def test_the_top_bar_offers_user_presets(
    qtbot: QtBot, services: Services, session: Session, presets: PresetList
) -> None:
    bar = DraftBar(session, services.presets)
    qtbot.addWidget(bar)
    session.edit({"poster.width": 48}, "Poster width")
    save(qtbot, presets, "wide")
    assert bar.preset_chip.text() == "preset: wide"
    chooser = bar.preset_chip.menu()
    chooser.aboutToShow.emit()
    actions = {action.text(): action for action in chooser.actions()}
    assert actions["wide"].isChecked()
    assert not actions["wide"].icon().isNull()
    next(action for text, action in actions.items() if text.startswith("Digits ·")).trigger()
    assert session.origin.name == "digits"
    presets.delete("wide")
    chooser.aboutToShow.emit()
    assert "wide" not in {action.text() for action in chooser.actions()}
