"""Input field for a number with a unit. The number can be typed or changed in steps."""

import math
import re
from typing import Literal

from PySide6.QtCore import QEvent, QLocale, Qt, Signal
from PySide6.QtGui import QFocusEvent, QKeyEvent, QKeySequence, QWheelEvent
from PySide6.QtWidgets import QLineEdit

from podd_app.style.formatting import format_count, format_number

_LADDER = (1.0, 2.0, 5.0, 10.0)
_WHEEL_NOTCH = 120
_KEY_STEPS = {
    Qt.Key.Key_Up: 1,
    Qt.Key.Key_Down: -1,
    Qt.Key.Key_PageUp: 10,
    Qt.Key.Key_PageDown: -10,
}


class NumberField(QLineEdit):
    """Input field for a whole or real number.

    The arrow keys and the mouse wheel change whole numbers by 1 and real numbers along 1, 2, 5, 10, 20, …
    The field has no limits: the form shows an error for a number out of range.

    Args:
        kind: The kind of number.
        unit: The unit shown after the number.
        zero: A word shown and accepted instead of 0. If empty, 0 is shown as a number.
    """

    edited = Signal(object)
    """Emitted with the new int or float when the user finishes editing."""
    input_rejected = Signal(str)
    """Emitted with an error message when the text is not a number of the right kind."""

    def __init__(self, kind: Literal["whole", "real"], unit: str = "", zero: str = "") -> None:
        super().__init__()
        self._kind = kind
        self._unit = unit
        self._zero = zero
        self._value: float = 0
        self.setAlignment(Qt.AlignmentFlag.AlignRight)
        self.editingFinished.connect(self._commit)
        self._show()

    @property
    def value(self) -> float:
        """The number shown, an int if the kind is ``whole``."""
        return self._value

    def set_value(self, value: float) -> None:
        """Show ``value`` without emitting `edited`. Text that is being edited stays."""
        self._value = value
        if not self.isModified():
            self._show()

    def step(self, steps: int) -> None:
        """Increase or decrease the number by ``steps`` steps and emit `edited`."""
        self._commit()
        value = self._value
        if self._kind == "whole":
            value += steps
        else:
            for _ in range(abs(steps)):
                value = _next_value(value, up=steps > 0)
        self._set_and_emit(value)

    def event(self, event: QEvent) -> bool:
        """Let the window handle Undo and Redo unless the text is being edited."""
        if (
            event.type() == QEvent.Type.ShortcutOverride
            and isinstance(event, QKeyEvent)
            and not self.isModified()
            and (event.matches(QKeySequence.StandardKey.Undo) or event.matches(QKeySequence.StandardKey.Redo))
        ):
            event.ignore()
            return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Change the number with the arrow keys. Escape discards the edit."""
        key = event.key()
        if key in _KEY_STEPS:
            self.step(_KEY_STEPS[Qt.Key(key)])
        elif key == Qt.Key.Key_Escape and self.isModified():
            self._show()
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

    def _commit(self) -> None:
        if not self.isModified():
            return
        text = self.text().strip()
        self.setModified(False)
        digits = "0" if self._zero and text == self._zero else _plain_digits(text.removesuffix(self._unit))
        try:
            number = float(digits)
        except ValueError:
            number = math.nan
        if self._kind == "whole" and not number.is_integer():
            self.input_rejected.emit(self.tr("“%s” is not a whole number.") % text)
        elif not math.isfinite(number):
            self.input_rejected.emit(self.tr("“%s” is not a number. Example: 0.5.") % text)
        else:
            # Integers above 2**53, such as seeds, must not pass through a float.
            exact = self._kind == "whole" and digits.lstrip("+-").isdigit()
            self._set_and_emit(int(digits) if exact else number)

    def _set_and_emit(self, number: float) -> None:
        value = int(number) if self._kind == "whole" else float(number)
        changed = value != self._value
        self._value = value
        self._show()
        if changed:
            self.edited.emit(value)

    def _show(self) -> None:
        number = format_count(int(self._value)) if self._kind == "whole" else format_number(self._value, "g")
        zero = self._zero if self._value == 0 else ""
        self.setText(zero or f"{number} {self._unit}".strip())
        self.setModified(False)


def _plain_digits(text: str) -> str:
    """Remove spaces and the group separators of the default `QLocale`, and use ``.`` for the decimal point.

    A misplaced separator stays, so that ``float`` rejects "1,00" and "0,5" instead of reading 100 and 5.
    """
    locale = QLocale()
    group, point = locale.groupSeparator(), locale.decimalPoint()
    compact = re.sub(r"\s", "", text)
    if re.match(rf"[+-]?\d{{1,3}}({re.escape(group)}\d{{3}})+(\D|$)", compact):
        compact = compact.replace(group, "")
    return compact.replace(point, ".")


def _next_value(value: float, up: bool) -> float:
    """Return the next number of …, 0.1, 0.2, 0.5, 1, 2, 5, 10, … above or below ``value``."""
    if value <= 0:
        return 0.001 if up else 0.0
    decade = 10.0 ** math.floor(math.log10(value) + 1e-9)
    rungs = sorted({round(base * rung, 12) for base in (decade / 10, decade) for rung in _LADDER})
    if up:
        return next(rung for rung in rungs if rung > value * (1 + 1e-9))
    return next(rung for rung in reversed(rungs) if rung < value * (1 - 1e-9))
