"""Settings page: presets, form, revert buttons and import of a command."""

from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QStyle, QStyleOptionComboBox
from pytestqt.qtbot import QtBot

from podd_app.models.run_status import DeviceChoice, Phase, RunStatus
from podd_app.models.setting_fields import FIELDS
from podd_app.pages.settings.page import SettingsPage
from podd_app.qt.plain_text import plain_tooltip
from podd_app.services.services import Services
from podd_app.widgets.text import Card
from podd_engine.config.architectures import ARCHITECTURES
from podd_engine.config.dataset_defaults import config_for_folder
from podd_engine.config.presets import bundled_preset_names, load_preset


@pytest.fixture
def page(qtbot: QtBot, services: Services) -> SettingsPage:
    made = SettingsPage(services)
    qtbot.addWidget(made)
    qtbot.addWidget(made.panel)
    made.resize(892, 700)  # size of the page in a window 1280 px wide
    made.show()
    qtbot.waitExposed(made)
    return made


def type_into(qtbot: QtBot, field: object, text: str) -> None:
    field.setFocus()
    field.selectAll()
    qtbot.keyClicks(field, text)
    qtbot.keyClick(field, Qt.Key.Key_Return)


def test_every_setting_is_in_the_form(page: SettingsPage) -> None:
    assert set(page.form.rows) == set(FIELDS)
    for path, row in page.form.rows.items():
        assert FIELDS[path].label in plain_tooltip(row.control)
        assert row.control.accessibleName()


@pytest.mark.parametrize("name", bundled_preset_names())
def test_loading_a_preset_does_not_modify_it(page: SettingsPage, name: str) -> None:
    page.presets.buttons[name].click()
    assert page.session.config == load_preset(name)
    assert not page.session.differences
    assert page._summary.text() == load_preset(name).summary


def test_modified_settings_are_marked_and_revert_on_click(qtbot: QtBot, page: SettingsPage) -> None:
    row = page.form.rows["outer.steps"]
    assert not row._mark.isVisible()
    type_into(qtbot, row.control, "333")
    assert row._mark.isVisible()
    assert "Digits" in plain_tooltip(row._mark)
    assert str(load_preset("digits").outer.steps) in plain_tooltip(row._mark)
    assert page._differences_label.text() == "1 modified setting"
    qtbot.mouseClick(row._mark, Qt.MouseButton.LeftButton)
    assert page.session.config == load_preset("digits")
    assert not row._mark.isVisible()


@pytest.mark.parametrize(
    ("path", "typed", "value"),
    [
        ("outer.learning_rate", "0.05", 0.05),
        ("evaluation.steps", "50, 100", (50, 100)),
        ("name", "mine", "mine"),
        ("seed", "9223372036854775807", 2**63 - 1),
        ("compute.threads", "2", 2),
    ],
)
def test_typing_changes_the_config(
    qtbot: QtBot, page: SettingsPage, path: str, typed: str, value: object
) -> None:
    type_into(qtbot, page.form.rows[path].control, typed)
    assert page.session.draft.values[path] == value
    assert page.session.can_start


@pytest.mark.parametrize(
    ("path", "typed"),
    [("outer.steps", "10,00"), ("outer.learning_rate", "0,05"), ("evaluation.steps", "300,600")],
)
def test_the_message_of_a_rejected_text_stays_until_the_text_is_corrected(
    qtbot: QtBot, page: SettingsPage, path: str, typed: str
) -> None:
    row, before = page.form.rows[path], page.session.draft.values[path]
    type_into(qtbot, row.control, typed)
    shown = FIELDS[path].shown(before)
    assert row.error.startswith(f"“{typed}”")
    assert row.error.endswith(f"The value is still {shown}.")
    page.session.edit({"network.width": 48}, "width")
    page.session.undo()
    assert row.error.startswith(f"“{typed}”")
    assert page.session.draft.values[path] == before
    page.session.use_preset("cifar10-laptop")
    assert (row.error, row.control.text()) == ("", FIELDS[path].shown(page.session.draft.values[path]))


def test_switches_and_choices_change_the_config(qtbot: QtBot, page: SettingsPage) -> None:
    rows = page.form.rows
    rows["order.refine"].control.click()
    rows["augmentation.patches"].control._toggles["crop"].click()
    choice = rows["labels.kind"].control
    choice.activated.emit(1)
    config = page.session.config
    assert config is not None
    assert config.order.refine != load_preset("digits").order.refine
    assert set(config.augmentation.patches) ^ set(load_preset("digits").augmentation.patches) == {"crop"}
    assert config.labels.kind == "learned"


def test_an_invalid_value_is_explained_at_its_row(qtbot: QtBot, page: SettingsPage) -> None:
    row = page.form.rows["truncation.window"]
    type_into(qtbot, row.control, "99")
    assert "‘Max inner steps’" in row.error
    type_into(qtbot, page.form.rows["evaluation.steps"].control, "soon")
    assert "not a whole number" in page.form.rows["evaluation.steps"].error


