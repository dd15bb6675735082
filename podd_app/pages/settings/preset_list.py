"""List of presets with thumbnails of their posters. Users can save, rename and delete their own presets."""

from functools import partial
from itertools import pairwise

from PySide6.QtCore import QSize, Qt
from PySide6.QtWidgets import (
    QButtonGroup,
    QHBoxLayout,
    QLabel,
    QMenu,
    QPushButton,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from podd_app.canvas.layout_thumbnail import THUMBNAIL_PX, layout_icon
from podd_app.models.preset_store import Preset, PresetStore
from podd_app.models.run_status import ErrorReport
from podd_app.models.session import Session
from podd_app.pages.settings.preset_name_card import PresetNameCard
from podd_app.qt.plain_text import set_tooltip
from podd_app.style.icons import icon
from podd_app.style.palette import FollowsPalette
from podd_app.style.theme import colors_of
from podd_app.widgets.text import button, label
from podd_engine.config.user_presets import conflicting_preset
from podd_engine.errors import PoddError

_MARK_PX = 28
_RESULT_INDENT_PX = 13 + THUMBNAIL_PX.width() + 4
"""Start of the title next to the thumbnail."""


class PresetList(FollowsPalette, QWidget):
    """Buttons of all presets. The button of the preset that the settings are based on is checked.

    Args:
        session: the session that loads a preset or is saved as a preset.
        preset_store: the presets.

    Attributes:
        buttons: buttons by preset name.
        menus: menu buttons of the user presets, by preset name.
        results: labels with the measured results, by preset name.
    """

    def __init__(self, session: Session, preset_store: PresetStore, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session, self._preset_store = session, preset_store
        self._renaming = ""
        self.buttons: dict[str, QPushButton] = {}
        self.menus: dict[str, QToolButton] = {}
        self.results: dict[str, QLabel] = {}
        self._row_widgets: list[QWidget] = []
        self._group = QButtonGroup(self)
        self._rows = QVBoxLayout()
        self._rows.setSpacing(2)
        self._deleted_label = label("", "small", wraps=True)
        self.undo = button(self.tr("Undo"), self.tr("Restore the deleted preset"), "quiet")
        self.undo.clicked.connect(self._on_undo)
        self.save = button(
            self.tr("Save as preset…"), self.tr("Save these settings under a new name"), "quiet"
        )
        self.save.clicked.connect(self._on_save)
        self.card = PresetNameCard()
        self.card.name_entered.connect(self._on_name_entered)
        self.card.closed.connect(self.save.setFocus)
        below = QHBoxLayout()
        below.addWidget(self._deleted_label, 1)
        below.addWidget(self.undo)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        column.addLayout(self._rows)
        column.addLayout(below)
        column.addWidget(self.save)
        column.addWidget(self.card)
        self._preset_store.changed.connect(self._fill)
        session.draft_changed.connect(self._check)
        self._fill()
        self.follow_palette()

    def _fill(self) -> None:
        for row in self._row_widgets:
            row.hide()
            self._rows.removeWidget(row)
            row.deleteLater()
        self.buttons.clear()
        self.menus.clear()
        self.results.clear()
        self._row_widgets = [self._row(preset) for preset in self._preset_store.presets]
        for row in self._row_widgets:
            self._rows.addWidget(row)
        tab_order = [
            widget for name in self.buttons for widget in (self.buttons[name], self.menus.get(name)) if widget
        ]
        for before, after in pairwise(tab_order):
            self.setTabOrder(before, after)
        # Each call inserts directly after the last row, so that the last widget is inserted first.
        for below in (self.save, self.undo):
            self.setTabOrder(tab_order[-1], below)
        for preset_button in self.buttons.values():
            self._group.addButton(preset_button)
        deleted = self._preset_store.deleted
        self._deleted_label.setText(self.tr("Deleted ‘%s’.") % deleted if deleted else "")
        self._deleted_label.setVisible(bool(deleted))
        self.undo.setVisible(bool(deleted))
        self._check()

    def _row(self, preset: Preset) -> QWidget:
        tooltip = preset.problem or (preset.config.summary if preset.config else "")
        preset_button = button(preset.title, tooltip, "list")
        preset_button.setAccessibleName(preset.menu_text)
        preset_button.clicked.connect(partial(self._on_chosen, preset.name))
        preset_button.setEnabled(preset.config is not None)
        preset_button.setMinimumWidth(0)
        if preset.config is not None:
            preset_button.setIcon(layout_icon(preset.config.layout))
            preset_button.setIconSize(THUMBNAIL_PX)
        self.buttons[preset.name] = preset_button
        row = QWidget()
        down = QVBoxLayout(row)
        down.setContentsMargins(0, 0, 0, 0)
        down.setSpacing(0)
        across = QHBoxLayout()
        across.setSpacing(2)
        across.addWidget(preset_button, 1)
        down.addLayout(across)
        if preset.result:
            result = self.results[preset.name] = label(preset.result, "small", wraps=True)
            result.setContentsMargins(_RESULT_INDENT_PX, 0, 0, 4)
            down.addWidget(result)
        if preset.is_user_preset:
            self.menus[preset.name] = self._menu_button(preset.name)
            across.addWidget(self.menus[preset.name])
        return row

    def _menu_button(self, name: str) -> QToolButton:
        menu_button = QToolButton()
        menu_button.setProperty("role", "mark")
        menu_button.setFixedSize(_MARK_PX, _MARK_PX)
        menu_button.setIconSize(QSize(16, 16))
        menu_button.setIcon(icon("menu", colors_of(self).muted, size_px=16))
        hint = self.tr("Rename or delete ‘%s’") % name
        set_tooltip(menu_button, hint)
        menu_button.setAccessibleName(hint)
        menu_button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        menu_button.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        menu_button.setStyleSheet("QToolButton::menu-indicator { image: none; }")
        menu = QMenu(menu_button)
        menu.addAction(self.tr("Rename…"), partial(self._on_rename, name))
        menu.addAction(self.tr("Delete"), partial(self.delete, name))
        menu_button.setMenu(menu)
        return menu_button

    def _check(self) -> None:
        self._group.setExclusive(False)
        for name, preset_button in self.buttons.items():
            preset_button.setChecked(name == self._session.origin.name)
        self._group.setExclusive(True)
        # Tab moves to the checked button. The arrow keys move between the buttons.
        current = self._group.checkedButton() or next(iter(self.buttons.values()))
        for preset_button in self.buttons.values():
            policy = Qt.FocusPolicy.TabFocus if preset_button is current else Qt.FocusPolicy.NoFocus
            preset_button.setFocusPolicy(policy)
        self.save.setEnabled(self._session.config is not None)

    def _on_chosen(self, name: str) -> None:
        try:
            self._session.use_preset(name)
        except PoddError as error:
            self._session.report_error(ErrorReport(self.tr("Cannot load the preset ‘%s’") % name, str(error)))
            self._fill()

    # User presets

    def _on_save(self) -> None:
        self._renaming = ""
        origin = self._session.origin.name
        suggestion = origin if origin in self.menus else ""
        prompt = self.tr("Preset name")
        self.card.ask(prompt, suggestion, self.tr("Save"), self.tr("Save the preset on this computer"))

    def _on_rename(self, name: str) -> None:
        self._renaming = name
        prompt = self.tr("New name for ‘%s’") % name
        self.card.ask(prompt, name, self.tr("Rename"), self.tr("Rename the preset"))

    def _on_name_entered(self, name: str, overwrite: bool) -> None:
        try:
            if self._renaming:
                self._preset_store.rename(self._renaming, name)
            else:
                self._preset_store.save(name, overwrite)
        except PoddError as error:
            self.card.show_name_error(
                str(error), replaceable=not self._renaming and bool(conflicting_preset(name))
            )
        else:
            self.card.dismiss()

    def delete(self, name: str) -> None:
        """Delete a user preset. The Undo button restores it."""
        try:
            self._preset_store.delete(name)
        except PoddError as error:
            self._session.report_error(
                ErrorReport(self.tr("Cannot delete the preset ‘%s’") % name, str(error))
            )
            self._fill()

    def _on_undo(self) -> None:
        try:
            self._preset_store.restore_deleted()
        except PoddError as error:
            self._session.report_error(ErrorReport(self.tr("Cannot restore the preset"), str(error)))

    def _apply_palette(self) -> None:
        for menu_button in self.menus.values():
            menu_button.setIcon(icon("menu", colors_of(self).muted, size_px=16))
