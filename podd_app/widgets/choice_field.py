"""Drop-down list of named choices."""

from collections.abc import Mapping
from typing import Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QPaintEvent, QWheelEvent
from PySide6.QtWidgets import QComboBox, QStyle, QStyleOptionComboBox, QStylePainter

from podd_app.qt.plain_text import tooltip_text


class ChoiceField(QComboBox):
    """Drop-down list that maps titles to keys.

    Args:
        choices: Titles by key, in display order.
        hints: Tooltips by key.
    """

    edited = Signal(object)
    """Emitted with the key when the user selects a choice."""

    def __init__(self, choices: Mapping[Any, str], hints: Mapping[Any, str] | None = None) -> None:
        super().__init__()
        self._keys: list[Any] = []
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToContents)
        self.set_choices(choices, hints or {})
        self.activated.connect(lambda index: self.edited.emit(self._keys[index]))

    def set_choices(self, choices: Mapping[Any, str], hints: Mapping[Any, str]) -> None:
        """Replace the choices. Keep the selected key if it is among the new ones."""
        chosen = self.value
        self.clear()
        self._keys = list(choices)
        for key, title in choices.items():
            self.addItem(title)
            self.setItemData(self.count() - 1, tooltip_text(hints.get(key, "")), Qt.ItemDataRole.ToolTipRole)
        self.set_value(chosen)

    @property
    def value(self) -> Any:
        """The selected key, or None."""
        return self._keys[self.currentIndex()] if self.currentIndex() >= 0 else None

    def title_of(self, key: Any) -> str:
        """Return the title of a choice, or the key as text if the key is not a choice."""
        return self.itemText(self._keys.index(key)) if key in self._keys else str(key)

    def set_value(self, key: Any) -> None:
        """Select ``key`` without emitting `edited`."""
        self.setCurrentIndex(self._keys.index(key) if key in self._keys else -1)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the drop-down list. Elide a title that does not fit."""
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
        """Change the choice only if the field has focus, so that scrolling a form edits nothing."""
        if self.hasFocus():
            super().wheelEvent(event)
        else:
            event.ignore()
