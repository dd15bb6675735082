"""Grid of dataset cards with a card that adds an image folder."""

from itertools import pairwise
from pathlib import Path

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QKeyEvent, QResizeEvent
from PySide6.QtWidgets import QFileDialog, QGridLayout, QWidget

from podd_app.pages.data.add_card import AddCard
from podd_app.pages.data.dataset_card import HEIGHT_PX, DatasetCard
from podd_app.services.dataset_entries import DatasetEntry, Key
from podd_app.services.dataset_service import DatasetService
from podd_app.style.theme import GRID_PX, scaled
from podd_app.widgets.focus_scroll_area import FocusScrollArea

_MIN_CARD_PX = 240
_ROWS_SHOWN = 2
_GAP_PX = GRID_PX + 4


class DatasetList(FocusScrollArea):
    """Scrollable grid of the cards of all datasets.

    Args:
        dataset_service: lists, selects, downloads, locates and removes datasets.
    """

    def __init__(self, dataset_service: DatasetService, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("datasetList")  # the first tour points at this widget
        self._dataset_service = dataset_service
        self.cards: dict[Key, DatasetCard] = {}
        self._body = QWidget()
        self._body.setObjectName("listBody")
        # The cards get their parent immediately, because setTabOrder requires widgets of one window.
        self.add_card = AddCard(dataset_service.adding, self._body)
        self.add_card.pressed.connect(self._on_add_pressed)
        self._grid = QGridLayout(self._body)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setSpacing(_GAP_PX)
        self._grid.setAlignment(Qt.AlignmentFlag.AlignTop)
        self._columns = 0
        self._preferred_height_px = 0
        self.setWidget(self._body)
        dataset_service.entries_changed.connect(self._refresh)
        self._refresh()

    def _refresh(self) -> None:
        entries = self._dataset_service.entries
        keys = [entry.key for entry in entries]
        for key in [key for key in self.cards if key not in keys]:
            self.cards.pop(key).deleteLater()
        for entry in entries:
            if entry.key not in self.cards:
                self.cards[entry.key] = self._card(entry)
            self.cards[entry.key].show_entry(entry, entry.key == self._dataset_service.selected.key)
        self.cards = {key: self.cards[key] for key in keys}
        self._arrange()

    def _card(self, entry: DatasetEntry) -> DatasetCard:
        card = DatasetCard(entry, self._dataset_service.task(entry.key), self._body)
        card.selected.connect(lambda: self._dataset_service.choose(card.entry))
        card.download_requested.connect(lambda: self._dataset_service.download(card.entry))
        card.locate_requested.connect(lambda: self._locate(card.entry))
        card.remove_requested.connect(lambda: self._dataset_service.remove(card.entry))
        return card

    def _arrange(self) -> None:
        width = self.viewport().width()
        widest = max((card.minimumSizeHint().width() for card in self.cards.values()), default=0)
        narrowest = max(scaled(_MIN_CARD_PX), widest)
        columns = max(1, (width + _GAP_PX) // (narrowest + _GAP_PX))
        # Available datasets come first. The add card is always in the visible rows.
        cards = sorted(self.cards.values(), key=lambda card: card.entry.state == "absent")
        add_at = min(len(cards), _ROWS_SHOWN * columns - 1)
        widgets: list[QWidget] = [*cards[:add_at], self.add_card, *cards[add_at:]]
        for index, widget in enumerate(widgets):
            self._grid.addWidget(widget, index // columns, index % columns)
        for before, after in pairwise(widgets):
            self.setTabOrder(before, after)
        for column in range(max(columns, self._columns)):
            self._grid.setColumnStretch(column, 1 if column < columns else 0)
        self._columns = columns
        rows = min(_ROWS_SHOWN, -(-len(widgets) // columns))
        self._preferred_height_px = rows * scaled(HEIGHT_PX) + (rows - 1) * _GAP_PX
        self.setMaximumHeight(self._preferred_height_px)
        self.updateGeometry()

    def sizeHint(self) -> QSize:
        """Return the size of two rows. If there is less space, the list shows one row and scrolls."""
        return QSize(_MIN_CARD_PX, self._preferred_height_px)

    def minimumSizeHint(self) -> QSize:
        """Return the size of one card."""
        return QSize(_MIN_CARD_PX, scaled(HEIGHT_PX))

    def set_drop_highlight(self, dragged_over: bool) -> None:
        """Highlight the add card while the user drags a file over the page."""
        self.add_card.set_drop_highlight(dragged_over)
        if dragged_over:
            self.ensureWidgetVisible(self.add_card)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Move the focus between cards with the arrow keys."""
        forward = -1 if self.isRightToLeft() else 1
        steps = {
            Qt.Key.Key_Left: -forward,
            Qt.Key.Key_Right: forward,
            Qt.Key.Key_Up: -self._columns,
            Qt.Key.Key_Down: self._columns,
        }
        shown: list[QWidget] = [self.add_card, *self.cards.values()]
        shown.sort(key=lambda card: (card.y(), forward * card.x()))
        focused = [index for index, card in enumerate(shown) if card.hasFocus()]
        if event.key() not in steps or not focused:
            super().keyPressEvent(event)
            return
        target = focused[0] + steps[Qt.Key(event.key())]
        if 0 <= target < len(shown):
            shown[target].setFocus(Qt.FocusReason.TabFocusReason)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Rearrange the cards for the new width."""
        super().resizeEvent(event)
        self._arrange()

    def _on_add_pressed(self) -> None:
        selected = QFileDialog.getExistingDirectory(self, self.tr("Add image folder"))
        if selected:
            self._dataset_service.add(Path(selected))

    def _locate(self, entry: DatasetEntry) -> None:
        title = self.tr("Choose the folder of %s") % entry.status.title
        selected = QFileDialog.getExistingDirectory(self, title)
        if selected:
            self._dataset_service.locate(entry, Path(selected))
