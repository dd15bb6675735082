"""Top bar with the title, settings, progress and buttons of the run."""

from functools import partial

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtWidgets import (
    QHBoxLayout,
    QMenu,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from podd_app.canvas.layout_thumbnail import layout_icon
from podd_app.models.preset_store import PresetStore
from podd_app.models.run_status import Phase
from podd_app.models.session import Session
from podd_app.qt.plain_text import set_action_text, set_tooltip
from podd_app.style.formatting import format_count, format_duration
from podd_app.style.icons import icon
from podd_app.style.palette import FollowsPalette
from podd_app.style.theme import colors_of, scaled
from podd_app.widgets.busy_bar import BusyBar
from podd_app.widgets.text import ElidedLabel, PlainLabel, button, label
from podd_app.window.estimate_label import EstimateLabel

HEIGHT_PX = 48
_PROGRESS_PX = 210
_MENU_ICON_PX = 36
_WIDEST_PROGRESS_PX = 320


class TopBar(FollowsPalette, QWidget):
    """Shows the run and the buttons for the next actions.

    Args:
        session: The session with the run and the draft.
        presets: The presets in the preset menu.
        menu: The main menu, opened by the first button.
    """

    start_pressed = Signal()
    """Emitted when Start is clicked."""
    save_requested = Signal()
    """Emitted when Save settings is clicked."""

    def __init__(
        self, session: Session, presets: PresetStore, menu: QMenu, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._session, self._preset_store = session, presets
        self._at_export = False
        self.setObjectName("topBar")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setFixedHeight(scaled(HEIGHT_PX))
        self._menu = QToolButton()
        self._menu.setProperty("role", "mark")
        self._menu.setFixedSize(32, 32)
        self._menu.setIconSize(QSize(20, 20))
        set_tooltip(self._menu, self.tr("Menu (F10)"))
        self._menu.setAccessibleName(self.tr("Menu"))
        self._menu.setShortcut("F10")
        self._menu.setMenu(menu)
        self._menu.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self._menu.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self._menu.setStyleSheet("QToolButton::menu-indicator { image: none; }")
        self._title = ElidedLabel()
        self._title.setProperty("role", "title")
        self.preset_chip = button("", self.tr("Presets and settings"), "chip")
        self.device_chip = button("", self.tr("Compute device"), "chip")
        for chip in (self.preset_chip, self.device_chip):
            chip.setMenu(QMenu(chip))
        self.preset_chip.menu().setStyleSheet(f"QMenu {{ icon-size: {_MENU_ICON_PX}px; }}")
        self.preset_chip.menu().aboutToShow.connect(self._fill_presets)
        self.device_chip.menu().aboutToShow.connect(self._fill_devices)
        self._progress = _Progress()
        self.estimate_label = EstimateLabel(session)
        self.save = button(self.tr("Save settings"), self.tr("Save the settings as a TOML file (Ctrl+S)"))
        self.new = button(self.tr("New run"), self.tr("Close this run and start a new draft (Ctrl+N)"))
        self.export = button(self.tr("Export"), self.tr("Export the poster (Ctrl+E)"), "primary")
        self.start = button(self.tr("Start"), "", "primary")
        self.pause = button(self.tr("Pause"), self.tr("Pause after the current step (Space)"))
        self.resume = button(self.tr("Resume"), self.tr("Resume the run (Space)"), "primary")
        self.stop = button(self.tr("Stop"), self.tr("Save and stop the run. You can resume it later."))
        row = QHBoxLayout(self)
        row.setContentsMargins(8, 0, 16, 0)
        row.setSpacing(12)
        row.addWidget(self._menu)
        row.addWidget(self._title)
        for widget in (self.preset_chip, self.device_chip):
            row.addWidget(widget)
        row.addStretch(1)
        row.addWidget(self._progress)
        row.addWidget(self.estimate_label)
        for widget in (self.save, self.new, self.pause, self.resume, self.stop, self.export, self.start):
            row.addWidget(widget)

        self.save.clicked.connect(self.save_requested)
        self.new.clicked.connect(session.new_run)
        self.start.clicked.connect(self.start_pressed)
        self.pause.clicked.connect(session.pause)
        self.resume.clicked.connect(session.resume)
        self.stop.clicked.connect(session.stop)
        self.export.clicked.connect(lambda: session.show_page("export"))
        for signal in (
            session.run_changed,
            session.draft_changed,
            session.devices_changed,
            session.can_start_changed,
            self._preset_store.changed,
        ):
            signal.connect(self.refresh)
        session.run_progressed.connect(self._show_progress)
        self.follow_palette()
        self.refresh()

    def show_page(self, key: str) -> None:
        """Update the buttons for the current page. The Export page needs no Export button."""
        self._at_export = key == "export"
        self.refresh()

    def refresh(self) -> None:
        """Show the current state, with the buttons that the phase of the run allows."""
        session = self._session
        run, phase = session.run, session.run.phase
        no_run = phase is Phase.READY
        self._title.setText(self.tr("New run") if no_run else run.title)
        self.preset_chip.setText(self._origin_text() + (" •" if session.differences else ""))
        if session.differences:
            differences = self.tr("%n setting(s) differ from %s", "", len(session.differences))
            set_tooltip(self.preset_chip, differences % session.origin_title)
        else:
            set_tooltip(self.preset_chip, self.tr("Presets and settings"))
        self.device_chip.setText(session.device.title)
        for chip in (self.preset_chip, self.device_chip):
            chip.setEnabled(not phase.active)
        self.estimate_label.setVisible(no_run)
        self.save.setVisible(no_run)
        self.start.setVisible(no_run)
        self.start.setEnabled(session.can_start)
        set_tooltip(
            self.start,
            self.tr("Start distilling (Ctrl+Return)") if session.can_start else session.start_blocker,
        )
        self.pause.setVisible(phase in (Phase.STARTING, Phase.RUNNING, Phase.PAUSING))
        self.pause.setEnabled(phase is Phase.RUNNING)
        self.pause.setText(self.tr("Pausing…") if phase is Phase.PAUSING else self.tr("Pause"))
        self.resume.setVisible(phase is Phase.PAUSED or (phase.has_ended and run.resumable))
        self.stop.setVisible(phase.active)
        self.stop.setEnabled(phase is not Phase.STOPPING)
        self.stop.setText(self.tr("Stopping…") if phase is Phase.STOPPING else self.tr("Stop"))
        self.new.setVisible(phase.has_ended or phase is Phase.WATCHED)
        self.export.setVisible(phase is Phase.FINISHED and not self._at_export)
        self._progress.setVisible(not no_run)
        self._show_progress()

    def _show_progress(self) -> None:
        run = self._session.run
        if run.phase is not Phase.READY:
            self._progress.show_status(run.step, run.steps, self._time_left())

    def _origin_text(self) -> str:
        session = self._session
        if session.origin.is_for_folder:
            return self.tr("settings for %s") % session.dataset.title
        text = self.tr("preset: %s") if session.origin.is_preset else self.tr("settings: %s")
        return text % session.origin.name

    def _time_left(self) -> str:
        run = self._session.run
        texts = {
            Phase.STARTING: self.tr("starting…"),
            Phase.PAUSING: self.tr("pausing…"),
            Phase.PAUSED: self.tr("paused"),
            Phase.STOPPING: self.tr("saving…"),
            Phase.FINISHED: self.tr("finished"),
            Phase.STOPPED: self.tr("stopped"),
            Phase.FAILED: self.tr("failed"),
        }
        if run.phase in texts:
            return texts[run.phase]
        if run.seconds_remaining is None:
            return ""
        return self.tr("%s left") % format_duration(run.seconds_remaining)

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
            action = menu.addAction("", partial(self._session.use_preset, preset.name))
            set_action_text(action, preset.name)
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

    def _apply_palette(self) -> None:
        self._menu.setIcon(icon("menu", colors_of(self).muted))


class _Progress(QWidget):
    """Shows the step and the remaining time above a progress bar."""

    def __init__(self) -> None:
        super().__init__()
        self.setFixedWidth(min(scaled(_PROGRESS_PX), _WIDEST_PROGRESS_PX))
        self._step = label("", "small")
        self._time_left_label = PlainLabel()
        self._time_left_label.setProperty("role", "small")
        self._bar = BusyBar()
        line = QHBoxLayout()
        line.addWidget(self._step)
        line.addStretch(1)
        line.addWidget(self._time_left_label)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 8, 0, 8)
        column.setSpacing(4)
        column.addStretch(1)
        column.addLayout(line)
        column.addWidget(self._bar)
        column.addStretch(1)

    def show_status(self, step: int, steps: int, left: str) -> None:
        """Show the progress of the run.

        Args:
            step: Number of completed outer steps.
            steps: Total number of outer steps.
            left: Remaining time, or the phase of the run.
        """
        self._step.setText(self.tr("step %s of %s") % (format_count(step), format_count(steps)))
        self._time_left_label.setText(left)
        self._bar.show_progress(step, steps)
        self._bar.setAccessibleName(self.tr("Run progress"))
