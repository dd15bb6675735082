"""Help window with a list of topics, the text of the topic and a search field."""

from PySide6.QtCore import QSize, Qt, QUrl
from PySide6.QtGui import QColor, QImage, QKeySequence, QShortcut, QTextCharFormat, QTextCursor, QTextTable
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

from podd_app.qt.plain_text import set_tooltip
from podd_app.style.palette import FollowsPalette
from podd_app.style.theme import GRID_PX, colors_of, scaled
from podd_app.widgets.text import label
from podd_app.window.help_topics import HelpTopic, read_documents, read_topics
from podd_app.window.shortcut_sheet import shortcut_sheet
from podd_engine.io.resources import resource_path

_SIZE_PX = (960, 640)
_MINIMUM_PX = (560, 360)
_TOPICS_PX, _TOPIC_PX = 200, 32
_PAGE_MARGIN_PX = 18
_HEADING_MARGIN_PX, _PARAGRAPH_MARGIN_PX, _LIST_MARGIN_PX = 14, 7, 3


class HelpWindow(FollowsPalette, QDialog):
    """Non-modal help window.

    Args:
        parent: The main window, whose shortcuts are listed.
    """

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setWindowTitle(self.tr("Help"))
        self.setMinimumSize(*_MINIMUM_PX)
        self.resize(*_SIZE_PX)
        files = tuple(read_topics())
        sheet = shortcut_sheet(parent, self.tr("Keyboard shortcuts"), self.tr("All pages"), files)
        self._topics = {topic.name: topic for topic in (*files, sheet, *read_documents())}
        self.search = QLineEdit()
        self.search.setPlaceholderText(self.tr("Search help"))
        self.search.setClearButtonEnabled(True)
        set_tooltip(self.search, self.tr("Show topics that contain all words (Ctrl+F)"))
        self.search.setAccessibleName(self.tr("Search help"))
        self.topics = QListWidget()
        self.topics.setObjectName("helpTopics")
        self.topics.setAccessibleName(self.tr("Topics"))
        self.topics.setSpacing(1)
        for topic in self._topics.values():
            item = QListWidgetItem(topic.title)
            item.setData(Qt.ItemDataRole.UserRole, topic.name)
            item.setSizeHint(QSize(0, scaled(_TOPIC_PX)))
            self.topics.addItem(item)
        self._no_results = label(self.tr("No topic contains these words."), "small", wraps=True)
        self._no_results.hide()
        self.page = QTextBrowser()
        self.page.setOpenLinks(False)
        self.page.setSearchPaths([str(resource_path("docs"))])  # images of the documents
        self.page.setAccessibleName(self.tr("Help text"))
        self.page.document().setDocumentMargin(_PAGE_MARGIN_PX)
        self._build_layout()
        self.search.textChanged.connect(self._on_searched)
        self.topics.currentItemChanged.connect(self._on_topic_chosen)
        self.page.anchorClicked.connect(self._on_link)
        QShortcut(QKeySequence.StandardKey.Find, self).activated.connect(self.search.setFocus)
        self.follow_palette()

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
        """The topic shown."""
        return self._topics[self.topics.currentItem().data(Qt.ItemDataRole.UserRole)]

    def show_topic(self, name: str) -> None:
        """Show the topic ``name``. The topic of a page has the key of the page."""
        self.search.clear()
        self._choose(name)
        self.show()
        self.raise_()
        self.activateWindow()
        self.page.setFocus()

    def _apply_palette(self) -> None:
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
        """Hide topics without the search words. Keep the current topic if it contains them."""
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
        self._fit_images()
        self.page.moveCursor(QTextCursor.MoveOperation.Start)
        self._highlight_words()

    def _space_blocks(self) -> None:
        """Set the space around headings, paragraphs and list items."""
        block = self.page.document().begin()
        while block.isValid():
            block_format = block.blockFormat()
            listed, in_table = block.textList() is not None, QTextCursor(block).currentTable() is not None
            block_format.setTopMargin(_HEADING_MARGIN_PX if block_format.headingLevel() > 1 else 0)
            block_format.setBottomMargin(
                0 if in_table else _LIST_MARGIN_PX if listed else _PARAGRAPH_MARGIN_PX
            )
            QTextCursor(block).setBlockFormat(block_format)
            block = block.next()

    def _format_tables(self) -> None:
        for frame in self.page.document().rootFrame().childFrames():
            if isinstance(frame, QTextTable):
                table_format = frame.format()
                table_format.setBorder(0)
                table_format.setCellPadding(3)
                table_format.setCellSpacing(0)
                if all(not self._cell_text(frame, column) for column in range(frame.columns())):
                    frame.removeRows(0, 1)  # the empty header row that Markdown requires
                frame.setFormat(table_format)

    @staticmethod
    def _cell_text(table: QTextTable, column: int) -> str:
        return table.cellAt(0, column).firstCursorPosition().block().text()

    def _fit_images(self) -> None:
        """Shrink images that are wider than the page."""
        width = self.page.viewport().width() - 2 * _PAGE_MARGIN_PX
        document = self.page.document()
        cursor = document.find("\N{OBJECT REPLACEMENT CHARACTER}")
        while not cursor.isNull():
            image = cursor.charFormat().toImageFormat()
            image.setWidth(min(width, QImage(str(resource_path("docs") / image.name())).width()))
            cursor.setCharFormat(image)
            cursor = document.find("\N{OBJECT REPLACEMENT CHARACTER}", cursor)

    def _highlight_words(self) -> None:
        colors, marks = colors_of(self), []
        text_format = QTextCharFormat()
        text_format.setBackground(QColor(colors.accent))
        text_format.setForeground(QColor(colors.on_accent))
        for word in self._words:
            at = self.page.document().find(word)
            while not at.isNull():
                mark = QTextEdit.ExtraSelection()
                mark.cursor, mark.format = at, text_format
                marks.append(mark)
                at = self.page.document().find(word, at)
        self.page.setExtraSelections(marks)
        if marks:
            self.page.verticalScrollBar().setValue(0)
            first = min((mark.cursor for mark in marks), key=lambda cursor: cursor.position())
            bottom = self.page.cursorRect(first).bottom() - self.page.viewport().height()
            self.page.verticalScrollBar().setValue(max(0, bottom + 4 * _PAGE_MARGIN_PX))
