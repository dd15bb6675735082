"""Form with all settings, grouped into cards."""

from collections.abc import Collection
from itertools import pairwise

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QResizeEvent, QShowEvent
from PySide6.QtWidgets import QApplication, QBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from podd_app.models.class_order import source_hints, source_titles
from podd_app.models.session import Session
from podd_app.models.setting_fields import FIELDS, SettingField, section_title
from podd_app.pages.settings.found_row import SearchableSettingRow
from podd_app.pages.settings.page_link_field import PageLinkField
from podd_app.pages.settings.search import SearchTerms, match_rank, matches
from podd_app.style.theme import scaled
from podd_app.widgets.choice_field import ChoiceField
from podd_app.widgets.label_cells_notice import LabelCellsNotice
from podd_app.widgets.text import Card, section
from podd_engine.config.architectures import ARCHITECTURES
from podd_engine.config.dataset_catalogue import CATALOGUE, FOLDER_DATASET

_CONTROL_PX = 128
_LONG_CONTROL_PX = 188
_TEXT_CONTROL_PX = 264
_GAP_PX = 16
_COLUMN_PX = 372
"""Width of the longest label with its control."""
_LEFT = ("", "dataset", "poster", "patches", "order", "labels", "augmentation")
_RIGHT = ("network", "inner", "outer", "truncation", "evaluation", "compute")


