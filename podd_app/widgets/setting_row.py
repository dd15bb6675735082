"""Form row that edits one setting of the session and marks a difference from the preset."""

from typing import Any

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QEnterEvent
from PySide6.QtWidgets import QToolButton, QWidget

from podd_app.models.session import Session
from podd_app.models.setting_fields import FIELDS, SettingField
from podd_app.qt.plain_text import set_tooltip
from podd_app.style.icons import icon
from podd_app.style.palette import FollowsPalette
from podd_app.style.theme import colors_of
from podd_app.widgets.checked_line_edit import CheckedLineEdit
from podd_app.widgets.choice_field import ChoiceField
from podd_app.widgets.field_row import FieldRow
from podd_app.widgets.number_field import NumberField
from podd_app.widgets.simple_fields import IntegerListField, MultiChoiceField, SwitchField, TextField

_MARK_PX = 28


def control_for(field: SettingField) -> Any:
    """Return a control for a setting. It has a method ``set_value(value)`` and a signal ``edited(value)``."""
    match field.kind:
        case "whole" | "real" as kind:
            return NumberField(kind, field.unit, field.zero)
        case "switch":
            return SwitchField()
        case "choice":
            return ChoiceField({choice: choice for choice in field.choices})
        case "kinds":
            return MultiChoiceField(field.choices)
        case "numbers":
            return IntegerListField()
        case _:
            return TextField()


class SettingRow(FollowsPalette, FieldRow):
    """Form row that shows one setting of the draft and edits it.

    Args:
        session: The session with the draft.
        path: Dotted key of the setting.
        control: Control with ``set_value`` and ``edited``. If None, `control_for` creates the control.
        marked: Whether to show a button next to the control if the value differs from the preset.
            The button restores the value of the preset.
        control_width_px: Nominal width of the control. If 0, the size hint of the control is used.
    """

    row_hovered = Signal(str)
    """Emitted with the dotted key when the pointer enters the row."""

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
        field = FIELDS[path]
        editor = control_for(field) if control is None else control
        super().__init__(field.label, editor, field.tooltip, control_width_px, parent)
        self.path = path
        self._session = session
        self._origin = session.origin
        self._label = field.label
        self._mark = self._make_mark() if marked else None
        editor.edited.connect(self._on_edited)
        if isinstance(editor, CheckedLineEdit):
            editor.input_error_changed.connect(self._show_error)
        session.draft_changed.connect(self._on_draft_changed)
        self._on_draft_changed()
        self.follow_palette()

    def _make_mark(self) -> QToolButton:
        mark = QToolButton()
        mark.setProperty("role", "mark")
        mark.setFixedSize(_MARK_PX, _MARK_PX)
        mark.setIconSize(QSize(16, 16))
        mark.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        mark.clicked.connect(self._revert)
        # The hidden button keeps its space, so that the control does not move when the button appears.
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
        if self._origin is not self._session.origin:
            # Other settings were loaded. A rejected text belongs to the previous ones.
            self._origin = self._session.origin
            if isinstance(self.control, CheckedLineEdit):
                self.control.discard_edit()
        self.control.set_value(draft.values[self.path])  # type: ignore[attr-defined]
        self._show_error()
        if self._mark is not None:
            differs = self.path in self._session.differences
            self._mark.setVisible(differs)
            if differs:
                text = self.tr("Differs from %s. Click to restore %s.")
                hint = text % (self._session.origin_title, self._preset_value_text())
                set_tooltip(self._mark, hint)
                self._mark.setAccessibleName(f"{self._label}: {hint}")

    def _show_error(self) -> None:
        """Show why the text was rejected, or else why the value is invalid."""
        draft = self._session.draft
        error = draft.problems.get(self.path, "")
        if isinstance(self.control, CheckedLineEdit) and self.control.input_error:
            value = FIELDS[self.path].shown(draft.values[self.path])
            error = self.tr("%s The value is still %s.") % (self.control.input_error, value)
        self.set_error(error)

    def _preset_value_text(self) -> str:
        """Return the value of the preset as the control shows it."""
        value = self._session.origin.values[self.path]
        if isinstance(self.control, ChoiceField):
            return self.control.title_of(value)
        return FIELDS[self.path].shown(value)

    def _revert(self) -> None:
        value = self._session.origin.values[self.path]
        if self._mark is not None and self._mark.hasFocus():
            self.control.setFocus()  # the button is about to hide
        self._session.edit({self.path: value}, self.tr("Reset of %s") % self._label)

    def enterEvent(self, event: QEnterEvent) -> None:
        """Emit `row_hovered`."""
        super().enterEvent(event)
        self.row_hovered.emit(self.path)

    def _apply_palette(self) -> None:
        if self._mark is not None:
            self._mark.setIcon(icon("revert", colors_of(self).accent, size_px=16))
