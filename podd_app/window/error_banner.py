"""Banner that shows an error with its remedy and its details, or a notice."""

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QHBoxLayout, QPlainTextEdit, QToolButton, QVBoxLayout, QWidget

from podd_app.models.run_status import ErrorReport
from podd_app.qt.plain_text import set_tooltip
from podd_app.style.icons import icon, pixmap
from podd_app.style.palette import FollowsPalette
from podd_app.style.theme import code_font, colors_of
from podd_app.widgets.text import Card, PlainLabel, button, label

_DETAILS_PX = 140


class ErrorBanner(FollowsPalette, Card):
    """Banner for errors and notices. Stays visible until it is dismissed or replaced."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("alarm", parent)
        self.setAccessibleName(self.tr("Error"))
        self._error, self._is_error = ErrorReport(""), True
        self._icon_label = PlainLabel()
        self._what = label("", "value", wraps=True)
        self._remedy = label("", wraps=True)
        self._details = QPlainTextEdit()
        self._details.setReadOnly(True)
        self._details.setLineWrapMode(QPlainTextEdit.LineWrapMode.NoWrap)
        self._details.setFont(code_font())
        self._details.setFixedHeight(_DETAILS_PX)
        self._show_details = button(self.tr("Details"), self.tr("Show technical details"), "quiet")
        self._show_details.setCheckable(True)
        self._show_details.toggled.connect(self._details.setVisible)
        self._copy_button = button(self.tr("Copy"), self.tr("Copy the error with all details"), "quiet")
        self._copy_button.clicked.connect(self._copy)
        self._dismiss = QToolButton()
        self._dismiss.setProperty("role", "mark")
        self._dismiss.setFixedSize(28, 28)
        self._dismiss.setIconSize(QSize(18, 18))
        set_tooltip(self._dismiss, self.tr("Dismiss"))
        self._dismiss.setAccessibleName(self.tr("Dismiss"))
        self._dismiss.clicked.connect(self.hide)
        texts = QVBoxLayout()
        texts.setSpacing(2)
        texts.addWidget(self._what)
        texts.addWidget(self._remedy)
        row = QHBoxLayout()
        row.setSpacing(14)
        row.addWidget(self._icon_label, 0, Qt.AlignmentFlag.AlignTop)
        row.addLayout(texts, 1)
        for widget in (self._show_details, self._copy_button, self._dismiss):
            row.addWidget(widget, 0, Qt.AlignmentFlag.AlignTop)
        self.column.addLayout(row)
        self.column.addWidget(self._details)
        self.hide()
        self.follow_palette()

    @property
    def error(self) -> ErrorReport:
        """The error shown last."""
        return self._error

    def show_error(self, error: ErrorReport) -> None:
        """Show ``error`` and replace what was shown before."""
        self._show(error, is_error=True)

    def show_notice(self, sentence: str) -> None:
        """Show a sentence that is no error, and replace what was shown before."""
        self._show(ErrorReport(sentence), is_error=False)

    def _show(self, error: ErrorReport, *, is_error: bool) -> None:
        self._error, self._is_error = error, is_error
        self.setProperty("role", "alarm" if is_error else "card")
        self.style().unpolish(self)
        self.style().polish(self)
        self.setAccessibleName(self.tr("Error") if is_error else self.tr("Notice"))
        self._copy_button.setVisible(is_error)
        self._what.setText(error.what)
        self._remedy.setText(error.remedy)
        self._remedy.setVisible(bool(error.remedy))
        self._details.setPlainText(error.details)
        self._show_details.setVisible(bool(error.details))
        self._show_details.setChecked(False)
        self._details.hide()
        self._apply_palette()
        self.show()

    def _copy(self) -> None:
        parts = (self._error.what, self._error.remedy, self._error.details)
        QGuiApplication.clipboard().setText("\n".join(part for part in parts if part))

    def _apply_palette(self) -> None:
        colors = colors_of(self)
        color = colors.error if self._is_error else colors.accent
        self._icon_label.setPixmap(pixmap("trouble", color, 20, self.devicePixelRatioF()))
        self._dismiss.setIcon(icon("close", colors.text, size_px=18))
