"""Input field for a number with a unit. The number can be typed or changed in steps."""

import math

from PySide6.QtCore import Qt
from PySide6.QtGui import QFocusEvent, QKeyEvent, QWheelEvent

from podd_app.style.formatting import format_count, format_real
from podd_app.widgets.checked_line_edit import CheckedLineEdit
from podd_app.widgets.number_text import NumberKind, parse_number

_LADDER = (1.0, 2.0, 5.0, 10.0)
_WHEEL_NOTCH = 120
_KEY_STEPS = {
    Qt.Key.Key_Up: 1,
    Qt.Key.Key_Down: -1,
    Qt.Key.Key_PageUp: 10,
    Qt.Key.Key_PageDown: -10,
}


class NumberField(CheckedLineEdit):
    """Input field for a whole or real number.

    The arrow keys and the mouse wheel change whole numbers by 1 and real numbers along 1, 2, 5, 10, 20, …
    The field has no limits: the form shows an error for a number out of range.

    Args:
        kind: The kind of number.
        unit: The unit shown after the number.
        zero: A word shown and accepted instead of 0. If empty, 0 is shown as a number.
    """

    def __init__(self, kind: NumberKind, unit: str = "", zero: str = "") -> None:
        super().__init__()
        self._kind = kind
        self._unit = unit
        self._zero = zero
        self._value: float = 0
        self.discard_edit()

    @property
    def value(self) -> float:
        """The number shown, an int if the kind is ``whole``."""
        return self._value

    def set_value(self, value: float) -> None:
        """Show ``value`` without emitting `edited`. Text that is being edited or was rejected stays."""
        changed = value != self._value
        self._value = value
        self.show_value(changed)

    def step(self, steps: int) -> None:
        """Increase or decrease the number by ``steps`` steps and emit `edited`. A rejected text stays."""
        if not self.commit():
            return
        value = self._value
        if self._kind == "whole":
            value += steps
        else:
            for _ in range(abs(steps)):
                value = _next_value(value, up=steps > 0)
        if value != self._value:
            self._value = value
            self.discard_edit()
            self.edited.emit(value)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Change the number with the arrow keys."""
        key = event.key()
        if key in _KEY_STEPS:
            self.step(_KEY_STEPS[Qt.Key(key)])
        else:
            super().keyPressEvent(event)

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Change the number only if the field has focus, so that scrolling a form edits nothing."""
        notches = round(event.angleDelta().y() / _WHEEL_NOTCH)
        if self.hasFocus() and notches:
            self.step(notches)
        else:
            event.ignore()

    def focusInEvent(self, event: QFocusEvent) -> None:
        """Select the text if the keyboard moved the focus, so that typing replaces the number."""
        super().focusInEvent(event)
        if event.reason() != Qt.FocusReason.MouseFocusReason:
            self.selectAll()

    def _read(self, text: str) -> float:
        if self._zero and text.strip().casefold() == self._zero.casefold():
            return parse_number("0", self._kind)
        return parse_number(text, self._kind, self._unit)

    def _value_text(self) -> str:
        number = format_count(int(self._value)) if self._kind == "whole" else format_real(self._value)
        zero = self._zero if self._value == 0 else ""
        return zero or f"{number} {self._unit}".strip()


def _next_value(value: float, up: bool) -> float:
    """Return the next number of …, 0.1, 0.2, 0.5, 1, 2, 5, 10, … above or below ``value``."""
    if value <= 0:
        return 0.001 if up else 0.0
    decade = 10.0 ** math.floor(math.log10(value) + 1e-9)
    rungs = sorted({round(base * rung, 12) for base in (decade / 10, decade) for rung in _LADDER})
    if up:
        return next(rung for rung in rungs if rung > value * (1 + 1e-9))
    return next(rung for rung in reversed(rungs) if rung < value * (1 - 1e-9))
