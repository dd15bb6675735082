"""Panel with details of the selected dataset and its preparation."""

from PySide6.QtCore import Qt, QUrl
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QLabel, QVBoxLayout, QWidget

from podd_app.models.session import Session
from podd_app.qt.plain_text import join_html, rich_text
from podd_app.services.selected_dataset import SelectedDataset
from podd_app.style.formatting import display_class_name, format_bytes, format_count, format_size
from podd_app.widgets.notice_list import NoticeList
from podd_app.widgets.setting_row import SettingRow
from podd_app.widgets.task_view import TaskView
from podd_app.widgets.text import FactsCard, button, label, section
from podd_engine.config.dataset_catalogue import CATALOGUE
from podd_engine.io.app_dirs import cache_folder

_MAX_NAMES = 20
"""Number of class names shown before the user expands the list."""


class DataPanel(QWidget):
    """Size, class names, preparation settings and location of the selected dataset.

    Args:
        session: the session whose settings are edited.
        selected: the selected dataset.
    """

    def __init__(self, session: Session, selected: SelectedDataset, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session, self._selected = session, selected
        self._title = label("", "heading", wraps=True)
        self._summary = label("", "muted", wraps=True)
        self._facts = FactsCard()
        self._notices_title = section(self.tr("Notices"))
        self._notices_title.setContentsMargins(0, 8, 0, 0)
        self.notices = NoticeList()
        self._names_title = section(self.tr("Classes"))
        self._names = label("", wraps=True)
        self.all_names = button("", self.tr("Show the names of all classes"), "quiet")
        self.all_names.setCheckable(True)
        self._size = SettingRow(session, "dataset.image_size")
        self._preprocessing = SettingRow(session, "dataset.preprocessing", control_width_px=128)
        self._held_out = SettingRow(session, "dataset.held_out")
        self._effect = label("", "small", wraps=True)
        self.prepare = button(
            self.tr("Prepare now"),
            self.tr("Decode and preprocess the images now. Otherwise, the first run does this at its start."),
        )
        self._prepared = label("", "small", wraps=True)
        self._location_title = section(self.tr("Location"))
        self._location_label = self._path_label()
        self.show_folder = button(
            self.tr("Show in folder"), self.tr("Open the folder in the file manager"), "quiet"
        )
        self._cache = self._path_label()
        self.next = button(self.tr("Design the poster"), self.tr("Open the Poster page (Ctrl+2)"))

        column = QVBoxLayout(self)
        column.setContentsMargins(16, 14, 16, 14)
        column.setSpacing(6)
        column.addWidget(self._title)
        column.addWidget(self._summary)
        column.addWidget(self._facts)
        column.addWidget(self._notices_title)
        column.addWidget(self.notices)
        column.addSpacing(10)
        column.addWidget(self._names_title)
        column.addWidget(self._names)
        column.addWidget(self.all_names, 0, Qt.AlignmentFlag.AlignLeft)
        column.addSpacing(10)
        column.addWidget(section(self.tr("Preparation")))
        for widget in (self._size, self._preprocessing, self._held_out, self._effect):
            column.addWidget(widget)
        column.addWidget(self.prepare, 0, Qt.AlignmentFlag.AlignLeft)
        self.progress = TaskView(selected.preparing)
        column.addWidget(self.progress)
        column.addWidget(self._prepared)
        column.addSpacing(10)
        column.addWidget(self._location_title)
        column.addWidget(self._location_label)
        column.addWidget(self.show_folder, 0, Qt.AlignmentFlag.AlignLeft)
        column.addWidget(self._cache)
        column.addStretch(1)
        column.addSpacing(10)
        column.addWidget(self.next)

        self.all_names.toggled.connect(self.refresh)
        self.prepare.clicked.connect(selected.prepare)
        self.show_folder.clicked.connect(self._on_show_folder)
        self.next.clicked.connect(lambda: session.show_page("poster"))
        for signal in (
            session.dataset_changed,
            session.draft_changed,
            session.run_changed,
            selected.status_changed,
            selected.images_changed,
            selected.preparing.changed,
            selected.prepared_changed,
        ):
            signal.connect(self.refresh)
        self.refresh()

    def _path_label(self) -> QLabel:
        path_label = label("", "small", wraps=True)
        path_label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        return path_label

    def refresh(self) -> None:
        """Show the current details of the dataset."""
        dataset, entry, images = self._session.dataset, self._selected.entry, self._selected.images
        known = CATALOGUE.get(dataset.name)
        status = entry.status if entry is not None else None
        self._title.setText(dataset.title)
        self._summary.setText(f"{known.summary}." if known else self.tr("Image folder."))
        train, test, classes, native = (
            (status.train_images, status.test_images, status.classes, status.image_size)
            if status is not None
            else (known.train_images, known.test_images, known.classes, known.image_size)
            if known
            else (0, 0, 0, None)
        )
        lines: list[str] = []
        if train:
            lines.append(rich_text(self.tr("<b>%n</b> training image(s)", "", train)))
            lines.append(rich_text(self.tr("<b>%n</b> test image(s)", "", test)))
        if classes:
            lines.append(rich_text(self.tr("<b>%n</b> class(es)", "", classes)))
        if native:
            parts: list[str] = [rich_text("<b>%s px</b>", format_size(native, native))]
            if known or images is not None:
                parts.append(self.tr("gray") if dataset.channels == 1 else self.tr("color"))
            lines.append(join_html(" · ", parts))
        self._facts.set_html(join_html("<br>", lines))
        self._facts.setVisible(bool(lines))
        self.notices.set_notices(self._selected.notices)
        self._notices_title.setVisible(bool(self.notices.notices))
        self._show_names(dataset.class_names)
        self._show_preparation(native)
        self._show_location()

    def _show_names(self, names: tuple[str, ...]) -> None:
        show_all = self.all_names.isChecked() or len(names) <= _MAX_NAMES
        shown = " · ".join(display_class_name(name) for name in (names if show_all else names[:_MAX_NAMES]))
        self._names.setText(shown if show_all else f"{shown} …")
        self.all_names.setVisible(len(names) > _MAX_NAMES)
        self.all_names.setText(
            self.tr("Show fewer") if show_all else self.tr("Show all %s") % format_count(len(names))
        )
        for widget in (self._names_title, self._names):
            widget.setVisible(bool(names))

    def _show_preparation(self, native: int | None) -> None:
        session, task = self._session, self._selected.preparing
        values, dataset = session.draft.values, session.dataset
        size = values["dataset.image_size"]
        self._held_out.setVisible(dataset.name not in CATALOGUE or bool(dataset.path))
        sentences = []
        if native not in (None, size):
            sentences.append(self.tr("Images are resized to %s px.") % format_size(size, size))
        if values["dataset.preprocessing"] == "whitening":
            side = size * size * dataset.channels
            text = self.tr(
                "Each image is normalized, then ZCA-whitened with a %s matrix fitted to the training "
                "images. The poster is optimized in the whitened space."
            )
            sentences.append(text % format_size(side, side))
        else:
            sentences.append(self.tr("Each channel is normalized to mean 0 and standard deviation 1."))
        self._effect.setText(" ".join(sentences))
        config, prepared = self._selected.config, self._selected.prepared
        done = prepared is not None and prepared.config == config
        self.prepare.setVisible(not task.running and not done)
        self.prepare.setEnabled(config is not None and dataset.ready)
        if done and prepared is not None:
            self._prepared.setText(
                self.tr("Already prepared (%s on disk).") % format_bytes(prepared.number_of_bytes)
            )
        else:
            self._prepared.setText(task.error.what if task.error else "")
        self._prepared.setProperty("role", "trouble" if task.error and not done else "small")
        self._prepared.style().polish(self._prepared)
        self._prepared.setVisible(bool(self._prepared.text()))

    def _show_location(self) -> None:
        entry = self._selected.entry
        ready = entry is not None and entry.state == "ready"
        path = entry.status.path if ready and entry is not None else ""
        self._location_label.setText(path if path else self.tr("Built in"))
        self._location_label.setVisible(ready)
        self.show_folder.setVisible(bool(path))
        self._cache.setText(self.tr("Cache of decoded and prepared images:\n%s") % cache_folder())

    def _on_show_folder(self) -> None:
        entry = self._selected.entry
        if entry is not None:
            QDesktopServices.openUrl(QUrl.fromLocalFile(entry.status.path))
