"""All presets with pictures of their posters; a person's own can be kept, renamed and deleted here."""

from functools import partial
from itertools import pairwise

from PySide6.QtCore import QEvent, QSize, Qt
from PySide6.QtWidgets import QButtonGroup, QHBoxLayout, QMenu, QPushButton, QToolButton, QVBoxLayout, QWidget

from podd_app.canvas.layout_thumbnail import THUMBNAIL_PX, layout_icon
from podd_app.models.preset_store import Preset, PresetStore
from podd_app.models.run_status import ErrorReport
from podd_app.models.session import Session
from podd_app.pages.settings.preset_name_card import PresetNameCard
from podd_app.style.icons import icon
from podd_app.style.theme import colors_of
from podd_app.widgets.text import button, label
from podd_engine.config.user_presets import conflicting_preset
from podd_engine.errors import PoddError

_MARK_PX = 28


class PresetList(QWidget):
    """A button for each preset, checked where the settings came from it.

    Args:
        session: uses a preset, or is kept as one.
        shelf: the presets.

    Attributes:
        buttons: by name.
    """

    def __init__(self, session: Session, shelf: PresetStore, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session, self._preset_store = session, shelf
        self._renaming = ""
        self.buttons: dict[str, QPushButton] = {}
        self.menus: dict[str, QToolButton] = {}
        self._shown: list[QWidget] = []
        self._group = QButtonGroup(self)
        self._rows = QVBoxLayout()
        self._rows.setSpacing(2)
        self._deleted_label = label("", "small", wraps=True)
        self.undo = button(self.tr("Undo"), self.tr("Bring the preset back"), "quiet")
        self.undo.clicked.connect(self._on_undo)
        self.save = button(
            self.tr("Keep as a preset…"), self.tr("Keep these settings under a name of yours"), "quiet"
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

    def _fill(self) -> None:
        for row in self._shown:
            row.hide()
            self._rows.removeWidget(row)
            row.deleteLater()
        self.buttons.clear()
        self.menus.clear()
        self._shown = [self._row(preset) for preset in self._preset_store.presets]
        for row in self._shown:
            self._rows.addWidget(row)
        rows = [made for name in self.buttons for made in (self.buttons[name], self.menus.get(name)) if made]
        for before, after in pairwise(rows):
            self.setTabOrder(before, after)
        for below in (self.save, self.undo):  # rows come later than what is below, the last of it first
            self.setTabOrder(rows[-1], below)
        for made in self.buttons.values():
            self._group.addButton(made)
        gone = self._preset_store.deleted
        self._deleted_label.setText(self.tr("‘%s’ is deleted.") % gone if gone else "")
        self._deleted_label.setVisible(bool(gone))
        self.undo.setVisible(bool(gone))
        self._check()

    def _row(self, preset: Preset) -> QWidget:
        made = button(preset.name, preset.problem or (preset.config.summary if preset.config else ""), "list")
        made.clicked.connect(partial(self._on_chosen, preset.name))
        made.setEnabled(preset.config is not None)
        made.setMinimumWidth(0)
        if preset.config is not None:
            made.setIcon(layout_icon(preset.config.layout))
            made.setIconSize(THUMBNAIL_PX)
        self.buttons[preset.name] = made
        row = QWidget()
        across = QHBoxLayout(row)
        across.setContentsMargins(0, 0, 0, 0)
        across.setSpacing(2)
        across.addWidget(made, 1)
        if preset.is_user_preset:
            self.menus[preset.name] = self._menu_of(preset.name)
            across.addWidget(self.menus[preset.name])
        return row

    def _menu_of(self, name: str) -> QToolButton:
        made = QToolButton()
        made.setProperty("role", "mark")
        made.setFixedSize(_MARK_PX, _MARK_PX)
        made.setIconSize(QSize(16, 16))
        made.setIcon(icon("menu", colors_of(self).muted, size_px=16))
        made.setToolTip(self.tr("Rename or delete ‘%s’") % name)
        made.setAccessibleName(made.toolTip())
        made.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        made.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        made.setStyleSheet("QToolButton::menu-indicator { image: none; }")
        menu = QMenu(made)
        menu.addAction(self.tr("Rename…"), partial(self._on_rename, name))
        menu.addAction(self.tr("Delete"), partial(self.delete, name))
        made.setMenu(menu)
        return made

    def _check(self) -> None:
        self._group.setExclusive(False)
        for name, made in self.buttons.items():
            made.setChecked(name == self._session.origin.name)
        self._group.setExclusive(True)
        # Tab comes to the chosen one, arrows go on from there.
        current = self._group.checkedButton() or next(iter(self.buttons.values()))
        for made in self.buttons.values():
            made.setFocusPolicy(Qt.FocusPolicy.TabFocus if made is current else Qt.FocusPolicy.NoFocus)
        self.save.setEnabled(self._session.config is not None)

    def _on_chosen(self, name: str) -> None:
        try:
            self._session.use_preset(name)
        except PoddError as error:
            self._session.report_error(ErrorReport(self.tr("‘%s’ could not be used") % name, str(error)))
            self._fill()

    # A person's own

    def _on_save(self) -> None:
        self._renaming = ""
        origin = self._session.origin.name
        suggestion = origin if origin in self.menus else ""
        question = self.tr("Keep these settings under which name?")
        self.card.ask(question, suggestion, self.tr("Keep"), self.tr("Keep them on this computer"))

    def _on_rename(self, name: str) -> None:
        self._renaming = name
        question = self.tr("Call ‘%s’ what?") % name
        self.card.ask(question, name, self.tr("Rename"), self.tr("Give the preset this name"))

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
        """Delete a preset of the person's own; Undo brings it back."""
        try:
            self._preset_store.delete(name)
        except PoddError as error:
            self._session.report_error(ErrorReport(self.tr("‘%s’ could not be deleted") % name, str(error)))
            self._fill()

    def _on_undo(self) -> None:
        try:
            self._preset_store.restore_deleted()
        except PoddError as error:
            self._session.report_error(
                ErrorReport(self.tr("The preset could not be brought back"), str(error))
            )

    def changeEvent(self, event: QEvent) -> None:
        """Follow the scheme."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange and hasattr(self, "menus"):
            for made in self.menus.values():
                made.setIcon(icon("menu", colors_of(self).muted, size_px=16))
