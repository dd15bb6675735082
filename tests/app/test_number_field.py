"""Typing and stepping numbers in a NumberField."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from pytestqt.qtbot import QtBot

from podd_app.widgets.number_field import NumberField
from podd_app.widgets.number_text import NumberKind, NumberTextError, parse_number, parse_whole_numbers


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


ACCEPTED = {
    "10,000": 10_000,
    "10 000": 10_000,
    "10\u00a0000": 10_000,
    "10\u2009000": 10_000,
    "10\u202f000": 10_000,
    "10_000": 10_000,
    "10'000": 10_000,
    "10\u2019000": 10_000,
    "１０，０００": 10_000,
    "١٠٬٠٠٠": 10_000,
    "\u200e10,000\u2069": 10_000,
    "1e4": 10_000,
    "1E+4": 10_000,
    "1.5e3": 1_500,
    "1.000e3": 1_000,
    "10k": 10_000,
    "10 K": 10_000,
    "2.5k": 2_500,
    "2M": 2_000_000,
    "10,000 steps": 10_000,
    "10,000\u00a0steps": 10_000,
    "10k steps": 10_000,
    "1 step": 1,
    "1 STEPS": 1,
    "\u22123": -3,
    "\u20133": -3,
    "- 3": -3,
    "+3": 3,
    "007": 7,
    "7.": 7,
    "7.0": 7,
    "10.00": 10,
    "10,000.00": 10_000,
    "9,223,372,036,854,775,807": 2**63 - 1,
    "-9_223_372_036_854_775_807": -(2**63) + 1,
}
AMBIGUOUS = (
    "1,5",
    "10,00",
    "10,0000",
    "1000,000",
    "1.000",
    "12.500",
    "1.000k",
    "1.000 steps",
    "1.000.000",
    "1,000.5.0",
    "1.000,5",
    "1 000,5",
    "1,00,000",
    "10,000,00",
    "1,000 000",
    "1,000_000",
    "0,5",
    "0,500",
    "0 500",
    "00,001",
    "1 5",
    "1_0",
    "1\u20095",
    "１，５",
)
NOT_WHOLE = ("seven", "-", "1.5", "0.001", "10,000.25", "1e-3", "inf", "nan", "--3", "½", "50%", "$5", "5,")


def read(typed: str, kind: NumberKind, unit: str = "") -> float | str:
    """Return the number, or the error message."""
    try:
        return parse_number(typed, kind, unit)
    except NumberTextError as error:
        return str(error)


@pytest.mark.parametrize(("kind", "of_type"), [("whole", int), ("real", float)])
def test_numbers_are_read_in_all_unambiguous_spellings(kind: NumberKind, of_type: type) -> None:
    found = {typed: read(typed, kind, "steps") for typed in ACCEPTED}
    assert found == {typed: of_type(number) for typed, number in ACCEPTED.items()}
    assert {type(number) for number in found.values()} == {of_type}


def test_real_numbers_can_have_decimals() -> None:
    expected = {
        "0.5": 0.5,
        ".5": 0.5,
        "1.125": 1.125,
        "0.100": 0.1,
        "1.50": 1.5,
        "12.3456": 12.3456,
        "1,000.25": 1000.25,
        "1\u2009000.5": 1000.5,
        "1e-3": 0.001,
        "0.5 × average": 0.5,
        "2×": 2.0,
    }
    assert {typed: read(typed, "real", "× average") for typed in expected} == expected


@pytest.mark.parametrize("kind", ["whole", "real"])
def test_ambiguous_text_is_rejected_and_both_separators_are_explained(kind: NumberKind) -> None:
    message = "“%s” is ambiguous. Use commas for thousands (10,000) and a point for decimals (0.5)."
    assert {typed: read(typed, kind, "steps") for typed in AMBIGUOUS} == {
        typed: message % typed for typed in AMBIGUOUS
    }


def test_other_text_is_not_a_whole_number() -> None:
    message = "“%s” is not a whole number. Example: 10,000."
    assert {typed: read(typed, "whole", "steps") for typed in NOT_WHOLE} == {
        typed: message % typed for typed in NOT_WHOLE
    }


@pytest.mark.parametrize(
    ("typed", "kind", "unit", "message"),
    [
        ("", "whole", "", "Enter a number."),
        ("seven", "real", "", "“seven” is not a number. Example: 0.5."),
        ("1e999", "whole", "", "“1e999” is too large."),
        ("9223372036854775808", "whole", "", "“9223372036854775808” is too large."),
        ("1e999", "real", "", "“1e999” is too large."),
        ("1e-400", "real", "", "“1e-400” is too small."),
        (
            "32 px",
            "whole",
            "steps",
            "“32 px” has another unit than this setting. Enter the number in steps.",
        ),
        ("4 GB", "whole", "MB", "“4 GB” has another unit than this setting. Enter the number in MB."),
        ("4M", "whole", "MB", "“4M” has another unit than this setting. Enter the number in MB."),
        ("32 px", "whole", "", "“32 px” has a unit, but this setting has none. Enter only the number."),
    ],
)
def test_the_message_states_what_is_expected(typed: str, kind: NumberKind, unit: str, message: str) -> None:
    assert read(typed, kind, unit) == message


@pytest.mark.parametrize("unit", ["", "px", "steps", "MB", "× average"])
def test_the_text_of_a_whole_field_is_read_as_its_number(qtbot: QtBot, unit: str) -> None:
    field = NumberField("whole", unit)
    qtbot.addWidget(field)
    for number in (0, 7, 999, 1_000, 12_345, 10**12, 2**63 - 1, -4_000):
        field.set_value(number)
        assert read(field.text(), "whole", unit) == number


def test_the_text_of_a_real_field_is_read_as_its_number(qtbot: QtBot) -> None:
    field = NumberField("real")
    qtbot.addWidget(field)
    for number in (0.0, 0.001, 0.1, 1.125, 2.5, 12.345678, 1000.0, 1234567.0, 1e-7, 3e12):
        field.set_value(number)
        assert read(field.text(), "real") == number


LISTS: dict[str, tuple[int, ...] | None] = {
    "300, 600, 1000": (300, 600, 1000),
    "300,600,1000": (300, 600, 1000),
    "40,80": (40, 80),
    "40 80": (40, 80),
    "40; 80": (40, 80),
    "1,000": (1000,),
    "1,000, 2,000": (1000, 2000),
    "1,000; 2,500,000; 3k": (1000, 2_500_000, 3000),
    "300, 1e3": (300, 1000),
    "300, ": (300,),
    "": (),
    "300,600": None,
    "300 600": None,
    "300, 1.5": None,
    "300, 1.000": None,
    "300, 1,5": None,
    "36, 50,100": None,
    "36, 50 100": None,
    "300; 0,500": None,
    "300, six": None,
}
"""Texts of lists and their numbers. None if the text is rejected."""


def read_list(typed: str) -> tuple[int, ...] | None:
    try:
        return parse_whole_numbers(typed)
    except NumberTextError:
        return None


def test_lists_are_read_unless_a_comma_is_ambiguous() -> None:
    assert {typed: read_list(typed) for typed in LISTS} == LISTS


@pytest.mark.parametrize("typed", ["1,5", "1.000", "10,00", "1,000.5.0", "seven", "32 px", ""])
def test_a_rejected_text_stays_with_its_message_and_changes_nothing(qtbot: QtBot, typed: str) -> None:
    field = shown(qtbot, NumberField("whole", "steps"))
    field.set_value(800)
    field.selectAll()
    with qtbot.waitSignal(field.input_error_changed) as rejected, qtbot.assertNotEmitted(field.edited):
        qtbot.keyClicks(field, typed) if typed else qtbot.keyClick(field, Qt.Key.Key_Delete)
        qtbot.keyClick(field, Qt.Key.Key_Return)
    assert rejected.args == [field.input_error]
    field.set_value(800)  # another setting was edited
    qtbot.keyClick(field, Qt.Key.Key_Up)
    assert (field.text(), field.value) == (typed, 800)
    assert field.input_error


def test_a_correction_removes_the_message(qtbot: QtBot) -> None:
    field = shown(qtbot, NumberField("whole", "steps"))
    reject(qtbot, field)
    field.selectAll()
    qtbot.keyClicks(field, "10,000")
    with qtbot.waitSignals([field.edited, field.input_error_changed]):
        qtbot.keyClick(field, Qt.Key.Key_Return)
    assert (field.text(), field.input_error) == ("10,000 steps", "")


def test_escape_removes_a_rejected_text_and_its_message(qtbot: QtBot) -> None:
    field = shown(qtbot, NumberField("whole", "steps"))
    reject(qtbot, field)
    qtbot.keyClick(field, Qt.Key.Key_Escape)
    assert (field.text(), field.input_error) == ("800 steps", "")


def test_a_new_value_removes_a_rejected_text_and_its_message(qtbot: QtBot) -> None:
    field = shown(qtbot, NumberField("whole", "steps"))
    reject(qtbot, field)
    field.set_value(600)  # for example, from a preset
    assert (field.text(), field.input_error) == ("600 steps", "")


def reject(qtbot: QtBot, field: NumberField) -> None:
    field.set_value(800)
    field.selectAll()
    qtbot.keyClicks(field, "10,00")
    qtbot.keyClick(field, Qt.Key.Key_Return)
    assert field.input_error


@pytest.mark.parametrize("pasted", ["10,000 steps", "10\u2009000", "10,000\n"])
def test_numbers_can_be_pasted(qtbot: QtBot, pasted: str) -> None:
    field = shown(qtbot, NumberField("whole", "steps"))
    field.selectAll()
    QGuiApplication.clipboard().setText(pasted)
    field.paste()
    qtbot.keyClick(field, Qt.Key.Key_Return)
    assert field.value == 10_000


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
