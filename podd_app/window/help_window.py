"""Help: topics at the side, the page in the middle, a search over both. Stays beside the program."""

from PySide6.QtCore import QEvent, QSize, Qt, QUrl
from PySide6.QtGui import QColor, QKeySequence, QShortcut, QTextCharFormat, QTextCursor, QTextTable
from PySide6.QtWidgets import (
    QDialog,
    QHBoxLayout,
    QLineEdit,
    QListWidget,
    QListWidgetItem,
    QTextBrowser,
    QTextEdit,
    QVBoxLayout,
    QWidget,
)

from podd_app.style.theme import GRID_PX, colors_of, scaled
from podd_app.widgets.text import label
from podd_app.window.help_topics import HelpTopic, read_topics
from podd_app.window.shortcut_sheet import shortcut_sheet

_SIZE_PX = (820, 600)
_SMALLEST_PX = (560, 360)
_TOPICS_PX, _TOPIC_PX = 200, 32
_PAGE_MARGIN_PX = 18
_HEADING_MARGIN_PX, _PARAGRAPH_MARGIN_PX, _LIST_MARGIN_PX = 14, 7, 3


class HelpWindow(QDialog):
    """A window of its own; the program answers meanwhile.

    Args:
        parent: the program's window, whose shortcuts are listed.
    """

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setWindowTitle(self.tr("Help"))
        self.setMinimumSize(*_SMALLEST_PX)
        self.resize(*_SIZE_PX)
        files = tuple(read_topics())
        sheet = shortcut_sheet(parent, self.tr("Keyboard shortcuts"), self.tr("Everywhere"), files)
        self._topics = {topic.name: topic for topic in (*files, sheet)}
        self.search = QLineEdit()
        self.search.setPlaceholderText(self.tr("Search the help"))
        self.search.setClearButtonEnabled(True)
        self.search.setToolTip(self.tr("Show only pages with these words (Ctrl+F)"))
        self.search.setAccessibleName(self.tr("Search the help"))
        self.topics = QListWidget()
        self.topics.setObjectName("helpTopics")
        self.topics.setAccessibleName(self.tr("Topics"))
        self.topics.setSpacing(1)
        for topic in self._topics.values():
            item = QListWidgetItem(topic.title)
            item.setData(Qt.ItemDataRole.UserRole, topic.name)
            item.setSizeHint(QSize(0, scaled(_TOPIC_PX)))
            self.topics.addItem(item)
        self._no_results = label(self.tr("No page has these words."), "small", wraps=True)
        self._no_results.hide()
        self.page = QTextBrowser()
        self.page.setOpenLinks(False)
        self.page.setAccessibleName(self.tr("Page"))
        self.page.document().setDocumentMargin(_PAGE_MARGIN_PX)
        self._build_layout()
        self.search.textChanged.connect(self._on_searched)
        self.topics.currentItemChanged.connect(self._on_topic_chosen)
        self.page.anchorClicked.connect(self._on_link)
        QShortcut(QKeySequence.StandardKey.Find, self).activated.connect(self.search.setFocus)

    def _build_layout(self) -> None:
        side = QVBoxLayout()
        side.setSpacing(GRID_PX)
        self.search.setFixedWidth(scaled(_TOPICS_PX))
        self.topics.setFixedWidth(scaled(_TOPICS_PX))
        side.addWidget(self.search)
        side.addWidget(self._no_results)
        side.addWidget(self.topics, 1)
        row = QHBoxLayout(self)
        row.setContentsMargins(2 * GRID_PX, 2 * GRID_PX, 2 * GRID_PX, 2 * GRID_PX)
        row.setSpacing(2 * GRID_PX)
        row.addLayout(side)
        row.addWidget(self.page, 1)

    @property
    def topic(self) -> HelpTopic:
        """The page on screen."""
        return self._topics[self.topics.currentItem().data(Qt.ItemDataRole.UserRole)]

    def show_topic(self, name: str) -> None:
        """Show the page that links call ``name``; a place's page is called as the place."""
        self.search.clear()
        self._choose(name)
        self.show()
        self.raise_()
        self.activateWindow()
        self.page.setFocus()

    def changeEvent(self, event: QEvent) -> None:
        """Follow the scheme."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange and hasattr(self, "page"):
            self._show_page()

    def _choose(self, name: str) -> None:
        for row in range(self.topics.count()):
            item = self.topics.item(row)
            if item.data(Qt.ItemDataRole.UserRole) == name:
                self.topics.setCurrentItem(item)

    def _on_link(self, link: QUrl) -> None:
        self.search.clear()
        self._choose(link.toString())

    def _on_topic_chosen(self) -> None:
        self._show_page()

    @property
    def _words(self) -> tuple[str, ...]:
        return tuple(self.search.text().casefold().split())

    def _on_searched(self) -> None:
        """Leave out pages without the words; stay on the one on screen if it has them."""
        words, first = self._words, ""
        for row in range(self.topics.count()):
            item = self.topics.item(row)
            name = item.data(Qt.ItemDataRole.UserRole)
            found = self._topics[name].contains_words(words)
            item.setHidden(not found)
            first = first or (name if found else "")
        self._no_results.setVisible(not first)
        current = self.topics.currentItem()
        if first and (current is None or current.isHidden()):
            self._choose(first)
        self._highlight_words()

    def _show_page(self) -> None:
        if self.topics.currentItem() is None:
            return
        self.page.setMarkdown(self.topic.markdown)
        self._space_blocks()
        self._format_tables()
        self.page.moveCursor(QTextCursor.MoveOperation.Start)
        self._highlight_words()

    def _space_blocks(self) -> None:
        """Air over headings and between paragraphs, which Markdown does not speak of."""
        block = self.page.document().begin()
        while block.isValid():
            look = block.blockFormat()
            listed, in_table = block.textList() is not None, QTextCursor(block).currentTable() is not None
            look.setTopMargin(_HEADING_MARGIN_PX if look.headingLevel() > 1 else 0)
            look.setBottomMargin(0 if in_table else _LIST_MARGIN_PX if listed else _PARAGRAPH_MARGIN_PX)
            QTextCursor(block).setBlockFormat(look)
            block = block.next()

    def _format_tables(self) -> None:
        for frame in self.page.document().rootFrame().childFrames():
            if isinstance(frame, QTextTable):
                look = frame.format()
                look.setBorder(0)
                look.setCellPadding(3)
                look.setCellSpacing(0)
                frame.removeRows(0, 1)  # the head, which Markdown asks for and keys need not
                frame.setFormat(look)

    def _highlight_words(self) -> None:
        colors, marks = colors_of(self), []
        look = QTextCharFormat()
        look.setBackground(QColor(colors.accent))
        look.setForeground(QColor(colors.on_accent))
        for word in self._words:
            at = self.page.document().find(word)
            while not at.isNull():
                mark = QTextEdit.ExtraSelection()
                mark.cursor, mark.format = at, look
                marks.append(mark)
                at = self.page.document().find(word, at)
        self.page.setExtraSelections(marks)
        if marks:
            self.page.verticalScrollBar().setValue(0)
            first = min((mark.cursor for mark in marks), key=lambda cursor: cursor.position())
            bottom = self.page.cursorRect(first).bottom() - self.page.viewport().height()
            self.page.verticalScrollBar().setValue(max(0, bottom + 4 * _PAGE_MARGIN_PX))
