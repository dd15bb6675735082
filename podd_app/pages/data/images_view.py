"""Images of the selected dataset, or a notice with a remedy if there are no images."""

from collections.abc import Callable

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QButtonGroup, QHBoxLayout, QStackedWidget, QVBoxLayout, QWidget

from podd_app.models.session import Session
from podd_app.pages.data.gallery import Gallery
from podd_app.services.dataset_service import DatasetService
from podd_app.style.formatting import display_class_name
from podd_app.widgets.empty_state import EmptyState
from podd_app.widgets.task_view import TaskView
from podd_app.widgets.text import Card, ElidedLabel, button

_READING_PX = 360


class ImagesView(Card):
    """Card with the images of the selected dataset by class. Reads the images when it is visible.

    Args:
        session: the session, whose settings define the image size.
        dataset_service: provides the selected dataset.
    """

    def __init__(
        self, session: Session, dataset_service: DatasetService, parent: QWidget | None = None
    ) -> None:
        super().__init__("outlined", parent)
        self._dataset_service, self._selected = dataset_service, dataset_service.selected
        self.gallery = Gallery()
        self._title = ElidedLabel()
        self._title.setProperty("role", "title")
        self.back = button(self.tr("‹ All classes"), self.tr("Back to all classes"), "quiet")
        self.train = button(self.tr("Training"), self.tr("Images used for distillation"), "toggle")
        self.test = button(self.tr("Test"), self.tr("Images used to evaluate posters"), "toggle")
        self._splits = QButtonGroup(self)
        for split_button in (self.train, self.test):
            self._splits.addButton(split_button)
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
        self._loading_page = self._make_loading_page()
        self._notice: EmptyState | None = None
        self._notice_text = ("", "")
        self._pages.addWidget(self.gallery)
        self._pages.addWidget(self._loading_page)
        self.column.setContentsMargins(0, 0, 0, 0)
        self.column.setSpacing(0)
        self.column.addWidget(self._head)
        self.column.addWidget(self._pages, 1)

        self.back.clicked.connect(lambda: self._open_class(None))
        self.gallery.class_clicked.connect(self._open_class)
        self.gallery.back_requested.connect(lambda: self._open_class(None))
        self._splits.buttonClicked.connect(lambda _: self._show_split())
        self._selected.images_changed.connect(self._show_split)
        for signal in (
            self._selected.status_changed,
            self._selected.reading.changed,
            dataset_service.adding.changed,
            dataset_service.busy_changed,
            session.draft_changed,
        ):
            signal.connect(self.refresh)
        self._show_split()

    @property
    def notice(self) -> EmptyState | None:
        """The notice shown instead of the images; None while images are shown or being read."""
        return self._notice

    def _make_loading_page(self) -> QWidget:
        page = QWidget()
        column = QVBoxLayout(page)
        self.progress = TaskView(self._selected.reading)
        self.progress.setFixedWidth(_READING_PX)
        column.addStretch(1)
        column.addWidget(self.progress, 0, Qt.AlignmentFlag.AlignHCenter)
        column.addStretch(1)
        return page

    def refresh(self) -> None:
        """Show the images, the progress or a notice. Start reading the images if the view is visible."""
        if self.isVisible():
            self._selected.read()
        selected, task, entry = self._selected, self._selected.reading, self._selected.entry
        if self._dataset_service.adding.running:
            title, sentence = self._dataset_service.adding.what, self._loading_sentence()
            self._show_notice("data", title, sentence)
        elif task.running:
            self._show(self._loading_page)
        elif entry is not None and self._dataset_service.task(entry.key).running:
            title = self.tr("Loading %s…") % entry.status.title
            self._show_notice("data", title, self._loading_sentence())
        elif entry is not None and entry.state == "absent":
            title = self.tr("%s is not installed") % entry.status.title
            sentence = self.tr("Download the dataset or choose its folder.")
            self._show_notice(
                "data", title, sentence, self.tr("Download"), lambda: self._dataset_service.download(entry)
            )
        elif entry is not None and entry.problem:
            title = self.tr("%s cannot be used") % entry.status.title
            if entry.downloadable:
                action = self.tr("Download again")
                self._show_notice(
                    "trouble", title, entry.problem, action, lambda: self._dataset_service.download(entry)
                )
            else:
                self._show_notice("trouble", title, entry.problem, self.tr("Check again"), selected.retry)
        elif task.was_cancelled:
            sentence = self.tr("The images are decoded only once. After that, they open immediately.")
            title = self.tr("Images not loaded")
            self._show_notice("data", title, sentence, self.tr("Load images"), selected.retry)
        else:
            # The page is blank while the dataset is checked. It never shows images of another dataset.
            self._show(self._loading_page if selected.images is None else self.gallery)

    def _loading_sentence(self) -> str:
        return self.tr("The images appear here when loading is complete.")

    def showEvent(self, event: object) -> None:
        """Read the images if they are not available yet. A run may have prepared them in the meantime."""
        self.refresh()
        self._selected.find_prepared()

    def _show(self, page: QWidget) -> None:
        self._head.setVisible(page is self.gallery and self._selected.images is not None)
        self._pages.setCurrentWidget(page)
        if self._notice is not None and page is not self._notice:
            self._pages.removeWidget(self._notice)
            self._notice.deleteLater()
            self._notice = None

    def _show_notice(
        self,
        icon: str,
        title: str,
        sentence: str,
        action: str = "",
        on_action: Callable[[], object] | None = None,
    ) -> None:
        if self._notice is not None and self._notice_text == (title, sentence):
            return
        self._notice_text = (title, sentence)
        notice = EmptyState(icon, title, sentence, action)
        if on_action is not None:
            notice.action_triggered.connect(on_action)
        before, self._notice = self._notice, notice
        self._pages.addWidget(notice)
        self._show(notice)
        if before is not None:
            self._pages.removeWidget(before)
            before.deleteLater()

    def _show_split(self) -> None:
        images = self._selected.images
        if images is not None:
            part = images.train if self.train.isChecked() else images.test
            opened = self.gallery.opened_class
            self.gallery.show_images(images.class_names, part)
            keep = opened is not None and opened < len(images.class_names)
            self._open_class(opened if keep else None)
        self.refresh()

    def _open_class(self, index: int | None) -> None:
        images = self._selected.images
        assert images is not None
        self.gallery.open_class(index)
        self.back.setVisible(index is not None)
        part = images.train if self.train.isChecked() else images.test
        if index is None:
            self._title.setText(self.tr("Images by class"))
        else:
            count = len(part.by_class[index])
            name = display_class_name(images.class_names[index])
            self._title.setText(self.tr("%s · %n image(s)", "", count) % name)
