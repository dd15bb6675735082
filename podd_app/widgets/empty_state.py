"""What an empty place shows: an icon, a sentence, and the thing to do next."""

from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QLabel, QVBoxLayout, QWidget

from podd_app.style.icons import pixmap
from podd_app.style.theme import colors_of
from podd_app.widgets.text import button, label

_SENTENCE_PX = 380


class EmptyState(QWidget):
    """An invitation in place of nothing.

    Args:
        icon_name: of resources/icons.
        title: what is not here yet.
        sentence: how it comes to be here.
        action: text of the button; empty: none.
        second: text of a quieter button under it; empty: none.
    """

    action_triggered = Signal()
    """The button was pressed."""
    second_action_triggered = Signal()
    """The quieter button was pressed."""

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
        self._icon = QLabel()
        self._sentence = label(sentence, "muted", wraps=True)
        self._sentence.setAlignment(Qt.AlignmentFlag.AlignHCenter)
        self._sentence.setFixedWidth(_SENTENCE_PX)
        # A layout that centers a label does not ask how high its lines make it.
        self._sentence.setMinimumHeight(self._sentence.heightForWidth(_SENTENCE_PX))
        column = QVBoxLayout(self)
        column.setSpacing(8)
        column.addStretch(3)
        center = Qt.AlignmentFlag.AlignHCenter
        column.addWidget(self._icon, 0, center)
        column.addSpacing(8)
        column.addWidget(label(title, "heading"), 0, center)
        # Not aligned in the column: that would give it the height of one long line.
        row = QHBoxLayout()
        row.addStretch(1)
        row.addWidget(self._sentence)
        row.addStretch(1)
        column.addLayout(row)
        if action:
            pressed = button(action, sentence)
            pressed.clicked.connect(self.action_triggered)
            column.addSpacing(8)
            column.addWidget(pressed, 0, center)
        if second:
            quieter = button(second, "", "quiet")
            quieter.clicked.connect(self.second_action_triggered)
            column.addWidget(quieter, 0, center)
        column.addStretch(4)
        self._apply_palette()

    def changeEvent(self, event: QEvent) -> None:
        """Follow the scheme."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange:
            self._apply_palette()

    def _apply_palette(self) -> None:
        self._icon.setPixmap(pixmap(self._icon_name, colors_of(self).muted, 48, self.devicePixelRatioF()))
