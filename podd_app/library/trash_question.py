"""The question before a run goes to the trash, asked where the button was."""

from pathlib import Path

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QWidget

from podd_app.library.trash import trash_name
from podd_app.widgets.text import Card, button, label


class TrashQuestion(Card):
    """Hidden until it is asked."""

    agreed = Signal(object)
    """The path of the run to move."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("alarm", parent)
        self._path: Path | None = None
        self._text = label("", wraps=True)
        self.move_it = button(self.tr("Move to trash"), self.tr("Nothing is deleted for good"))
        self.keep = button(self.tr("Keep"), self.tr("Leave everything as it is"), "quiet")
        self.move_it.clicked.connect(self._on_agreed)
        self.keep.clicked.connect(self.hide)
        row = QHBoxLayout()
        row.setSpacing(14)
        row.addWidget(self.move_it)
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

    def ask(self, path: Path) -> None:
        """Ask about the run at ``path``."""
        self._path = path
        self._text.setText(
            self.tr(
                "Move %s to this system's %s? Its poster, curves, notes and checkpoint go along; "
                "until the %s is emptied, they can be brought back from there."
            )
            % (path.name, trash_name(), trash_name())
        )
        self.show()
        self.keep.setFocus()

    def _on_agreed(self) -> None:
        self.hide()
        self.agreed.emit(self._path)
