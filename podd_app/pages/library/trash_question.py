"""The question before runs go to the trash, asked where the button was."""

from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QHBoxLayout, QWidget

from podd_app.services.trash import trash_name
from podd_app.style.formatting import format_count
from podd_app.widgets.text import Card, button, label


class TrashQuestion(Card):
    """Hidden until it is asked."""

    confirmed = Signal(object)
    """The paths of the runs to move."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("alarm", parent)
        self._paths: tuple[Path, ...] = ()
        self._text = label("", wraps=True)
        self.confirm = button(self.tr("Move to trash"), self.tr("Nothing is deleted for good"))
        self.keep = button(self.tr("Keep"), self.tr("Leave everything as it is"), "quiet")
        self.confirm.clicked.connect(self._on_confirmed)
        self.keep.clicked.connect(self.hide)
        row = QHBoxLayout()
        row.setSpacing(14)
        row.addWidget(self.confirm)
        row.addWidget(self.keep)
        row.addStretch(1)
        self.column.setSpacing(8)
        self.column.addWidget(self._text)
        self.column.addLayout(row)
        self.hide()

    @property
    def text(self) -> str:
        """What is asked."""
        return self._text.text()

    def ask(self, paths: Sequence[Path]) -> None:
        """Ask about the runs at ``paths``."""
        self._paths = tuple(paths)
        what = paths[0].name if len(paths) == 1 else self.tr("%s runs") % format_count(len(paths))
        self._text.setText(
            self.tr(
                "Move %s to this system's %s? Posters, curves, notes and checkpoints go along; "
                "until the %s is emptied, they can be brought back from there."
            )
            % (what, trash_name(), trash_name())
        )
        self.show()
        self.keep.setFocus()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Escape keeps them."""
        if event.key() == Qt.Key.Key_Escape:
            self.hide()
            return
        super().keyPressEvent(event)

    def _on_confirmed(self) -> None:
        self.hide()
        self.confirmed.emit(self._paths)
