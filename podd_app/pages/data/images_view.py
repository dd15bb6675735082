"""The gallery of the chosen dataset, or what stands in its way and what to do about it."""

from collections.abc import Callable

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QButtonGroup, QHBoxLayout, QStackedWidget, QVBoxLayout, QWidget

from podd_app.models.session import Session
from podd_app.pages.data.gallery import Gallery
from podd_app.services.dataset_service import DatasetShelf
from podd_app.style.formatting import count, plain
from podd_app.widgets.empty_state import EmptyState
from podd_app.widgets.task_view import TaskView
from podd_app.widgets.text import Card, ElidedLabel, button

_READING_PX = 360


class ImagesView(Card):
    """Images by class, read while it is in sight.

    Args:
        session: whose settings say at which size.
        shelf: whose chosen dataset is shown.
    """

    def __init__(self, session: Session, shelf: DatasetShelf, parent: QWidget | None = None) -> None:
        super().__init__("outlined", parent)
        self._shelf, self._chosen = shelf, shelf.chosen
        self.gallery = Gallery()
        self._title = ElidedLabel()
        self._title.setProperty("role", "title")
        self.back = button(self.tr("‹ All classes"), self.tr("A line of each class again"), "quiet")
        self.train = button(self.tr("Training"), self.tr("Images that are distilled"), "toggle")
        self.test = button(self.tr("Test"), self.tr("Images that posters are measured on"), "toggle")
        self._parts = QButtonGroup(self)
        for made in (self.train, self.test):
            self._parts.addButton(made)
        self.train.setChecked(True)
        self._head = QWidget()
        head = QHBoxLayout(self._head)
        head.setContentsMargins(14, 10, 12, 0)
        head.setSpacing(8)
        head.addWidget(self.back)
        head.addWidget(self._title, 1)
        head.addWidget(self.train)
        head.addWidget(self.test)
        self._pages = QStackedWidget()
        self._reading = self._make_reading()
        self._notice: EmptyState | None = None
        self._said = ("", "")
        self._pages.addWidget(self.gallery)
        self._pages.addWidget(self._reading)
        self.column.setContentsMargins(0, 0, 0, 0)
        self.column.setSpacing(0)
        self.column.addWidget(self._head)
        self.column.addWidget(self._pages, 1)

        self.back.clicked.connect(lambda: self._open_class(None))
        self.gallery.class_clicked.connect(self._open_class)
        self.gallery.back_wanted.connect(lambda: self._open_class(None))
        self._parts.buttonClicked.connect(lambda _: self._show_part())
        self._chosen.images_changed.connect(self._show_part)
        for signal in (
            self._chosen.found_changed,
            self._chosen.reading.changed,
            shelf.busy_changed,
            session.draft_changed,
        ):
            signal.connect(self.refresh)
        self._show_part()

    @property
    def notice(self) -> EmptyState | None:
        """What stands in place of the images; None while they are shown or on their way."""
        return self._notice

    def _make_reading(self) -> QWidget:
        page = QWidget()
        column = QVBoxLayout(page)
        self.progress = TaskView(self._chosen.reading)
        self.progress.setFixedWidth(_READING_PX)
        column.addStretch(1)
        column.addWidget(self.progress, 0, Qt.AlignmentFlag.AlignHCenter)
        column.addStretch(1)
        return page

    def refresh(self) -> None:
        """Show what there is to show, and ask for what is not here yet."""
        if self.isVisible():
            self._chosen.read()
        chosen, task, entry = self._chosen, self._chosen.reading, self._chosen.entry
        if task.running:
            self._show(self._reading)
        elif entry is not None and self._shelf.task(entry.key).running:
            title = self.tr("%s is on its way") % entry.status.title
            self._say("data", title, self.tr("Its images appear here once they have arrived."))
        elif entry is not None and entry.state == "absent":
            title = self.tr("%s is not here yet") % entry.status.title
            sentence = self.tr("Download it, or say in which folder it lies.")
            self._say("data", title, sentence, self.tr("Download"), lambda: self._shelf.download(entry))
        elif entry is not None and entry.problem:
            title = self.tr("%s cannot be used") % entry.status.title
            if entry.downloadable:
                again = self.tr("Download again")
                self._say("trouble", title, entry.problem, again, lambda: self._shelf.download(entry))
            else:
                self._say("trouble", title, entry.problem, self.tr("Look again"), chosen.try_again)
        elif task.was_cancelled:
            sentence = self.tr("They are decoded once, and open at once after that.")
            title = self.tr("Images not read yet")
            self._say("data", title, sentence, self.tr("Read images"), chosen.try_again)
        else:
            self._show(self.gallery)

    def showEvent(self, event: object) -> None:
        """Read what is not here yet."""
        self.refresh()

    def _show(self, page: QWidget) -> None:
        self._head.setVisible(page is self.gallery and self._chosen.images is not None)
        self._pages.setCurrentWidget(page)
        if self._notice is not None and page is not self._notice:
            self._pages.removeWidget(self._notice)
            self._notice.deleteLater()
            self._notice = None

    def _say(
        self, icon: str, title: str, sentence: str, action: str = "", act: Callable[[], object] | None = None
    ) -> None:
        if self._notice is not None and self._said == (title, sentence):
            return
        self._said = (title, sentence)
        notice = EmptyState(icon, title, sentence, action)
        if act is not None:
            notice.acted.connect(lambda: act())
        before, self._notice = self._notice, notice
        self._pages.addWidget(notice)
        self._show(notice)
        if before is not None:
            self._pages.removeWidget(before)
            before.deleteLater()

    def _show_part(self) -> None:
        images = self._chosen.images
        if images is not None:
            part = images.train if self.train.isChecked() else images.test
            opened = self.gallery.opened_class
            self.gallery.show_images(images.class_names, part)
            keep = opened is not None and opened < len(images.class_names)
            self._open_class(opened if keep else None)
        self.refresh()

    def _open_class(self, index: int | None) -> None:
        images = self._chosen.images
        assert images is not None
        self.gallery.open_class(index)
        self.back.setVisible(index is not None)
        part = images.train if self.train.isChecked() else images.test
        if index is None:
            self._title.setText(self.tr("Images by class"))
        else:
            number = count(len(part.by_class[index]))
            self._title.setText(self.tr("%s · %s images") % (plain(images.class_names[index]), number))
