"""Numbers typed and stepped."""

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
        ("1211", 1211, "1\u2009211 px"),
        ("1 211 px", 1211, "1\u2009211 px"),
        ("-3", -3, "-3 px"),
        ("7.0", 7, "7 px"),
    ],
)
def test_whole_numbers_are_read_as_people_write_them(qtbot: QtBot, typed: str, value: int, text: str) -> None:
    field = shown(qtbot, NumberField("whole", "px"))
    field.selectAll()
    qtbot.keyClicks(field, typed)
    with qtbot.waitSignal(field.edited) as told:
        qtbot.keyClick(field, Qt.Key.Key_Return)
    assert told.args == [value]
    assert isinstance(told.args[0], int)
    assert field.text() == text


def test_large_seeds_keep_every_digit(qtbot: QtBot) -> None:
    field = shown(qtbot, NumberField("whole"))
    field.selectAll()
    qtbot.keyClicks(field, str(2**63 - 1))
    qtbot.keyClick(field, Qt.Key.Key_Return)
    assert field.value == 2**63 - 1


@pytest.mark.parametrize("typed", ["seven", "", "1.5", "inf", "nan", "1e999"])
def test_what_is_no_whole_number_is_said_and_not_taken(qtbot: QtBot, typed: str) -> None:
    field = shown(qtbot, NumberField("whole"))
    field.set_value(4)
    field.selectAll()
    with qtbot.waitSignal(field.unreadable), qtbot.assertNotEmitted(field.edited):
        qtbot.keyClicks(field, typed) if typed else qtbot.keyClick(field, Qt.Key.Key_Delete)
        qtbot.keyClick(field, Qt.Key.Key_Return)
    assert field.value == 4


def test_escape_puts_the_number_back(qtbot: QtBot) -> None:
    field = shown(qtbot, NumberField("whole", "px"))
    field.set_value(32)
    qtbot.keyClicks(field, "99")
    qtbot.keyClick(field, Qt.Key.Key_Escape)
    assert field.text() == "32 px"


def test_real_numbers_step_along_one_two_five(qtbot: QtBot) -> None:
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


def test_zero_has_its_word(qtbot: QtBot) -> None:
    field = shown(qtbot, NumberField("whole", "px", "automatic"))
    assert field.text() == "automatic"
    field.set_value(32)
    field.selectAll()
    qtbot.keyClicks(field, "automatic")
    qtbot.keyClick(field, Qt.Key.Key_Return)
    assert field.value == 0


def test_news_does_not_disturb_typing(qtbot: QtBot) -> None:
    field = shown(qtbot, NumberField("whole"))
    field.selectAll()
    qtbot.keyClicks(field, "12")
    field.set_value(5)
    assert field.text() == "12"
