"""The one place for errors: what happened, what to do, details to copy."""

from PySide6.QtCore import QEvent, QSize, Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPlainTextEdit, QToolButton, QVBoxLayout, QWidget

from podd_app.models.run_status import Trouble
from podd_app.style.icons import icon, pixmap
from podd_app.style.theme import code_font, colours_of
from podd_app.widgets.text import Card, button, label

_DETAILS_PX = 140


class TroubleBanner(Card):
    """Hidden until something goes wrong; stays until dismissed or replaced."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("alarm", parent)
        self.setAccessibleName(self.tr("Error"))
        self._trouble = Trouble("")
        self._sign = QLabel()
        self._what = label("", "value", wraps=True)
        self._remedy = label("", wraps=True)
        self._details = QPlainTextEdit()
        self._details.setReadOnly(True)
        self._details.setLineWrapMode(QPlainTextEdit.LineWrapMode.NoWrap)
        self._details.setFont(code_font())
        self._details.setFixedHeight(_DETAILS_PX)
        self._show_details = button(self.tr("Details"), self.tr("What the program knows about it"), "quiet")
        self._show_details.setCheckable(True)
        self._show_details.toggled.connect(self._details.setVisible)
        copy = button(self.tr("Copy"), self.tr("Copy everything about this error"), "quiet")
        copy.clicked.connect(self._copy)
        self._dismiss = QToolButton()
        self._dismiss.setProperty("role", "mark")
        self._dismiss.setFixedSize(28, 28)
        self._dismiss.setIconSize(QSize(18, 18))
        self._dismiss.setToolTip(self.tr("Dismiss"))
        self._dismiss.setAccessibleName(self.tr("Dismiss"))
        self._dismiss.clicked.connect(self.hide)
        words = QVBoxLayout()
        words.setSpacing(2)
        words.addWidget(self._what)
        words.addWidget(self._remedy)
        row = QHBoxLayout()
        row.setSpacing(14)
        row.addWidget(self._sign, 0, Qt.AlignmentFlag.AlignTop)
        row.addLayout(words, 1)
        for widget in (self._show_details, copy, self._dismiss):
            row.addWidget(widget, 0, Qt.AlignmentFlag.AlignTop)
        self.column.addLayout(row)
        self.column.addWidget(self._details)
        self.hide()
        self._dress()

    @property
    def trouble(self) -> Trouble:
        """What is shown."""
        return self._trouble

    def show_trouble(self, trouble: Trouble) -> None:
        """Show ``trouble`` in place of what was shown before."""
        self._trouble = trouble
        self._what.setText(trouble.what)
        self._remedy.setText(trouble.remedy)
        self._remedy.setVisible(bool(trouble.remedy))
        self._details.setPlainText(trouble.details)
        self._show_details.setVisible(bool(trouble.details))
        self._show_details.setChecked(False)
        self._details.hide()
        self.show()

    def _copy(self) -> None:
        parts = (self._trouble.what, self._trouble.remedy, self._trouble.details)
        QGuiApplication.clipboard().setText("\n".join(part for part in parts if part))

    def changeEvent(self, event: QEvent) -> None:
        """Follow the scheme."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange:
            self._dress()

    def _dress(self) -> None:
        colours = colours_of(self)
        self._sign.setPixmap(pixmap("trouble", colours.trouble, 20, self.devicePixelRatioF()))
        self._dismiss.setIcon(icon("close", colours.text, size_px=18))
