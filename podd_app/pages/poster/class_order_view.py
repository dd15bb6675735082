"""View that compares the class orders of all distance sources."""

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent, QShowEvent
from PySide6.QtWidgets import QHBoxLayout, QScrollArea, QVBoxLayout, QWidget

from podd_app.models.class_order import ClassOrderRequest
from podd_app.models.class_order_sources import SOURCES, class_order_sources, request_fast_sources
from podd_app.models.draft import with_field_labels
from podd_app.models.session import Session
from podd_app.pages.poster.distance_map import ClassPair, DistanceMap
from podd_app.pages.poster.source_card import SourceCard
from podd_app.pages.poster.source_choice import ask_for_distance_file, ask_for_weights_file, choose_source
from podd_app.qt.plain_text import rich_text
from podd_app.services.clip_weights_service import ClipWeightsService
from podd_app.style.class_colors import class_colors
from podd_app.style.formatting import display_class_name
from podd_app.widgets.heat_legend import HeatLegend
from podd_app.widgets.text import ElidedLabel, RichText, button, label

_CARDS_PX = 236


class ClassOrderView(QWidget):
    """Class distance matrix and cards of the sources. The Poster page shows it instead of the poster.

    The view requests class orders only while it is visible.

    Args:
        session: the session whose class order is edited.
        weights: downloads the CLIP weights.
    """

    closed = Signal()
    """Emitted when the user returns to the poster."""

    def __init__(self, session: Session, weights: ClipWeightsService, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self._table = ""
        self._distances: NDArray[np.float64] = np.zeros((0, 0))
        self._names: tuple[str, ...] = ()
        self.back = button(self.tr("Back to the poster"), self.tr("Return to the poster (Escape)"))
        self._title = RichText()
        self._placeholder = label("", "muted", wraps=True)
        self._placeholder.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.map = DistanceMap()
        self.legend = HeatLegend(self.tr("distance"))
        self._pair = ElidedLabel()
        self._pair.setProperty("role", "muted")
        self.cards = {
            source: SourceCard(source, weights.task if source == "clip" else None) for source in SOURCES
        }
        self._lay_out()
        for source, card in self.cards.items():
            card.use_requested.connect(lambda source=source: self._on_use(source))
            card.measure_requested.connect(lambda source=source: self._on_measure(source))
            card.file_requested.connect(lambda source=source: self._on_file(source))
        self.cards["clip"].fetch_requested.connect(weights.fetch)
        weights.task.changed.connect(self._refresh)
        self.back.clicked.connect(self.closed)
        self.map.hovered.connect(self._on_pair_hovered)
        for signal in (
            session.class_order.changed,
            session.class_order.answered,
            session.draft_changed,
            session.dataset_changed,
            session.run_changed,
        ):
            signal.connect(self._refresh)

    def _lay_out(self) -> None:
        top = QHBoxLayout()
        top.setSpacing(12)
        top.addWidget(self.back)
        top.addWidget(self._title, 1)
        middle = QVBoxLayout()
        middle.addWidget(self.map, 1)
        middle.addWidget(self._placeholder, 1)
        middle.addWidget(self._pair)
        middle.addWidget(self.legend)
        cards = QWidget()
        cards.setObjectName("listBody")
        column = QVBoxLayout(cards)
        column.setContentsMargins(0, 0, 8, 0)
        column.setSpacing(8)
        for card in self.cards.values():
            column.addWidget(card)
        column.addStretch(1)
        area = QScrollArea()
        area.setWidget(cards)
        area.setWidgetResizable(True)
        area.setFixedWidth(_CARDS_PX)
        area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        across = QHBoxLayout()
        across.setSpacing(12)
        across.addLayout(middle, 1)
        across.addWidget(area)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(12)
        whole.addLayout(top)
        whole.addLayout(across, 1)

    def showEvent(self, event: QShowEvent) -> None:
        """Update the matrix and the sources."""
        super().showEvent(event)
        self._refresh()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Emit `closed` on Escape."""
        if event.key() == Qt.Key.Key_Escape:
            self.closed.emit()
        else:
            super().keyPressEvent(event)

    def _refresh(self) -> None:
        session = self._session
        if not self.isVisible() or not session.class_order.shown.fits(session.layout.class_grid):
            return
        values = session.draft.values
        if values["order.source"] == "file" and values["order.file"]:
            self._table = values["order.file"]
        self._show_map()
        self._show_sources()

    def _show_map(self) -> None:
        session = self._session
        config = session.config
        result = (
            session.class_order.cache.result_of(ClassOrderRequest.from_config(config)) if config else None
        )
        distances = result.distances if result else None
        shown = distances is not None
        self.map.setVisible(shown)
        self.legend.setVisible(shown)
        self._placeholder.setVisible(not shown)
        title = self.tr("Class distances: <b>%s</b>")
        self._title.set_html(rich_text(title, session.class_order.shown.source))
        if distances is None:
            self._placeholder.setText(self._placeholder_text())
            return
        cells = np.array([index for row in session.class_order.shown.grid for index in row])
        names = tuple(display_class_name(session.class_names[index]) for index in cells)
        class_color = class_colors(len(cells))
        colors = tuple(class_color[index] for index in cells)
        self._distances, self._names = distances[np.ix_(cells, cells)], names
        self.map.set_distances(self._distances, names, colors)
        low, high = self.map.distance_range
        self.legend.set_scale(f"{low:.2f}", f"{high:.2f}")
        self._on_pair_hovered(self.map.pair)

    def _placeholder_text(self) -> str:
        order = self._session.class_order.shown
        if self._session.config is None:
            return next(iter(self._session.draft.problems.values()))
        if order.failure:
            return with_field_labels(order.failure)
        if order.pending:
            return self.tr("Computing class distances…")
        return self.tr("Index order uses no distances. Choose a source to see its distance matrix.")

    def _show_sources(self) -> None:
        session = self._session
        request_fast_sources(session, self._table)
        known_sources = class_order_sources(session, self._table)
        colors = class_colors(session.layout.classes)
        names = tuple(map(display_class_name, session.class_names))
        for known in known_sources:
            card = self.cards[known.source]
            in_use = session.draft.values["order.source"] == known.source
            card.show_source(known, in_use, colors, names)

    def _on_pair_hovered(self, pair: ClassPair | None) -> None:
        if pair is None:
            self.legend.show_caption()
            self._pair.setText("")
            return
        row, column = pair
        low, high = self.map.distance_range
        distance = self._distances[pair]
        classes = f"{self._names[row]} – {self._names[column]}"
        self.legend.show_value((distance - low) / (high - low) if high > low else 0.5, f"{distance:.3f}")
        self._pair.setText(classes)
        self.map.setAccessibleDescription(f"{classes}: {distance:.3f}")

    def _on_use(self, source: str) -> None:
        if source == "file":
            choose_source(self._session, source, self._table)
        else:
            choose_source(self._session, source)
        self._show_sources()

    def _on_measure(self, source: str) -> None:
        for known in class_order_sources(self._session, self._table):
            if known.source == source and known.request is not None:
                self._session.class_order.ask(known.request)
        self._refresh()

    def _on_file(self, source: str) -> None:
        file = ask_for_distance_file(self) if source == "file" else ask_for_weights_file(self)
        if file:
            choose_source(self._session, source, file)
