"""Form row with a title, an input control and an error message."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QComboBox, QGridLayout, QLabel, QWidget

from podd_app.qt.plain_text import set_description, set_tooltip
from podd_app.style.theme import scaled
from podd_app.widgets.text import label

_MOST_GROWTH, _LEAST = 1.5, 0.8
"""Limits of the control width relative to its nominal width. Large fonts must leave room for the title."""
_SMALL_PX = 40


class FieldRow(QWidget):
    """Form row of one setting.

    Args:
        title: Name of the setting.
        control: Widget that edits the setting, shown after the title.
        tooltip: Explanation of the setting with its unit.
        control_width_px: Nominal width of the control. If 0, the size hint of the control is used.
    """

    def __init__(
        self,
        title: str,
        control: QWidget,
        tooltip: str,
        control_width_px: int = 92,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.control = control
        self._title = self._create_title(title)
        self._title.setBuddy(control)
        self._sentence = label("", "trouble", wraps=True)
        self._sentence.hide()
        for widget in (self._title, control):
            set_tooltip(widget, tooltip)
        control.setAccessibleName(title)
        if isinstance(control, QComboBox):
            # A drop-down list is as wide as its longest choice. The list elides the choice if the row is
            # narrow.
            control.setMinimumWidth(round(_LEAST * control_width_px))
        elif control_width_px:
            widest = min(scaled(control_width_px), round(_MOST_GROWTH * control_width_px))
            control.setMaximumWidth(widest)
            control.setMinimumWidth(round(_LEAST * widest) if widest > _SMALL_PX else widest)
        self.grid = QGridLayout(self)
        self.grid.setContentsMargins(0, 0, 0, 0)
        self.grid.setHorizontalSpacing(4)
        self.grid.setVerticalSpacing(3)
        self.grid.addWidget(self._title, 0, 0)
        self.grid.addWidget(control, 0, 2, Qt.AlignmentFlag.AlignRight)
        self.grid.setColumnStretch(0, 1)
        self.grid.addWidget(self._sentence, 1, 0, 1, 3)

    def _create_title(self, title: str) -> QLabel:
        return label(title, wraps=True)

    def add_notice(self, notice: QWidget) -> None:
        """Show ``notice`` below the error message."""
        self.grid.addWidget(notice, self.grid.rowCount(), 0, 1, 3)

    @property
    def error(self) -> str:
        """The error message shown. Empty if there is none."""
        return self._sentence.text()

    def set_error(self, sentence: str) -> None:
        """Show an error message below the control and highlight the control. Empty removes both."""
        if sentence == self._sentence.text():
            return
        self._sentence.setText(sentence)
        self._sentence.setVisible(bool(sentence))
        self.control.setProperty("trouble", "true" if sentence else "false")
        set_description(self.control, sentence)
        self.control.style().unpolish(self.control)
        self.control.style().polish(self.control)
