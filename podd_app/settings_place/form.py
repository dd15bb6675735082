"""The whole config as grouped cards, made from its own descriptions."""

from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from podd_app.class_order import SOURCE_HINTS, SOURCE_TITLES
from podd_app.fields import FIELDS, SECTION_TITLES, FieldFacts
from podd_app.session import Session
from podd_app.widgets.choice_field import ChoiceField
from podd_app.widgets.label_cells_notice import LabelCellsNotice
from podd_app.widgets.setting_row import SettingRow
from podd_app.widgets.text import Card, section
from podd_engine.architectures import ARCHITECTURES
from podd_engine.data.catalogue import CATALOGUE, FOLDER

_CONTROL_PX = 128
_LONG_CONTROL_PX = 188
_GAP_PX = 16
_COLUMN_PX = 372
"""Room that the longest label with its control needs."""
_DRAWN_ELSEWHERE = frozenset({"order.grid"})
_LEFT = ("", "dataset", "poster", "patches", "order", "labels", "augmentation")
_RIGHT = ("network", "inner", "outer", "truncation", "evaluation", "compute")


class ConfigForm(QWidget):
    """A card a section, in two columns, or below each other where there is no room for two.

    Args:
        session: what is edited.
    """

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("formBody")
        self._session = session
        self.rows: dict[str, SettingRow] = {}
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

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Put the columns side by side where both fit."""
        super().resizeEvent(event)
        wide = event.size().width() >= 2 * _COLUMN_PX + 3 * _GAP_PX
        directions = QBoxLayout.Direction
        self._both.setDirection(directions.LeftToRight if wide else directions.TopToBottom)

    def _card(self, name: str) -> Card:
        card = Card("outlined")
        card.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        card.column.setContentsMargins(16, 14, 16, 14)
        card.column.setSpacing(6)
        card.column.addWidget(section(SECTION_TITLES[name]))
        for path, facts in FIELDS.items():
            if facts.section == name and path not in _DRAWN_ELSEWHERE:
                self.rows[path] = self._row(path, facts)
                card.column.addWidget(self.rows[path])
                if path == "labels.cover_all":
                    card.column.addWidget(LabelCellsNotice(self._session))
        return card

    def _row(self, path: str, facts: FieldFacts) -> SettingRow:
        control, width_px = self._control(path, facts)
        return SettingRow(self._session, path, control=control, marked=True, control_width_px=width_px)

    def _control(self, path: str, facts: FieldFacts) -> tuple[ChoiceField | None, int]:
        """The control where it is a choice of named things, else None; and its width, px, or 0."""
        match path:
            case "dataset.name":
                titles = {name: known.title for name, known in CATALOGUE.items()}
                return ChoiceField(titles | {FOLDER: self.tr("Folder of images")}), _LONG_CONTROL_PX
            case "order.source":
                return ChoiceField(SOURCE_TITLES, SOURCE_HINTS), _CONTROL_PX
            case "network.name":
                choice = ChoiceField(ARCHITECTURES)
                choice.setMinimumWidth(_CONTROL_PX)  # else as wide as its titles
                return choice, 0
            case "compute.device":
                return self._device_choice(), _LONG_CONTROL_PX
        long = facts.kind in ("text", "kinds", "numbers")
        return None, 20 if facts.kind == "switch" else _LONG_CONTROL_PX if long else _CONTROL_PX

    def _device_choice(self) -> ChoiceField:
        choice = ChoiceField({})

        def fill() -> None:
            devices = {device.key: device.title for device in (*self._session.devices, self._session.device)}
            choice.set_choices(devices, {})
            choice.set_value(self._session.device.key)

        fill()
        self._session.devices_changed.connect(fill)
        return choice
