"""Check that no widget, action or model of a window interprets names as markup or shortcuts."""

import re
from collections.abc import Iterator
from urllib.parse import unquote

from PySide6.QtCore import QAbstractItemModel, QAbstractTableModel, Qt, QUrl
from PySide6.QtGui import QAccessible, QAction, QTextDocument
from PySide6.QtGui import Qt as QtText
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractItemView,
    QGroupBox,
    QLabel,
    QMenu,
    QMessageBox,
    QProgressBar,
    QTabBar,
    QTextEdit,
    QWidget,
)

MARKER = "zq"
"""Each hostile name has this text after its tag."""

NAMES = (
    f"R&D <b>{MARKER}",
    f"<img src=magenta.png>{MARKER}",
    "Q&A",
    f"<i>{MARKER}",
    f"a<br>{MARKER}",
    "100% %s %n {0}",
    "first\nsecond\tthird",
    "long name " + 20 * "w" + 180 * "x",
    "🐈 cat",
    "قطة",
    "&amp; &lt;b&gt;",
)
"""Names of classes. Files of Linux can have them, and so can class names in a CSV file."""

_INTERPRETED_TAG = re.compile(rf"<[^<>]*>{MARKER}")
_TEXT_ROLES = (Qt.ItemDataRole.ToolTipRole, Qt.ItemDataRole.StatusTipRole, Qt.ItemDataRole.WhatsThisRole)
_MAX_ROWS = 200


class _RecordingDocument(QTextDocument):
    """Rich text document that records the files and pictures that its text requests."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.requested: list[str] = []
        self.setHtml(html)
        self.size()  # the layout requests the pictures

    def loadResource(self, kind: int, name: QUrl) -> object:
        self.requested.append(unquote(name.toString()))
        return None


def literal_text_problems(root: QWidget) -> list[str]:
    """Return one line for each text below ``root`` that Qt does not show literally."""
    widgets = [root, *root.findChildren(QWidget)]
    actions = {action for widget in widgets for action in widget.actions()} | set(root.findChildren(QAction))
    problems = [f"{_name_of(widget)}: {text}" for widget in widgets for text in _widget_problems(widget)]
    for action in actions:
        problems += [f"action: {text}" for text in _mnemonic_problems(action.text())]
        for text in (action.toolTip(), action.whatsThis(), action.statusTip()):
            problems += [f"action: {problem}" for problem in _guessed_problems(text)]
    return problems


def _name_of(widget: QWidget) -> str:
    return f"{type(widget).__name__} in {type(widget.parentWidget()).__name__}"


def _widget_problems(widget: QWidget) -> Iterator[str]:
    for text in (widget.toolTip(), widget.whatsThis(), widget.statusTip()):
        yield from _guessed_problems(text)
    if "[*]" in widget.windowTitle():
        yield f"placeholder in title {widget.windowTitle()!r}"
    interface = QAccessible.queryAccessibleInterface(widget)
    if interface is not None:
        for part in (QAccessible.Text.Name, QAccessible.Text.Description):
            spoken = interface.text(part)
            if spoken.startswith("<qt>") or "&amp;" in spoken.replace(NAMES[-1], ""):
                yield f"spoken markup {spoken!r}"
    match widget:
        case QLabel():
            yield from _label_problems(widget)
        case QAbstractButton():
            yield from _mnemonic_problems(widget.text())
        case QMenu() | QGroupBox():
            yield from _mnemonic_problems(widget.title())
        case QTabBar():
            for index in range(widget.count()):
                yield from _mnemonic_problems(widget.tabText(index))
                yield from _guessed_problems(widget.tabToolTip(index))
        case QMessageBox():
            if widget.textFormat() is not Qt.TextFormat.PlainText:
                yield "message box without plain text"
        case QProgressBar():
            if widget.isTextVisible() and MARKER in widget.format():
                yield f"progress format {widget.format()!r}"
        case QTextEdit():
            yield from _rich_problems(widget.toHtml())
        case QAbstractItemView():
            if widget.model() is not None:
                yield from _model_problems(widget.model())


def _label_problems(label: QLabel) -> Iterator[str]:
    if label.textFormat() is Qt.TextFormat.PlainText:
        if label.buddy() is not None:
            yield from _mnemonic_problems(label.text())
    elif label.textFormat() is Qt.TextFormat.RichText:
        yield from _rich_problems(label.text())
    else:
        yield from _guessed_problems(label.text())


def _model_problems(model: QAbstractItemModel) -> Iterator[str]:
    for row in range(min(model.rowCount(), _MAX_ROWS)):
        for column in range(model.columnCount() if isinstance(model, QAbstractTableModel) else 1):
            for role in _TEXT_ROLES:
                yield from _guessed_problems(str(model.data(model.index(row, column), role) or ""))


def _mnemonic_problems(text: str) -> Iterator[str]:
    """Report a shortcut. The program itself defines none, so that each one comes from a name."""
    if "&" in text.replace("&&", ""):
        yield f"shortcut in {text!r}"
    if "\t" in text or "\n" in text:
        yield f"line break or tab in {text!r}"


def _guessed_problems(text: str) -> Iterator[str]:
    """Report markup in a text of which Qt guesses the format."""
    if QtText.mightBeRichText(text):
        yield from _rich_problems(text)


def _rich_problems(html: str) -> Iterator[str]:
    if _INTERPRETED_TAG.search(html):
        yield f"interpreted markup in {html!r}"
    requested = _RecordingDocument(html).requested
    if requested:
        yield f"loads {requested} in {html!r}"