def test_the_architecture_is_selected_by_its_title(page: SettingsPage) -> None:
    choice = page.form.rows["network.name"].control
    assert choice.currentText() == ARCHITECTURES["convnet"]
    choice.activated.emit(choice.findText(ARCHITECTURES["resnet18"]))
    assert page.session.config is not None
    assert page.session.config.network.name == "resnet18"
    option = QStyleOptionComboBox()
    choice.initStyleOption(option)
    field = QStyle.SubControl.SC_ComboBoxEditField
    room_px = choice.style().subControlRect(QStyle.ComplexControl.CC_ComboBox, option, field, choice).width()
    assert room_px >= max(choice.fontMetrics().horizontalAdvance(title) for title in ARCHITECTURES.values())


@pytest.mark.parametrize(("width_px", "columns"), [(892, 2), (572, 1)])
def test_nothing_in_the_form_is_clipped_at_any_width(
    qtbot: QtBot, page: SettingsPage, width_px: int, columns: int
) -> None:
    def clipped() -> list[str]:
        return [
            path
            for path, row in page.form.rows.items()
            if row._title.width() < row._title.sizeHint().width()
            or row.control.geometry().right() > row.rect().right()
        ]

    page.resize(width_px, 700)
    cards = [card for card in page.form.findChildren(Card) if card.isVisible()]
    qtbot.waitUntil(lambda: len({card.x() for card in cards}) == columns)
    qtbot.waitUntil(lambda: clipped() == [])


def test_devices_are_listed_when_they_are_known(page: SettingsPage) -> None:
    choice = page.form.rows["compute.device"].control
    page.session.set_devices((DeviceChoice("auto", "Best"), DeviceChoice("cuda", "NVIDIA RTX 4070")))
    assert [choice.itemText(row) for row in range(choice.count())] == ["Best", "NVIDIA RTX 4070"]
    choice.activated.emit(1)
    assert page.session.device.title == "NVIDIA RTX 4070"


def test_a_published_command_is_imported(qtbot: QtBot, page: SettingsPage, golden: Path) -> None:
    line = (golden / "published_commands.txt").read_text().splitlines()[0]
    page.paste.text.set_command(line)
    qtbot.mouseClick(page.paste.use, Qt.MouseButton.LeftButton)
    assert page.session.layout.poster == (153, 60)
    assert page.session.config is not None
    assert page.session.config.truncation.window == 60
    assert page.paste.text.toPlainText() == ""


def test_an_unknown_flag_is_reported_below_the_box(qtbot: QtBot, page: SettingsPage) -> None:
    assert not page.paste.use.isEnabled()
    page.paste.text.set_command("python main.py --dataset=cifar10 --frobnicate=3")
    qtbot.mouseClick(page.paste.use, Qt.MouseButton.LeftButton)
    assert "--frobnicate" in page.paste.error
    assert page.session.origin.name == "digits"


def test_the_box_shrinks_when_the_error_is_gone(qtbot: QtBot, page: SettingsPage) -> None:
    page.panel.resize(312, 700)
    page.panel.show()
    before = page.paste.height()
    page.paste.text.set_command("python main.py --dataset=cifar11")
    page.paste.use.click()
    qtbot.waitUntil(lambda: page.paste.height() > before)
    page.paste.text.set_command("python main.py --dataset=cifar10")
    qtbot.waitUntil(lambda: page.paste.height() == before)


def test_default_settings_of_a_folder_are_described(page: SettingsPage) -> None:
    config = config_for_folder("/images/flowers", 3)
    page.session.edit(config.flat_values, "Dataset flowers")
    assert "settings for flowers" in page._summary.text()
    assert not any(made.isChecked() for made in page.presets.buttons.values())
    assert page._differences_label.text() == ""
    row = page.form.rows["outer.steps"]
    page.session.edit({"outer.steps": 3}, "Outer steps")
    assert "the settings for flowers" in plain_tooltip(row._mark)


def test_the_draft_can_be_edited_during_a_run(page: SettingsPage) -> None:
    page.session.set_run_status(RunStatus(Phase.RUNNING))
    page.form.rows["outer.steps"].control.edited.emit(7)
    assert page.session.differences == {"outer.steps"}
    page._revert.click()
    assert not page.session.differences
    page.presets.buttons["digits-0.4"].click()
    assert page.session.config == load_preset("digits-0.4")


def test_revert_all_and_an_imported_command_can_be_undone(page: SettingsPage) -> None:
    session = page.session
    session.edit({"outer.steps": 7}, "Outer steps")
    page._revert.click()
    page.paste.text.setPlainText("python main.py --dataset=cifar10")
    page.paste.use.click()
    assert session.undo_stack.undoText() == "Import command"
    session.undo()
    assert session.undo_stack.undoText() == "Revert all"
    session.undo()
    assert session.differences == {"outer.steps"}
    assert page.presets.buttons["digits"].isChecked()
