"""One setting of the session: its control, its trouble, and a mark when it is not the preset's."""

from typing import Any

from PySide6.QtCore import QEvent, QSize, Qt, Signal
from PySide6.QtGui import QEnterEvent
from PySide6.QtWidgets import QToolButton, QWidget

from podd_app.models.session import Session
from podd_app.models.setting_fields import FIELDS, SettingField
from podd_app.style.icons import icon
from podd_app.style.theme import colors_of
from podd_app.widgets.choice_field import ChoiceField
from podd_app.widgets.field_row import FieldRow
from podd_app.widgets.number_field import NumberField
from podd_app.widgets.simple_fields import IntegerListField, MultiChoiceField, SwitchField, TextField

_MARK_PX = 28


def control_for(facts: SettingField) -> Any:
    """The control that edits a setting: has ``set_value(value)`` and a signal ``edited(value)``."""
    match facts.kind:
        case "whole" | "real" as kind:
            return NumberField(kind, facts.unit, facts.zero)
        case "switch":
            return SwitchField()
        case "choice":
            return ChoiceField({choice: choice for choice in facts.choices})
        case "kinds":
            return MultiChoiceField(facts.choices)
        case "numbers":
            return IntegerListField()
        case _:
            return TextField()


class SettingRow(FieldRow):
    """A row bound to one dotted key, both ways.

    Args:
        session: whose draft is edited.
        path: dotted key.
        control: another control than `control_for` makes; same ``set_value`` and ``edited``.
        marked: whether to show, at the left of the control, that the value differs from the
            preset's, and to revert it when that mark is pressed.
        control_width_px: fixed width of the control; 0: as wide as it likes.
    """

    row_hovered = Signal(str)
    """The pointer came over the row of this dotted key."""

    def __init__(
        self,
        session: Session,
        path: str,
        *,
        control: Any = None,
        marked: bool = False,
        control_width_px: int = 92,
        parent: QWidget | None = None,
    ) -> None:
        facts = FIELDS[path]
        made = control_for(facts) if control is None else control
        super().__init__(facts.label, made, facts.tooltip, control_width_px, parent)
        self.path = path
        self._session = session
        self._label = facts.label
        self._mark = self._make_mark() if marked else None
        made.edited.connect(self._on_edited)
        if hasattr(made, "unreadable"):
            made.unreadable.connect(self.set_error)
        session.draft_changed.connect(self._on_draft_changed)
        self._on_draft_changed()

    def _make_mark(self) -> QToolButton:
        mark = QToolButton()
        mark.setProperty("role", "mark")
        mark.setFixedSize(_MARK_PX, _MARK_PX)
        mark.setIconSize(QSize(16, 16))
        mark.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        mark.clicked.connect(self._revert)
        # The mark's place stays free while it is hidden, so that nothing moves when it appears.
        policy = mark.sizePolicy()
        policy.setRetainSizeWhenHidden(True)
        mark.setSizePolicy(policy)
        self.grid.addWidget(mark, 0, 1)
        return mark

    def _on_edited(self, value: Any) -> None:
        self._session.edit({self.path: value}, self._label)
        self._on_draft_changed()

    def _on_draft_changed(self) -> None:
        draft = self._session.draft
        self.control.set_value(draft.values[self.path])  # type: ignore[attr-defined]
        self.set_error(draft.problems.get(self.path, ""))
        if self._mark is not None:
            differs = self.path in self._session.differences
            self._mark.setVisible(differs)
            if differs:
                text = self.tr("Differs from %s; press to put back %s")
                self._mark.setToolTip(text % (self._session.origin_title, self._preset_value_text()))
                self._mark.setAccessibleName(f"{self._label}: {self._mark.toolTip()}")
                self._mark.setIcon(icon("revert", colors_of(self).accent, size_px=16))

    def _preset_value_text(self) -> str:
        """The preset's value as the control would show it."""
        before = self._session.origin.values[self.path]
        if isinstance(self.control, ChoiceField):
            return self.control.title_of(before)
        return FIELDS[self.path].shown(before)

    def _revert(self) -> None:
        before = self._session.origin.values[self.path]
        if self._mark is not None and self._mark.hasFocus():
            self.control.setFocus()  # the mark goes, and the keyboard stays at this setting
        self._session.edit({self.path: before}, self.tr("%s back to the preset") % self._label)

    def enterEvent(self, event: QEnterEvent) -> None:
        """Tell that the pointer is here."""
        super().enterEvent(event)
        self.row_hovered.emit(self.path)

    def changeEvent(self, event: QEvent) -> None:
        """Follow the scheme."""
        super().changeEvent(event)
        mark: QToolButton | None = getattr(self, "_mark", None)
        if event.type() == QEvent.Type.PaletteChange and mark is not None:
            mark.setIcon(icon("revert", colors_of(self).accent, size_px=16))
