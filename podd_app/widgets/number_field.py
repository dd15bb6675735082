"""A number with its unit, typed or stepped; says so when what was typed is no number."""

import math
from typing import Literal

from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtGui import QFocusEvent, QKeyEvent, QKeySequence, QWheelEvent
from PySide6.QtWidgets import QLineEdit

from podd_app.style.formatting import THIN_SPACE, format_count

_LADDER = (1.0, 2.0, 5.0, 10.0)
_WHEEL_NOTCH = 120
_KEY_STEPS = {
    Qt.Key.Key_Up: 1,
    Qt.Key.Key_Down: -1,
    Qt.Key.Key_PageUp: 10,
    Qt.Key.Key_PageDown: -10,
}


class NumberField(QLineEdit):
    """A whole or real number. Values outside the limits can be typed: the form says what is wrong.

    Up, down and the wheel step it: whole numbers by one, real ones along 1, 2, 5, 10, 20, …

    Args:
        kind: whole or real.
        unit: shown after the number.
        zero: shown, and understood, in place of 0; empty: 0 is a number like any other.
    """

    edited = Signal(object)
    """The new int or float, once the person has settled on it."""
    unreadable = Signal(str)
    """Why what was typed is no such number, one sentence."""

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
        """The number shown; an int for kind ``whole``."""
        return self._value

    def set_value(self, value: float) -> None:
        """Show ``value`` without emitting; leaves alone what is being typed."""
        self._value = value
        if not self.isModified():
            self._show()

    def step(self, steps: int) -> None:
        """Step up or down and settle there."""
        self._commit()
        value = self._value
        if self._kind == "whole":
            value += steps
        else:
            for _ in range(abs(steps)):
                value = _next_value(value, up=steps > 0)
        self._set_and_emit(value)

    def event(self, event: QEvent) -> bool:
        """Leave Undo and Redo to the program unless something is being typed."""
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
        """Step with the keys; Escape puts the number back."""
        key = event.key()
        if key in _KEY_STEPS:
            self.step(_KEY_STEPS[Qt.Key(key)])
        elif key == Qt.Key.Key_Escape and self.isModified():
            self._show()
        else:
            super().keyPressEvent(event)

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Step only when focused, so that scrolling a form changes nothing."""
        notches = round(event.angleDelta().y() / _WHEEL_NOTCH)
        if self.hasFocus() and notches:
            self.step(notches)
        else:
            event.ignore()

    def focusInEvent(self, event: QFocusEvent) -> None:
        """Offer the number for replacing."""
        super().focusInEvent(event)
        if event.reason() != Qt.FocusReason.MouseFocusReason:
            self.selectAll()

    def _commit(self) -> None:
        if not self.isModified():
            return
        text = self.text().strip()
        self.setModified(False)
        if self._zero and text == self._zero:
            text = "0"
        typed = text.removesuffix(self._unit).replace(THIN_SPACE, "").replace(",", ".").replace(" ", "")
        try:
            number = float(typed)
        except ValueError:
            number = math.nan
        if not math.isfinite(number) or (self._kind == "whole" and not number.is_integer()):
            wanted = self.tr("a whole number") if self._kind == "whole" else self.tr("a number")
            self.unreadable.emit(self.tr("‘%s’ is not %s.") % (text, wanted))
            return
        # Integers above 2**53, such as seeds, must not pass through a float.
        self._set_and_emit(int(typed) if self._kind == "whole" and typed.lstrip("+-").isdigit() else number)

    def _set_and_emit(self, number: float) -> None:
        value = int(number) if self._kind == "whole" else float(number)
        changed = value != self._value
        self._value = value
        self._show()
        if changed:
            self.edited.emit(value)

    def _show(self) -> None:
        number = format_count(int(self._value)) if self._kind == "whole" else f"{self._value:g}"
        zero = self._zero if self._value == 0 else ""
        self.setText(zero or f"{number} {self._unit}".strip())
        self.setModified(False)


def _next_value(value: float, up: bool) -> float:
    """The next rung of 1, 2, 5, 10, 20, … (or tenths of them) above or below a positive number."""
    if value <= 0:
        return 0.001 if up else 0.0
    decade = 10.0 ** math.floor(math.log10(value) + 1e-9)
    rungs = sorted({round(base * rung, 12) for base in (decade / 10, decade) for rung in _LADDER})
    if up:
        return next(rung for rung in rungs if rung > value * (1 + 1e-9))
    return next(rung for rung in reversed(rungs) if rung < value * (1 - 1e-9))
