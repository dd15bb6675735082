"""One source of class orders: what its order costs, or why it has none."""

from collections.abc import Mapping

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QColor
from PySide6.QtWidgets import QHBoxLayout

from podd_app.engine.task import BackgroundTask
from podd_app.models.class_order import source_hints, source_titles
from podd_app.models.class_order_sources import ClassOrderSource
from podd_app.models.draft import with_field_labels
from podd_app.pages.poster.class_order_thumbnail import ClassOrderThumbnail
from podd_app.style.formatting import format_percent
from podd_app.widgets.task_view import TaskView
from podd_app.widgets.text import Card, RichText, button, label

_FILE_BUTTONS = {"file": "Choose a file…", "clip": "Choose weights…"}


class SourceCard(Card):
    """A source with its buttons.

    Args:
        source: the key.
        fetching: the download of what the source needs; None where nothing can be fetched.
    """

    chosen = Signal()
    measure_requested = Signal()
    file_requested = Signal()
    fetch_requested = Signal()

    def __init__(self, source: str, fetching: BackgroundTask | None = None) -> None:
        super().__init__("outlined")
        self.source, self._fetching = source, fetching
        title = source_titles()[source]
        self.setToolTip(source_hints()[source])
        self._title = label(title, "value")
        self._picture = ClassOrderThumbnail()
        self._cost = RichText()
        self._cost.setProperty("role", "small")
        self._cost.setWordWrap(True)
        self._why = label("", "small", wraps=True)
        self.use = button(self.tr("Use"), self.tr("Order the classes by %s") % title, "toggle")
        self.measure = button(self.tr("Measure"), self.tr("Measure the distances between the classes"))
        self.file = button(self.tr(_FILE_BUTTONS.get(source, "")), "", "quiet")
        self.file.setToolTip(self.tr("Name the file that distances are made from"))
        self.fetch = button(self.tr("Get weights (600 MB)"), self.tr("Download CLIP's weights once"), "quiet")
        for made in (self.use, self.measure, self.file, self.fetch):
            made.setAccessibleName(f"{title}: {made.text()}")
        self.measure.setProperty("role", "toggle")
        self.use.clicked.connect(self.chosen)
        self.measure.clicked.connect(self.measure_requested)
        self.file.clicked.connect(self.file_requested)
        self.fetch.clicked.connect(self.fetch_requested)
        top = QHBoxLayout()
        top.addWidget(self._title, 1)
        top.addWidget(self.measure)
        top.addWidget(self.use)
        self.column.addLayout(top)
        for widget in (self._picture, self._cost, self._why):
            self.column.addWidget(widget)
        if fetching is not None:
            self.column.addWidget(TaskView(fetching))
        for made in (self.fetch, self.file):
            self.column.addWidget(made, 0, Qt.AlignmentFlag.AlignLeading)

    @property
    def text(self) -> str:
        """What is said about the source."""
        return self._why.text() or self._cost.text()

    def show_source(
        self, finding: ClassOrderSource, in_use: bool, colors: Mapping[int, QColor], names: tuple[str, ...]
    ) -> None:
        """Show what is known.

        Args:
            finding: about this source.
            in_use: whether the settings name it.
            colors, names: of the classes, by class index.
        """
        found = finding.state == "found"
        self._picture.setVisible(found)
        self._cost.setVisible(found)
        if finding.answer is not None:
            self._picture.set_order(finding.answer.grid, colors, names)
            words = self.tr("cost <b>%.2f</b> · %s")
            self._cost.set_html(words % (finding.cost, self._against_chance(finding.chance)))
        says = {
            "pending": self.tr("Measuring…"),
            "unasked": self.tr("Measuring reads all training images."),
        }
        failed = finding.state == "absent" and finding.request is not None
        fetching = self._fetching
        error = fetching.error.what if fetching is not None and fetching.error and failed else ""
        self._why.setText(with_field_labels(error) if error else finding.why or says.get(finding.state, ""))
        busy = fetching is not None and fetching.running
        self._why.setVisible(bool(self._why.text()) and not busy)
        fetched = fetching is not None and finding.request is not None and not finding.request.file
        self.fetch.setVisible(failed and fetched and not busy)
        self.measure.setVisible((failed and not busy) or finding.state == "unasked")
        self.measure.setText(self.tr("Try again") if failed else self.tr("Measure"))
        self.measure.setAccessibleName(f"{self._title.text()}: {self.measure.text()}")
        self.file.setVisible(bool(self.file.text()) and (not found or self.source == "file") and not busy)
        self.use.setVisible(found or in_use)
        self.use.setChecked(in_use)
        self.use.setText(self.tr("In use") if in_use else self.tr("Use"))
        self.use.setAccessibleName(f"{self._title.text()}: {self.use.text()}")

    def _against_chance(self, share: float) -> str:
        if share < 1:
            return self.tr("%s below chance") % format_percent(1 - share)
        return self.tr("no better than chance")
