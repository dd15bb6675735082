"""The whole config as grouped cards, made from its own descriptions."""

from collections.abc import Collection

from PySide6.QtCore import QEvent, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QApplication, QBoxLayout, QLabel, QSizePolicy, QVBoxLayout, QWidget

from podd_app.models.class_order import source_hints, source_titles
from podd_app.models.session import Session
from podd_app.models.setting_fields import FIELDS, SettingField, section_title
from podd_app.pages.settings.found_row import SearchableSettingRow
from podd_app.pages.settings.order_grid import ClassOrderField
from podd_app.pages.settings.search import SearchTerms, marked, matches
from podd_app.style.theme import colors_of, scaled
from podd_app.widgets.choice_field import ChoiceField
from podd_app.widgets.label_cells_notice import LabelCellsNotice
from podd_app.widgets.text import Card, section
from podd_engine.config.architectures import ARCHITECTURES
from podd_engine.config.dataset_catalogue import CATALOGUE, FOLDER_DATASET

_CONTROL_PX = 128
_LONG_CONTROL_PX = 188
_WORDS_PX = 264
_GAP_PX = 16
_COLUMN_PX = 372
"""Room that the longest label with its control needs."""
_LEFT = ("", "dataset", "poster", "patches", "order", "labels", "augmentation")
_RIGHT = ("network", "inner", "outer", "truncation", "evaluation", "compute")


class ConfigForm(QWidget):
    """A card a section, in two columns, or below each other where there is no room for two.

    Args:
        session: what is edited.
    """

    current_setting_changed = Signal(str)
    """The dotted key of the setting that the pointer or the focus came to."""

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("formBody")
        self._session = session
        self.rows: dict[str, SearchableSettingRow] = {}
        self._cards: dict[str, Card] = {}
        self._titles: dict[str, QLabel] = {}
        self._words: SearchTerms = ()
        self._complete = True
        self._both = QBoxLayout(QBoxLayout.Direction.LeftToRight, self)
        self._both.setContentsMargins(_GAP_PX, _GAP_PX, _GAP_PX, _GAP_PX)
        self._both.setSpacing(_GAP_PX)
        for names in (_LEFT, _RIGHT):
            column = QVBoxLayout()
            column.setSpacing(_GAP_PX)
            for name in names:
                column.addWidget(self._card(name))
            column.addStretch(1)
            self._both.addLayout(column, 1)
        application = QApplication.instance()
        assert isinstance(application, QApplication)
        application.focusChanged.connect(self._on_focus_changed)

    def apply_search(self, words: SearchTerms, among: Collection[str]) -> int:
        """Show only settings that have all ``words``, with what matched marked.

        Args:
            words: of `search.search_terms`; none: all settings match.
            among: dotted keys of the settings that are looked at.

        Returns:
            How many are shown.
        """
        self._words = words
        shown = 0
        for name, card in self._cards.items():
            found = [path for path in self._paths(name) if path in among and matches(words, FIELDS[path])]
            for path in self._paths(name):
                self.rows[path].apply_search(words)
                self.rows[path].setVisible(path in found)
            card.setVisible(bool(found))
            shown += len(found)
        self._mark_titles()
        self._complete = shown == len(self.rows)
        self._place_columns()
        return shown

    def changeEvent(self, event: QEvent) -> None:
        """Follow the scheme."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange and hasattr(self, "_words"):
            self._mark_titles()

    def _mark_titles(self) -> None:
        for name, title in self._titles.items():
            title.setText(marked(section_title(name).upper(), self._words, colors_of(self)))

    def _paths(self, name: str) -> list[str]:
        return [path for path, facts in FIELDS.items() if facts.section == name]

    def _on_focus_changed(self, before: QWidget | None, now: QWidget | None) -> None:
        """Tell at which setting the keyboard is."""
        while now is not None and not isinstance(now, SearchableSettingRow):
            now = now.parentWidget()
        if now is not None and now is self.rows[now.path]:
            self.current_setting_changed.emit(now.path)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Put the columns side by side where both fit."""
        super().resizeEvent(event)
        self._place_columns()

    def _place_columns(self) -> None:
        """Side by side where both fit and all settings are shown; what was found stands in one column."""
        wide = self.width() >= 2 * scaled(_COLUMN_PX) + 3 * _GAP_PX and self._complete
        directions = QBoxLayout.Direction
        self._both.setDirection(directions.LeftToRight if wide else directions.TopToBottom)
        self._both.setStretch(0, 1 if wide else 0)

    def _card(self, name: str) -> Card:
        card = Card("outlined")
        card.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        card.column.setContentsMargins(16, 14, 16, 14)
        card.column.setSpacing(6)
        self._cards[name], self._titles[name] = card, section(section_title(name))
        card.column.addWidget(self._titles[name])
        for path in self._paths(name):
            row = self.rows[path] = self._row(path, FIELDS[path])
            row.row_hovered.connect(self.current_setting_changed)
            card.column.addWidget(row)
            if path == "labels.cover_all":
                card.column.addWidget(LabelCellsNotice(self._session))
        return card

    def _row(self, path: str, facts: SettingField) -> SearchableSettingRow:
        control, width_px = self._control(path, facts)
        return SearchableSettingRow(
            self._session, path, control=control, marked=True, control_width_px=width_px
        )

    def _control(self, path: str, facts: SettingField) -> tuple[ChoiceField | ClassOrderField | None, int]:
        """The control where it is no plain one of its kind, else None; and its width, px, or 0."""
        match path:
            case "order.grid":
                return ClassOrderField(self._session), 0
            case "dataset.name":
                titles = {name: known.title for name, known in CATALOGUE.items()}
                return ChoiceField(titles | {FOLDER_DATASET: self.tr("Folder of images")}), _LONG_CONTROL_PX
            case "order.source":
                return ChoiceField(source_titles(), source_hints()), _CONTROL_PX
            case "network.name":
                choice = ChoiceField(ARCHITECTURES)
                choice.setMinimumWidth(_CONTROL_PX)  # else as wide as its titles
                return choice, 0
            case "compute.device":
                return self._device_choice(), _LONG_CONTROL_PX
        widths = {"switch": 20, "kinds": _LONG_CONTROL_PX, "numbers": _LONG_CONTROL_PX, "text": _WORDS_PX}
        return None, widths.get(facts.kind, _CONTROL_PX)

    def _device_choice(self) -> ChoiceField:
        choice = ChoiceField({})

        def fill() -> None:
            devices = {device.key: device.title for device in (*self._session.devices, self._session.device)}
            choice.set_choices(devices, {})
            choice.set_value(self._session.device.key)

        fill()
        self._session.devices_changed.connect(fill)
        return choice
