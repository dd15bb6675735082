"""Card that asks for confirmation before runs are moved to the trash."""

from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QHBoxLayout, QWidget

from podd_app.services.trash import trash_name
from podd_app.widgets.text import Card, button, label


class TrashQuestion(Card):
    """Question below the trash button; hidden until `ask` is called."""

    confirmed = Signal(object)
    """Paths of the runs to move."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("alarm", parent)
        self._paths: tuple[Path, ...] = ()
        self._text = label("", wraps=True)
        self.confirm = button(
            self.tr("Move to trash"), self.tr("Runs can be restored until the trash is emptied")
        )
        self.keep = button(self.tr("Keep"), self.tr("Do not move anything"), "quiet")
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
        """Text of the question."""
        return self._text.text()

    def ask(self, paths: Sequence[Path]) -> None:
        """Show the question for the runs at ``paths``."""
        self._paths = tuple(paths)
        if len(paths) == 1:
            text = self.tr("Move %s to the %s with all its files? You can restore the run from there.")
            self._text.setText(text % (paths[0].name, trash_name()))
        else:
            text = self.tr(
                "Move %n run(s) to the %s with all files? You can restore the files from there.",
                "",
                len(paths),
            )
            self._text.setText(text % trash_name())
        self.show()
        self.keep.setFocus()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Close the question with Escape."""
        if event.key() == Qt.Key.Key_Escape:
            self.hide()
            return
        super().keyPressEvent(event)

    def _on_confirmed(self) -> None:
        self.hide()
        self.confirmed.emit(self._paths)
