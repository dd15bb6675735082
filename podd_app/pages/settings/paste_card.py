"""Card that imports the settings of a published ``python main.py …`` command."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QPlainTextEdit, QWidget

from podd_app.widgets.text import Card, button, label
from podd_engine.config.reference_command import parse_reference_command
from podd_engine.config.schema import DistillationConfig
from podd_engine.errors import ConfigError

_HEIGHT_PX = 92


class PasteCard(Card):
    """Text box for a published command, with an error message and a button."""

    parsed = Signal(object)
    """Emitted with the `DistillationConfig` of a valid command."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("card", parent)
        self.text = QPlainTextEdit()
        self.text.setPlaceholderText("python main.py --dataset=cifar10 …")
        self.text.setFixedHeight(_HEIGHT_PX)
        self.text.setTabChangesFocus(True)
        self.text.setAccessibleName(self.tr("Published command"))
        self._error_label = label("", "trouble", wraps=True)
        self._error_label.hide()
        self.use = button(self.tr("Import command"), self.tr("Load the settings of this command"))
        self.use.setEnabled(False)
        row = QHBoxLayout()
        row.addStretch(1)
        row.addWidget(self.use)
        self.column.addWidget(self.text)
        self.column.addWidget(self._error_label)
        self.column.addLayout(row)
        self.text.textChanged.connect(self._on_text_changed)
        self.use.clicked.connect(self._parse)

    @property
    def error(self) -> str:
        """The error message; empty without an error."""
        return self._error_label.text()

    def _on_text_changed(self) -> None:
        self.use.setEnabled(bool(self.text.toPlainText().strip()))
        self._show_error("")

    def _parse(self) -> None:
        try:
            config: DistillationConfig = parse_reference_command(self.text.toPlainText())
        except ConfigError as error:
            self._show_error(str(error))
            return
        self.text.clear()
        self.parsed.emit(config)

    def _show_error(self, error: str) -> None:
        self._error_label.setText(error)
        self._error_label.setVisible(bool(error))
