"""Input controls for switches, text, lists of integers and multiple choices."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QCheckBox, QGridLayout, QLineEdit, QWidget

from podd_app.widgets.checked_line_edit import CheckedLineEdit
from podd_app.widgets.number_text import parse_whole_numbers
from podd_app.widgets.text import button


class SwitchField(QCheckBox):
    """Check box for a bool."""

    edited = Signal(object)
    """Emitted with the new bool when the user clicks the check box."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        # PySide drops the argument of `clicked` when the slot is the `emit` of an `object` signal.
        self.clicked.connect(lambda checked: self.edited.emit(checked))  # noqa: PLW0108

    def set_value(self, value: bool) -> None:
        """Show ``value`` without emitting `edited`."""
        self.setChecked(value)


class TextField(QLineEdit):
    """Single-line text field."""

    edited = Signal(object)
    """Emitted with the new str when the user finishes editing."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setMinimumHeight(28)
        self.editingFinished.connect(self._commit)

    def set_value(self, value: str) -> None:
        """Show ``value`` without emitting `edited`. Text that is being edited stays."""
        if not self.isModified():
            self.setText(value)
            self.setCursorPosition(0)

    def _commit(self) -> None:
        if self.isModified():
            self.setModified(False)
            self.edited.emit(self.text().strip())


class IntegerListField(CheckedLineEdit):
    """Text field for a comma-separated list of whole numbers."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setMinimumHeight(28)
        self._value: tuple[int, ...] = ()

    def set_value(self, value: tuple[int, ...]) -> None:
        """Show ``value`` without emitting `edited`. Text that is being edited or was rejected stays."""
        changed = value != self._value
        self._value = value
        self.show_value(changed)

    def _value_text(self) -> str:
        return ", ".join(str(number) for number in self._value)

    def _read(self, text: str) -> tuple[int, ...]:
        return parse_whole_numbers(text)


class MultiChoiceField(QWidget):
    """Row of toggle buttons for selecting any number of choices.

    Args:
        kinds: The choices.
    """

    edited = Signal(object)
    """Emitted with the tuple of selected choices, in the order of the buttons."""

    def __init__(self, kinds: tuple[str, ...], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setSpacing(6)
        self._toggles = {}
        for index, kind in enumerate(kinds):
            toggle = button(kind, self.tr("Use %s") % kind, "toggle")
            toggle.clicked.connect(self._on_toggled)
            self._toggles[kind] = toggle
            grid.addWidget(toggle, index // 3, index % 3)

    def set_value(self, value: tuple[str, ...]) -> None:
        """Show ``value`` without emitting `edited`."""
        for kind, toggle in self._toggles.items():
            toggle.setChecked(kind in value)

    def _on_toggled(self) -> None:
        self.edited.emit(tuple(kind for kind, toggle in self._toggles.items() if toggle.isChecked()))
