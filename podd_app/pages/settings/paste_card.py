"""Card that imports the settings of a published ``python main.py …`` command."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QWidget

from podd_app.pages.settings.command_edit import CommandEdit, unbreakable
from podd_app.qt.plain_text import set_tooltip
from podd_app.widgets.text import Card, button, label
from podd_engine.config.reference_command import ImportedCommand, import_reference_command
from podd_engine.errors import ConfigError

_HEIGHT_PX = 92
_LISTED_FLAGS = 8


class PasteCard(Card):
    """Text box for a published command, with an error message, a receipt and a button."""

    parsed = Signal(object)
    """Emitted with the `DistillationConfig` of a valid command."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("card", parent)
        self.text = CommandEdit()
        self.text.setPlaceholderText(unbreakable("python main.py --dataset=cifar10 …"))
        self.text.setFixedHeight(_HEIGHT_PX)
        self.text.setAccessibleName(self.tr("Published command"))
        self._error_label = label("", "trouble", wraps=True)
        self._error_label.hide()
        self._receipt_label = label("", "small", wraps=True)
        self._receipt_label.hide()
        self.use = button(self.tr("Import command"), self.tr("Load the settings of this command"))
        self.use.setEnabled(False)
        row = QHBoxLayout()
        row.addStretch(1)
        row.addWidget(self.use)
        self.column.addWidget(self.text)
        self.column.addWidget(self._error_label)
        self.column.addWidget(self._receipt_label)
        self.column.addLayout(row)
        self.text.textChanged.connect(self._on_text_changed)
        self.use.clicked.connect(self._parse)

    @property
    def error(self) -> str:
        """The error message; empty without an error."""
        return self._error_label.text()

    @property
    def receipt(self) -> str:
        """The use of each flag of the last imported command; empty after the next edit."""
        return self._receipt_label.text()

    def _on_text_changed(self) -> None:
        self.use.setEnabled(bool(self.text.command.strip()))
        self._show("", "")

    def _parse(self) -> None:
        try:
            imported = import_reference_command(self.text.command)
        except ConfigError as error:
            self._show(str(error), "")
            return
        self.text.clear()
        self.parsed.emit(imported.config)
        self._show("", self._receipt(imported))
        flags = (*imported.mapped, *imported.ignored, *imported.defaulted)
        set_tooltip(self._receipt_label, unbreakable(" ".join(flags)))

    def _receipt(self, imported: ImportedCommand) -> str:
        mapped, ignored, defaulted = map(len, (imported.mapped, imported.ignored, imported.defaulted))
        lines = [self.tr("%n flag(s) imported", "", mapped)]
        if ignored:
            names = _flag_list(imported.ignored)
            lines.append(self.tr("%n flag(s) ignored, without effect on the result: %s", "", ignored) % names)
        if defaulted:
            names = _flag_list(imported.defaulted)
            lines.append(self.tr("%n published default(s) used: %s", "", defaulted) % names)
        return "\n".join(lines)

    def _show(self, error: str, receipt: str) -> None:
        for shown, text in ((self._error_label, error), (self._receipt_label, receipt)):
            shown.setText(text)
            shown.setVisible(bool(text))


def _flag_list(flags: tuple[str, ...]) -> str:
    """Return the first flags, for a receipt of a few lines. Its tooltip contains all flags."""
    listed = ", ".join(flags[:_LISTED_FLAGS])
    return unbreakable(listed if len(flags) <= _LISTED_FLAGS else f"{listed}, …")
