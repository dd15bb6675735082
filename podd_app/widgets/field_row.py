"""A label, its control, and the sentence under it when something is wrong."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QGridLayout, QLabel, QWidget

from podd_app.style.theme import scaled
from podd_app.widgets.text import label

_MOST_GROWTH, _LEAST = 1.5, 0.8
"""Controls grow with large letters, and shrink a little, to leave room for their titles."""
_SMALL_PX = 40


class FieldRow(QWidget):
    """One setting on a panel.

    Args:
        title: name of the setting.
        control: what edits it; takes the place at the right.
        tooltip: what it does, with its unit.
        control_width_px: width of the control, where there is room; 0: as wide as it likes.
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
        self._title = label(title, wraps=True)
        self._title.setBuddy(control)
        self._sentence = label("", "trouble", wraps=True)
        self._sentence.hide()
        for widget in (self._title, control):
            widget.setToolTip(tooltip)
        control.setAccessibleName(title)
        if control_width_px:
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

    @property
    def title(self) -> QLabel:
        """The label of the control."""
        return self._title

    @property
    def error(self) -> str:
        """The sentence shown; empty when all is well."""
        return self._sentence.text()

    def set_error(self, sentence: str) -> None:
        """Turn the field and say what is wrong under it; empty: all is well."""
        if sentence == self._sentence.text():
            return
        self._sentence.setText(sentence)
        self._sentence.setVisible(bool(sentence))
        self.control.setProperty("trouble", "true" if sentence else "false")
        self.control.setAccessibleDescription(sentence)
        self.control.style().unpolish(self.control)
        self.control.style().polish(self.control)
