"""One of a few named things."""

from collections.abc import Mapping
from typing import Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QPaintEvent, QWheelEvent
from PySide6.QtWidgets import QComboBox, QStyle, QStyleOptionComboBox, QStylePainter


class ChoiceField(QComboBox):
    """A drop-down of keys shown by their titles."""

    edited = Signal(object)
    """The chosen key."""

    def __init__(self, choices: Mapping[Any, str], hints: Mapping[Any, str] | None = None) -> None:
        super().__init__()
        self._keys: list[Any] = []
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToContents)
        self.set_choices(choices, hints or {})
        self.activated.connect(lambda index: self.edited.emit(self._keys[index]))

    def set_choices(self, choices: Mapping[Any, str], hints: Mapping[Any, str]) -> None:
        """Offer other choices, keeping the chosen one where it is among them."""
        chosen = self.value
        self.clear()
        self._keys = list(choices)
        for key, title in choices.items():
            self.addItem(title)
            self.setItemData(self.count() - 1, hints.get(key, ""), Qt.ItemDataRole.ToolTipRole)
        self.set_value(chosen)

    @property
    def value(self) -> Any:
        """The key shown; None if it is none of the choices."""
        return self._keys[self.currentIndex()] if self.currentIndex() >= 0 else None

    def title_of(self, key: Any) -> str:
        """How a choice is shown; the key itself where it is none of them."""
        return self.itemText(self._keys.index(key)) if key in self._keys else str(key)

    def set_value(self, key: Any) -> None:
        """Show ``key`` without emitting."""
        self.setCurrentIndex(self._keys.index(key) if key in self._keys else -1)

    def paintEvent(self, event: QPaintEvent) -> None:
        """End a title in … where there is no room for all of it."""
        painter, option = QStylePainter(self), QStyleOptionComboBox()
        self.initStyleOption(option)
        part = QStyle.SubControl.SC_ComboBoxEditField
        room = self.style().subControlRect(QStyle.ComplexControl.CC_ComboBox, option, part, self)
        option.currentText = self.fontMetrics().elidedText(
            self.currentText(), Qt.TextElideMode.ElideRight, room.width()
        )
        painter.drawComplexControl(QStyle.ComplexControl.CC_ComboBox, option)
        painter.drawControl(QStyle.ControlElement.CE_ComboBoxLabel, option)

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Change only when focused, so that scrolling a form changes nothing."""
        if self.hasFocus():
            super().wheelEvent(event)
        else:
            event.ignore()
