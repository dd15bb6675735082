"""Typing and stepping numbers in a NumberField."""

import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from podd_app.widgets.number_field import NumberField


def shown(qtbot: QtBot, field: NumberField) -> NumberField:
    qtbot.addWidget(field)
    field.show()
    field.setFocus()
    qtbot.waitExposed(field)
    return field


@pytest.mark.parametrize(
    ("typed", "value", "text"),
    [
        ("1211", 1211, "1,211 px"),
        ("1,211", 1211, "1,211 px"),
        ("1 211 px", 1211, "1,211 px"),
        ("10,000", 10_000, "10,000 px"),
        ("1,234,567 px", 1_234_567, "1,234,567 px"),
        ("-3", -3, "-3 px"),
        ("7.0", 7, "7 px"),
    ],
)
def test_whole_numbers_can_be_typed_with_separators_and_unit(
    qtbot: QtBot, typed: str, value: int, text: str
) -> None:
    field = shown(qtbot, NumberField("whole", "px"))
    field.selectAll()
    qtbot.keyClicks(field, typed)
    with qtbot.waitSignal(field.edited) as edited:
        qtbot.keyClick(field, Qt.Key.Key_Return)
    assert edited.args == [value]
    assert isinstance(edited.args[0], int)
    assert field.text() == text


def test_large_seeds_keep_every_digit(qtbot: QtBot) -> None:
    field = shown(qtbot, NumberField("whole"))
    field.selectAll()
    qtbot.keyClicks(field, str(2**63 - 1))
    qtbot.keyClick(field, Qt.Key.Key_Return)
    assert field.value == 2**63 - 1


@pytest.mark.parametrize("typed", ["seven", "", "1.5", "1,5", "1,00", "10,0000", "inf", "nan", "1e999"])
def test_other_text_is_rejected_with_a_message(qtbot: QtBot, typed: str) -> None:
    field = shown(qtbot, NumberField("whole"))
    field.set_value(4)
    field.selectAll()
    with qtbot.waitSignal(field.input_rejected), qtbot.assertNotEmitted(field.edited):
        qtbot.keyClicks(field, typed) if typed else qtbot.keyClick(field, Qt.Key.Key_Delete)
        qtbot.keyClick(field, Qt.Key.Key_Return)
    assert field.value == 4


@pytest.mark.parametrize(
    ("typed", "value"), [("0.5", 0.5), ("1,000", 1000.0), ("1,000.25", 1000.25), ("1e-3", 0.001)]
)
def test_real_numbers_can_be_typed_with_separators(qtbot: QtBot, typed: str, value: float) -> None:
    field = shown(qtbot, NumberField("real"))
    field.selectAll()
    qtbot.keyClicks(field, typed)
    with qtbot.waitSignal(field.edited) as edited:
        qtbot.keyClick(field, Qt.Key.Key_Return)
    assert edited.args == [value]


def test_a_decimal_comma_is_rejected(qtbot: QtBot) -> None:
    field = shown(qtbot, NumberField("real"))
    field.selectAll()
    qtbot.keyClicks(field, "0,5")
    with qtbot.waitSignal(field.input_rejected) as rejected, qtbot.assertNotEmitted(field.edited):
        qtbot.keyClick(field, Qt.Key.Key_Return)
    assert rejected.args == ["“0,5” is not a number. Example: 0.5."]


def test_escape_restores_the_number(qtbot: QtBot) -> None:
    field = shown(qtbot, NumberField("whole", "px"))
    field.set_value(32)
    qtbot.keyClicks(field, "99")
    qtbot.keyClick(field, Qt.Key.Key_Escape)
    assert field.text() == "32 px"


def test_arrow_keys_step_real_numbers_along_1_2_5(qtbot: QtBot) -> None:
    field = shown(qtbot, NumberField("real"))
    field.set_value(0.001)
    seen = []
    field.edited.connect(seen.append)
    for _ in range(4):
        qtbot.keyClick(field, Qt.Key.Key_Up)
    for _ in range(2):
        qtbot.keyClick(field, Qt.Key.Key_Down)
    assert seen == pytest.approx([0.002, 0.005, 0.01, 0.02, 0.01, 0.005])
    field.set_value(0.0007)
    qtbot.keyClick(field, Qt.Key.Key_Down)
    assert field.value == pytest.approx(0.0005)


def test_a_word_can_stand_for_zero(qtbot: QtBot) -> None:
    field = shown(qtbot, NumberField("whole", "px", "automatic"))
    assert field.text() == "automatic"
    field.set_value(32)
    field.selectAll()
    qtbot.keyClicks(field, "automatic")
    qtbot.keyClick(field, Qt.Key.Key_Return)
    assert field.value == 0


def test_a_new_value_does_not_overwrite_an_edit(qtbot: QtBot) -> None:
    field = shown(qtbot, NumberField("whole"))
    field.selectAll()
    qtbot.keyClicks(field, "12")
    field.set_value(5)
    assert field.text() == "12"
