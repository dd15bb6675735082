"""Controls for switches, words, lists of numbers and sets of kinds."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QCheckBox, QGridLayout, QLineEdit, QWidget

from podd_app.widgets.text import button


class SwitchField(QCheckBox):
    """Yes or no."""

    edited = Signal(object)
    """The new bool."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.clicked.connect(lambda checked: self.edited.emit(checked))

    def set_value(self, value: bool) -> None:
        """Show ``value`` without emitting."""
        self.setChecked(value)


class TextField(QLineEdit):
    """A line of words."""

    edited = Signal(object)
    """The new str, once the person has settled on it."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setMinimumHeight(28)
        self.editingFinished.connect(self._commit)

    def set_value(self, value: str) -> None:
        """Show ``value`` without emitting; leaves alone what is being typed."""
        if not self.isModified():
            self.setText(value)
            self.setCursorPosition(0)

    def _commit(self) -> None:
        if self.isModified():
            self.setModified(False)
            self.edited.emit(self.text().strip())


class IntegerListField(QLineEdit):
    """Whole numbers with commas between."""

    edited = Signal(object)
    """The new tuple of ints."""
    unreadable = Signal(str)
    """What was typed and is no list of whole numbers."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setMinimumHeight(28)
        self.setAlignment(Qt.AlignmentFlag.AlignRight)
        self.editingFinished.connect(self._commit)

    def set_value(self, value: tuple[int, ...]) -> None:
        """Show ``value`` without emitting."""
        if not self.isModified():
            self.setText(", ".join(str(number) for number in value))

    def _commit(self) -> None:
        if not self.isModified():
            return
        self.setModified(False)
        words = self.text().replace(",", " ").split()
        if all(word.isdigit() for word in words):
            self.edited.emit(tuple(int(word) for word in words))
        else:
            self.unreadable.emit(self.tr("Write whole numbers with commas between: 300, 600, 1000."))


class MultiChoiceField(QWidget):
    """Any of a few kinds, each its own toggle."""

    edited = Signal(object)
    """The new tuple of kinds, in the order they are offered."""

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
        """Show ``value`` without emitting."""
        for kind, toggle in self._toggles.items():
            toggle.setChecked(kind in value)

    def _on_toggled(self) -> None:
        self.edited.emit(tuple(kind for kind, toggle in self._toggles.items() if toggle.isChecked()))