class ConfigForm(QWidget):
    """Form with one card per section, in two columns if there is enough space.

    Search results are in one card, with the best match at the top.

    Args:
        session: the session whose settings are edited.
    """

    current_setting_changed = Signal(str)
    """Emitted with the dotted key when the pointer or the focus moves to a setting."""

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("formBody")
        self._session = session
        self.rows: dict[str, SearchableSettingRow] = {}
        self._cards: dict[str, Card] = {}
        self._results: tuple[str, ...] = ()
        self._shows_all = True
        self._columns = QBoxLayout(QBoxLayout.Direction.LeftToRight, self)
        self._columns.setContentsMargins(_GAP_PX, _GAP_PX, _GAP_PX, _GAP_PX)
        self._columns.setSpacing(_GAP_PX)
        for names in (_LEFT, _RIGHT):
            column = QVBoxLayout()
            column.setSpacing(_GAP_PX)
            if names is _LEFT:
                self._results_card = self._empty_card(self.tr("Search results"))
                column.addWidget(self._results_card)
            for name in names:
                column.addWidget(self._card(name))
            column.addStretch(1)
            self._columns.addLayout(column, 1)
        self._results_card.hide()
        application = QApplication.instance()
        assert isinstance(application, QApplication)
        application.focusChanged.connect(self._on_focus_changed)

    def apply_search(self, terms: SearchTerms, among: Collection[str]) -> int:
        """Show only the settings that match all search terms, best match first, and highlight the matches.

        Args:
            terms: result of `search.search_terms`. If empty, all settings match.
            among: dotted keys of the settings to search.

        Returns:
            The number of settings shown.
        """
        found = [path for path, field in FIELDS.items() if path in among and matches(terms, field)]
        if terms:
            found.sort(key=lambda path: match_rank(terms, FIELDS[path]))
        self._arrange(tuple(found) if terms else ())
        for path, row in self.rows.items():
            row.apply_search(terms)
            row.setVisible(path in found)
        for name, card in self._cards.items():
            card.setVisible(not terms and any(path in found for path in self._paths(name)))
        self._results_card.setVisible(bool(terms and found))
        self._shows_all = len(found) == len(self.rows)
        self._place_columns()
        return len(found)

    def _arrange(self, results: tuple[str, ...]) -> None:
        """Move the rows of the results to their card, or all rows back to the cards of their sections."""
        if results == self._results:
            return
        self._results = results
        for position, path in enumerate(results, start=1):
            self._results_card.column.insertWidget(position, self.rows[path])
        if not results:
            for name, card in self._cards.items():
                for position, path in enumerate(self._paths(name), start=1):
                    card.column.insertWidget(position, self.rows[path])
        self._order_focus(results or tuple(path for name in _LEFT + _RIGHT for path in self._paths(name)))

    def _order_focus(self, paths: tuple[str, ...]) -> None:
        """Let Tab visit the settings in their visible order."""
        by_row: dict[QWidget, list[QWidget]] = {self.rows[path]: [] for path in paths}
        widget = self.nextInFocusChain()
        while widget is not None and widget is not self:
            row: QWidget | None = widget
            while row is not None and row not in by_row:
                row = row.parentWidget()
            if row is not None and widget.focusPolicy() & Qt.FocusPolicy.TabFocus:
                by_row[row].append(widget)
            widget = widget.nextInFocusChain()
        for before, after in pairwise(widget for widgets in by_row.values() for widget in widgets):
            self.setTabOrder(before, after)

    def _paths(self, name: str) -> list[str]:
        return [path for path, field in FIELDS.items() if field.section == name]

    def _on_focus_changed(self, before: QWidget | None, now: QWidget | None) -> None:
        """Emit `current_setting_changed` if a setting of this form has the focus."""
        while now is not None and not isinstance(now, SearchableSettingRow):
            now = now.parentWidget()
        if now is not None and now is self.rows[now.path]:
            self.current_setting_changed.emit(now.path)

    def showEvent(self, event: QShowEvent) -> None:
        """Lay out the rows that moved while another page of the stack was shown."""
        super().showEvent(event)
        # Qt keeps the sizes that the layout had cached while the form was hidden.
        self._columns.invalidate()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Use two columns if both fit."""
        super().resizeEvent(event)
        self._place_columns()

    def _place_columns(self) -> None:
        """Use two columns if both fit and all settings are shown. Search results use one column."""
        wide = self.width() >= 2 * scaled(_COLUMN_PX) + 3 * _GAP_PX and self._shows_all
        direction = QBoxLayout.Direction
        self._columns.setDirection(direction.LeftToRight if wide else direction.TopToBottom)
        self._columns.setStretch(0, 1 if wide else 0)

    def _empty_card(self, title: str) -> Card:
        card = Card("outlined")
        card.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        card.column.setContentsMargins(16, 14, 16, 14)
        card.column.setSpacing(6)
        card.column.addWidget(section(title))
        return card

    def _card(self, name: str) -> Card:
        card = self._cards[name] = self._empty_card(section_title(name))
        for path in self._paths(name):
            row = self.rows[path] = self._row(path, FIELDS[path])
            row.row_hovered.connect(self.current_setting_changed)
            card.column.addWidget(row)
            if path == "labels.cover_all":
                row.add_notice(LabelCellsNotice(self._session, row))
        return card

    def _row(self, path: str, field: SettingField) -> SearchableSettingRow:
        control, width_px = self._control(path, field)
        return SearchableSettingRow(
            self._session, path, control=control, marked=True, control_width_px=width_px
        )

    def _control(self, path: str, field: SettingField) -> tuple[ChoiceField | PageLinkField | None, int]:
        """Return a control and its width in px.

        The control is None if the default control of the kind is used. The width is 0 if the size hint
        of the control is used.
        """
        match path:
            case "order.grid":
                return PageLinkField(self._session, path, "poster"), 0
            case "dataset.classes":
                return PageLinkField(self._session, path, "data"), 0
            case "dataset.name":
                titles = {name: entry.title for name, entry in CATALOGUE.items()}
                return ChoiceField(titles | {FOLDER_DATASET: self.tr("Image folder")}), _LONG_CONTROL_PX
            case "order.source":
                return ChoiceField(source_titles(), source_hints()), _CONTROL_PX
            case "network.name":
                choice = ChoiceField(ARCHITECTURES)
                choice.setMinimumWidth(_CONTROL_PX)  # otherwise as wide as the longest title
                return choice, 0
            case "compute.device":
                return self._device_choice(), _LONG_CONTROL_PX
        widths = {
            "switch": 20,
            "kinds": _LONG_CONTROL_PX,
            "numbers": _LONG_CONTROL_PX,
            "text": _TEXT_CONTROL_PX,
        }
        return None, widths.get(field.kind, _CONTROL_PX)

    def _device_choice(self) -> ChoiceField:
        choice = ChoiceField({})

        def fill() -> None:
            devices = {device.key: device.title for device in (*self._session.devices, self._session.device)}
            choice.set_choices(devices, {})
            choice.set_value(self._session.device.key)

        fill()
        self._session.devices_changed.connect(fill)
        return choice
