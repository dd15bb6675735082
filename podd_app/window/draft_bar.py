"""Part of the top bar for the draft: preset, device, estimate and Start."""

from functools import partial

from PySide6.QtCore import Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QMenu, QWidget

from podd_app.canvas.layout_thumbnail import layout_icon
from podd_app.models.preset_store import PresetStore
from podd_app.models.session import Session
from podd_app.qt.plain_text import set_action_text, set_tooltip
from podd_app.style.theme import scaled
from podd_app.widgets.text import button
from podd_app.window.estimate_label import EstimateLabel

_MENU_ICON_PX = 36
_WIDTH_WITH_SAVE_PX, _WIDTH_WITH_DEVICE_PX = 760, 600
"""Widths of the bar from which the Save button and the device fit. Other pages offer both as well."""


class DraftBar(QWidget):
    """Shows the origin and the device of the draft, its estimate, and the buttons Save and Start.

    Args:
        session: the session with the draft.
        presets: the presets in the preset menu.
    """

    start_pressed = Signal()
    """Emitted when Start is clicked."""
    save_requested = Signal()
    """Emitted when Save settings is clicked."""

    def __init__(self, session: Session, presets: PresetStore, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session, self._preset_store = session, presets
        self.preset_chip = button("", self.tr("Presets and settings"), "chip")
        self.device_chip = button("", self.tr("Compute device"), "chip")
        for chip in (self.preset_chip, self.device_chip):
            chip.setMenu(QMenu(chip))
        self.preset_chip.menu().setStyleSheet(f"QMenu {{ icon-size: {_MENU_ICON_PX}px; }}")
        self.preset_chip.menu().aboutToShow.connect(self._fill_presets)
        self.device_chip.menu().aboutToShow.connect(self._fill_devices)
        self.estimate_label = EstimateLabel(session)
        self.save = button(self.tr("Save settings"), self.tr("Save the settings as a TOML file (Ctrl+S)"))
        self.start = button(self.tr("Start"), "", "primary")
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(12)
        row.addWidget(self.preset_chip)
        row.addWidget(self.device_chip)
        row.addWidget(self.estimate_label, 1)
        row.addWidget(self.save)
        row.addWidget(self.start)
        self.save.clicked.connect(self.save_requested)
        self.start.clicked.connect(self.start_pressed)
        for signal in (
            session.draft_changed,
            session.dataset_changed,
            session.devices_changed,
            session.can_start_changed,
            presets.changed,
        ):
            signal.connect(self._refresh)
        self._refresh()

    def _refresh(self) -> None:
        session = self._session
        self.preset_chip.setText(self._origin_text() + (" •" if session.differences else ""))
        if session.differences:
            differences = self.tr("%n setting(s) differ from %s", "", len(session.differences))
            set_tooltip(self.preset_chip, differences % session.origin_title)
        else:
            set_tooltip(self.preset_chip, self.tr("Presets and settings"))
        self.device_chip.setText(session.device.title)
        self.start.setEnabled(session.can_start)
        start = self.tr("Start distilling (Ctrl+Return)")
        set_tooltip(self.start, start if session.can_start else session.start_blocker)

    def _origin_text(self) -> str:
        session = self._session
        if session.origin.is_for_folder:
            return self.tr("settings for %s") % session.dataset.title
        text = self.tr("preset: %s") if session.origin.is_preset else self.tr("settings: %s")
        return text % session.origin.title

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Hide what does not fit. The menu offers Save, and the Settings page offers the device."""
        super().resizeEvent(event)
        self.save.setVisible(self.width() >= scaled(_WIDTH_WITH_SAVE_PX))
        self.device_chip.setVisible(self.width() >= scaled(_WIDTH_WITH_DEVICE_PX))

    def _fill_presets(self) -> None:
        menu = self.preset_chip.menu()
        menu.clear()
        is_first_user_preset = True
        for preset in self._preset_store.presets:
            if preset.config is None:
                continue  # the Settings page shows the error in the preset
            if preset.is_user_preset and is_first_user_preset:
                menu.addSeparator()
                is_first_user_preset = False
            use = partial(self._session.use_preset, preset.name)
            action = menu.addAction("", use)
            set_action_text(action, preset.menu_text)
            action.setIcon(layout_icon(preset.config.layout))
            action.setCheckable(True)
            action.setChecked(preset.name == self._session.origin.name)
            font = action.font()
            font.setBold(action.isChecked())  # the icon hides the check mark
            action.setFont(font)
        menu.addSeparator()
        menu.addAction(self.tr("All settings…"), lambda: self._session.show_page("settings"))

    def _fill_devices(self) -> None:
        menu = self.device_chip.menu()
        menu.clear()
        for device in self._session.devices:
            change = {"compute.device": device.key}
            choose = partial(self._session.edit, change, self.tr("Device"))
            action = menu.addAction("", choose)
            set_action_text(action, device.title)
            action.setCheckable(True)
            action.setChecked(device == self._session.device)
