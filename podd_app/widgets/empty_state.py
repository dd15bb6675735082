"""Placeholder for an empty page: an icon, an explanation and the next action."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from podd_app.style.icons import pixmap
from podd_app.style.palette import FollowsPalette
from podd_app.style.theme import colors_of
from podd_app.widgets.text import PlainLabel, button, label

_SENTENCE_PX = 380


class EmptyState(FollowsPalette, QWidget):
    """Placeholder with an icon, a title, an explanation and up to two buttons.

    Args:
        icon_name: File name in resources/icons without ``.svg``.
        title: What is missing.
        sentence: How to get it.
        action: Text of the button. If empty, there is no button.
        second: Text of a less prominent button below. If empty, there is no second button.
    """

    action_triggered = Signal()
    """Emitted when the button is clicked."""
    second_action_triggered = Signal()
    """Emitted when the second button is clicked."""

    def __init__(
        self,
        icon_name: str,
        title: str,
        sentence: str,
        action: str = "",
        second: str = "",
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._icon_name = icon_name
        self._icon = PlainLabel()
        title_label = label(title, "heading", wraps=True)
        title_label.setAlignment(Qt.AlignmentFlag.AlignHCenter)
        self._sentence = label(sentence, "muted", wraps=True)
        self._sentence.setAlignment(Qt.AlignmentFlag.AlignHCenter)
        self._sentence.setFixedWidth(_SENTENCE_PX)
        # A layout that centers a label ignores its height-for-width.
        self._sentence.setMinimumHeight(self._sentence.heightForWidth(_SENTENCE_PX))
        column = QVBoxLayout(self)
        column.setSpacing(8)
        column.addStretch(3)
        center = Qt.AlignmentFlag.AlignHCenter
        column.addWidget(self._icon, 0, center)
        column.addSpacing(8)
        column.addWidget(title_label)
        # With an alignment in the column, the label would get the height of a single line.
        row = QHBoxLayout()
        row.addStretch(1)
        row.addWidget(self._sentence)
        row.addStretch(1)
        column.addLayout(row)
        if action:
            first_button = button(action, sentence)
            first_button.clicked.connect(self.action_triggered)
            column.addSpacing(8)
            column.addWidget(first_button, 0, center)
        if second:
            second_button = button(second, "", "quiet")
            second_button.clicked.connect(self.second_action_triggered)
            column.addWidget(second_button, 0, center)
        column.addStretch(4)
        self.follow_palette()

    def _apply_palette(self) -> None:
        self._icon.setPixmap(pixmap(self._icon_name, colors_of(self).muted, 48, self.devicePixelRatioF()))
