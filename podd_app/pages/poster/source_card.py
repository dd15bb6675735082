"""Card of one distance source with its class order, rated against random orders."""

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QColor
from PySide6.QtWidgets import QHBoxLayout

from podd_app.engine.task import BackgroundTask
from podd_app.models.class_order import source_hints, source_titles
from podd_app.models.class_order_sources import ClassOrderSource
from podd_app.models.draft import with_field_labels
from podd_app.pages.poster.class_order_thumbnail import ClassOrderThumbnail
from podd_app.qt.plain_text import rich_text, set_tooltip
from podd_app.style.formatting import format_percent
from podd_app.widgets.task_view import TaskView
from podd_app.widgets.text import Card, RichText, button, label


class SourceCard(Card):
    """Card of a distance source with a thumbnail and the rating of its order, and buttons.

    Costs of different sources have different units. Only their percentages can be compared.

    Args:
        source: key of the source.
        fetching: task that downloads the weights of the source; None if the source needs no weights.
    """

    use_requested = Signal()
    """Emitted when the user selects the source."""
    measure_requested = Signal()
    """Emitted when the user asks to compute the distances."""
    file_requested = Signal()
    """Emitted when the user asks to choose a file of distances or weights."""
    fetch_requested = Signal()
    """Emitted when the user asks to download the weights."""

    def __init__(self, source: str, fetching: BackgroundTask | None = None) -> None:
        super().__init__("outlined")
        self.source, self._fetching = source, fetching
        title = source_titles()[source]
        set_tooltip(self, source_hints()[source])
        self._title = label(title, "value")
        self._picture = ClassOrderThumbnail()
        self._cost = RichText()
        self._cost.setProperty("role", "small")
        self._cost.setWordWrap(True)
        self._message = label("", "small", wraps=True)
        self.use = button(self.tr("Use"), self.tr("Use the class order from %s") % title, "toggle")
        self.measure = button(self.tr("Compute"), self.tr("Compute the distances between classes"))
        file_texts = {"file": self.tr("Choose a file…"), "clip": self.tr("Choose weights…")}
        self.file = button(file_texts.get(source, ""), self.tr("Choose the file for this source"), "quiet")
        self.fetch = button(
            self.tr("Download weights (600 MB)"), self.tr("Download the CLIP weights once"), "quiet"
        )
        for action in (self.use, self.measure, self.file, self.fetch):
            action.setAccessibleName(f"{title}: {action.text()}")
        self.measure.setProperty("role", "toggle")
        self.use.clicked.connect(self.use_requested)
        self.measure.clicked.connect(self.measure_requested)
        self.file.clicked.connect(self.file_requested)
        self.fetch.clicked.connect(self.fetch_requested)
        top = QHBoxLayout()
        top.addWidget(self._title, 1)
        top.addWidget(self.measure)
        top.addWidget(self.use)
        self.column.addLayout(top)
        for widget in (self._picture, self._cost, self._message):
            self.column.addWidget(widget)
        if fetching is not None:
            self.column.addWidget(TaskView(fetching))
        for action in (self.fetch, self.file):
            self.column.addWidget(action, 0, Qt.AlignmentFlag.AlignLeading)

    @property
    def text(self) -> str:
        """The message or the rating on the card."""
        return self._message.text() or self._cost.text()

    def show_source(
        self, state: ClassOrderSource, in_use: bool, colors: Sequence[QColor], names: tuple[str, ...]
    ) -> None:
        """Show the state of the source.

        Args:
            state: state of the source.
            in_use: whether the settings name the source.
            colors: class colors by class index.
            names: class names by class index.
        """
        found = state.state == "found"
        self._picture.setVisible(found)
        self._cost.setVisible(found)
        if state.answer is not None:
            self._picture.set_order(state.answer.grid, colors, names)
            if state.chance < 1:
                better = format_percent(1 - state.chance)
                self._cost.set_html(rich_text(self.tr("<b>%s</b> better than random"), better))
            else:
                self._cost.set_html(rich_text(self.tr("not better than random")))
        messages = {
            "pending": self.tr("Computing…"),
            "unasked": self.tr("The computation reads all training images."),
        }
        failed = state.state == "absent" and state.request is not None
        fetching = self._fetching
        error = fetching.error.what if fetching is not None and fetching.error and failed else ""
        message = state.why or messages.get(state.state, "")
        self._message.setText(with_field_labels(error) if error else message)
        busy = fetching is not None and fetching.running
        self._message.setVisible(bool(self._message.text()) and not busy)
        fetchable = fetching is not None and state.request is not None and not state.request.file
        self.fetch.setVisible(failed and fetchable and not busy)
        self.measure.setVisible((failed and not busy) or state.state == "unasked")
        self.measure.setText(self.tr("Try again") if failed else self.tr("Compute"))
        self.measure.setAccessibleName(f"{self._title.text()}: {self.measure.text()}")
        self.file.setVisible(bool(self.file.text()) and (not found or self.source == "file") and not busy)
        self.use.setVisible(found or in_use)
        self.use.setChecked(in_use)
        self.use.setText(self.tr("In use") if in_use else self.tr("Use"))
        self.use.setAccessibleName(f"{self._title.text()}: {self.use.text()}")
