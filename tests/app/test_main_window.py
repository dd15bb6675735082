"""The main window: run phases, shortcuts, drag and drop, saved state and closing."""

import os
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest
from fake_engine import evaluation
from PySide6.QtCore import QMimeData, QPointF, Qt, QUrl
from PySide6.QtGui import QDragEnterEvent, QDropEvent
from PySide6.QtWidgets import QApplication, QFileDialog, QLabel, QMessageBox
from pytestqt.qtbot import QtBot

from podd_app.__main__ import display_problem, main
from podd_app.application import create_main_window
from podd_app.models.preferences import Preferences
from podd_app.models.preparation import Preparation
from podd_app.models.run_status import ErrorReport, Phase, RunStatus
from podd_app.models.session import Session
from podd_app.qt.plain_text import plain_tooltip
from podd_app.style.theme import apply_theme, colors_of
from podd_app.window.main_window import MainWindow
from podd_engine.config.presets import load_preset
from podd_engine.config.schema import DistillationConfig
from podd_engine.progress import Progress


def test_opening_the_window_does_not_load_torch() -> None:
    program = (
        "import sys\n"
        "from podd_app.application import create_application, create_main_window\n"
        "app = create_application([])\n"
        "window = create_main_window()\n"
        "window.show()\n"
        "app.processEvents()\n"
        "heavy = [name for name in ('torch', 'torchvision', 'sklearn', 'open_clip') if name in sys.modules]\n"
        "sys.exit(f'loaded {heavy}' if heavy else 0)\n"
    )
    environment = {**os.environ, "XDG_CONFIG_HOME": os.devnull}
    done = subprocess.run(
        [sys.executable, "-c", program], env=environment, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr


def test_the_first_start_shows_the_digits_poster_ready_to_start(window: MainWindow) -> None:
    assert window.page == "poster"
    assert window.page_widget("poster").canvas.view.layout.poster == (32, 20)
    assert window.top_bar.start.isVisible()
    assert window.top_bar.start.isEnabled()
    assert window.top_bar.draft.preset_chip.text() == "preset: Digits"


def test_invalid_settings_disable_start_and_show_the_reason(window: MainWindow) -> None:
    window.session.edit({"poster.width": 5}, "Poster width")
    assert not window.top_bar.start.isEnabled()
    assert "smaller than a patch (8 px)" in plain_tooltip(window.top_bar.start)
    assert "smaller than a patch (8 px)" in window.status_line.text


def test_start_applies_the_text_of_the_focused_field(qtbot: QtBot, window: MainWindow) -> None:
    window.show_page("settings")
    field = window.page_widget("settings").form.rows["outer.steps"].control
    field.setFocus()
    field.selectAll()
    qtbot.keyClicks(field, "7")
    with qtbot.waitSignal(window.session.start_requested) as started:
        qtbot.mouseClick(window.top_bar.start, Qt.MouseButton.LeftButton)
    assert started.args[0].outer.steps == 7


@pytest.mark.parametrize(
    ("phase", "resumable", "offered"),
    [
        (Phase.READY, False, {"save", "start"}),
        (Phase.STARTING, False, {"pause", "stop"}),
        (Phase.RUNNING, False, {"pause", "stop"}),
        (Phase.PAUSING, False, {"pause", "stop"}),
        (Phase.PAUSED, False, {"resume", "stop"}),
        (Phase.STOPPING, False, {"stop"}),
        (Phase.FINISHED, False, {"new", "export"}),
        (Phase.STOPPED, True, {"new", "resume", "export"}),
        (Phase.FAILED, True, {"new", "resume", "export"}),
        (Phase.WATCHED, False, {"new"}),
    ],
)
def test_buttons_of_a_run_match_its_phase(
    window: MainWindow, phase: Phase, resumable: bool, offered: set[str]
) -> None:
    run = RunStatus(phase, "A run", resumable=resumable, path=Path("digits-001"))
    window.session.set_run_status(run)
    window.show_page("run")
    bar = window.top_bar
    assert _visible_buttons(window) == offered
    assert bar.pause.isEnabled() == (phase is Phase.RUNNING)
    assert bar.run_tab.isVisible() == (phase is not Phase.READY)


def _visible_buttons(window: MainWindow) -> set[str]:
    draft, run = window.top_bar.draft, window.top_bar.run
    buttons = {name: getattr(draft, name) for name in ("save", "start")}
    buttons |= {name: getattr(run, name) for name in ("new", "pause", "resume", "stop", "export")}
    return {name for name, button in buttons.items() if button.isVisible()}


@pytest.mark.parametrize("phase", [phase for phase in Phase if phase is not Phase.READY])
def test_the_top_bar_shows_either_the_draft_or_the_run(
    qtbot: QtBot, window: MainWindow, phase: Phase
) -> None:
    session, bar = window.session, window.top_bar
    session.set_run_status(
        RunStatus(phase, "A run", step=3, steps=9, path=Path("runs/digits-001"), resumable=True)
    )
    session.use_preset("cifar10-laptop")
    for page in ("data", "poster", "settings"):
        window.show_page(page)
        assert _visible_buttons(window) == {"save", "start"}
        assert "CIFAR-10, laptop" in bar.draft.preset_chip.text()
        assert "digits-001" not in window.status_line.text
        assert bar.draft_tab.isChecked()
    qtbot.mouseClick(bar.run_tab, Qt.MouseButton.LeftButton)
    assert window.page == "run"
    assert bar.run_tab.isChecked()
    assert not bar.draft.isVisible()
    assert "start" not in _visible_buttons(window)
    window.show_page("library")  # a page of neither keeps what was shown
    assert bar.run.isVisible()
    qtbot.mouseClick(bar.draft_tab, Qt.MouseButton.LeftButton)
    assert window.page == "settings"
    assert not bar.run.isVisible()


def test_the_tab_shows_the_progress_and_then_the_best_accuracy(window: MainWindow) -> None:
    session, tab = window.session, window.top_bar.run_tab
    run = RunStatus(Phase.RUNNING, "Digits", step=272, steps=800, path=Path("runs/R&D-001"))
    session.set_run_status(run)
    assert tab.text() == "R&&D-001 · running 34%"
    session.run_history.add_evaluation(evaluation(300, 0.75))
    session.set_run_status(replace(run, phase=Phase.FINISHED))
    assert tab.accessibleName() == "R&D-001 · 81.0% accuracy"


@pytest.mark.parametrize(
    ("run", "title"),
    [
        (RunStatus(), "PoDD Studio"),
        (
            RunStatus(Phase.RUNNING, step=272, steps=800, path=Path("r/digits-001"), seconds_remaining=120),
            "digits-001 · 34% · 2 min left – PoDD Studio",
        ),
        (RunStatus(Phase.RUNNING, step=799, steps=800, path=Path("r/d")), "d · 99% – PoDD Studio"),
        (RunStatus(Phase.PAUSED, step=1, steps=4, path=Path("r/d")), "d · paused · 25% – PoDD Studio"),
        (RunStatus(Phase.FINISHED, step=4, steps=4, path=Path("r/d")), "d · finished – PoDD Studio"),
        (RunStatus(Phase.FAILED, step=1, steps=4, path=Path("r/d")), "d · failed – PoDD Studio"),
        (
            RunStatus(
                Phase.STARTING,
                "Digits",
                is_preparing=True,
                preparation=Preparation().after(Progress("whitening", 1, 4), 40),
            ),
            "Digits · preparing · 25% · 40 s left – PoDD Studio",
        ),
        (RunStatus(Phase.FINISHED, path=Path("r/a[*]b")), "a[*][*]b · finished – PoDD Studio"),
    ],
)
def test_the_window_title_shows_the_progress_of_the_run(
    window: MainWindow, run: RunStatus, title: str
) -> None:
    window.session.set_run_status(run)
    window.show_page("data")
    assert window.windowTitle() == title


def test_names_in_the_status_line_and_the_banner_are_plain_text(window: MainWindow) -> None:
    name = "R&D <b>x</b><img src='y'>"
    window.session.set_dataset_state(
        replace(window.session.dataset, ready=False, reason=f"{name} is missing.")
    )
    assert f"{name} is missing." in window.status_line.text
    window.session.report_error(ErrorReport(name, name))
    window.session.set_run_status(RunStatus(Phase.RUNNING, notice=name, note=name, path=Path("runs") / name))
    window.show_page("run")
    labels = [*window.status_line.findChildren(QLabel), *window.banner.findChildren(QLabel)]
    shown = [label for label in labels if name in label.text()]
    assert len(shown) == 4
    assert all(label.textFormat() is Qt.TextFormat.PlainText for label in shown)


def test_space_pauses_and_resumes_unless_a_button_has_focus(qtbot: QtBot, window: MainWindow) -> None:
    session = window.session
    session.set_run_status(RunStatus(Phase.RUNNING))
    canvas = window.page_widget("poster").canvas
    canvas.setFocus()
    qtbot.keyClick(canvas, Qt.Key.Key_Space)
    assert session.run.phase is Phase.PAUSING
    session.set_run_status(RunStatus(Phase.PAUSED))
    qtbot.keyClick(canvas, Qt.Key.Key_Space)
    assert session.run.phase is Phase.STARTING
    session.set_run_status(RunStatus(Phase.RUNNING))
    window.top_bar.stop.setFocus()
    qtbot.keyClick(window.top_bar.stop, Qt.Key.Key_Space)
    assert session.run.phase is Phase.STOPPING
    session.set_run_status(RunStatus(Phase.STOPPED))


def test_shortcuts_show_pages_and_undo(qtbot: QtBot, window: MainWindow) -> None:
    control = Qt.KeyboardModifier.ControlModifier
    for key, page in ((Qt.Key.Key_1, "data"), (Qt.Key.Key_3, "run"), (Qt.Key.Key_E, "export")):
        qtbot.keyClick(window, key, control)
        assert window.page == page
    window.session.edit({"poster.width": 40}, "Poster width")
    qtbot.keyClick(window, Qt.Key.Key_Z, control)
    assert window.session.layout.poster == (32, 20)
    qtbot.keyClick(window, Qt.Key.Key_Y, control)
    assert window.session.layout.poster == (40, 20)


def test_errors_are_shown_in_the_banner_and_can_be_copied(qtbot: QtBot, window: MainWindow) -> None:
    assert not window.banner.isVisible()
    window.session.report_error(ErrorReport("The disk is full", "Free some space.", "OSError: 28"))
    assert window.banner.isVisible()
    window.banner._copy()
    assert QApplication.clipboard().text() == "The disk is full\nFree some space.\nOSError: 28"
    qtbot.mouseClick(window.banner._dismiss, Qt.MouseButton.LeftButton)
    assert not window.banner.isVisible()


def test_dropped_settings_are_opened(window: MainWindow, tmp_path: Path) -> None:
    path = tmp_path / "mine.toml"
    path.write_text(load_preset("digits-0.4").to_toml(), encoding="utf-8")
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(path))])
    copy, left, none = Qt.DropAction.CopyAction, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
    entering = QDragEnterEvent(QPointF(9, 9).toPoint(), copy, data, left, none)
    window.dragEnterEvent(entering)
    assert entering.isAccepted()
    window.dropEvent(QDropEvent(QPointF(9, 9), copy, data, left, none))
    assert window.session.config == load_preset("digits-0.4")
    assert window.session.origin.name == "mine"


def test_saved_settings_are_equal_when_loaded(
    window: MainWindow, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    window.session.edit({"outer.steps": 33}, "Outer steps")
    path = tmp_path / "saved"
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_: (str(path), ""))
    window.top_bar.draft.save.click()
    assert DistillationConfig.load(tmp_path / "saved.toml") == window.session.config
    assert not window.session.differences


def test_an_unwritable_folder_is_reported(
    window: MainWindow, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "file").touch()
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_: (str(tmp_path / "file" / "x.toml"), ""))
    window.save_settings()
    assert "could not be saved" in window.banner.error.what


def test_the_next_start_restores_settings_and_page(qtbot: QtBot, window: MainWindow) -> None:
    window.session.use_preset("cifar10-laptop")
    window.session.edit({"outer.steps": 77}, "Outer steps")
    window.show_page("settings")
    window.close()
    assert not Preferences().geometry.isEmpty()
    restored = create_main_window()
    qtbot.addWidget(restored)
    assert restored.session.config == window.session.config
    assert restored.session.origin.name == "cifar10-laptop"
    assert restored.session.differences == {"outer.steps"}
    assert restored.page == "settings"


def test_closing_during_a_run_asks_and_stops_the_run_first(
    qtbot: QtBot, window: MainWindow, monkeypatch: pytest.MonkeyPatch
) -> None:
    session = window.session
    session.set_run_status(RunStatus(Phase.RUNNING))
    answers = iter((QMessageBox.ButtonRole.RejectRole, QMessageBox.ButtonRole.AcceptRole))

    def press(box: QMessageBox) -> int:
        role = next(answers)
        next(button for button in box.buttons() if box.buttonRole(button) == role).click()
        return 0

    monkeypatch.setattr(QMessageBox, "exec", press)
    with qtbot.assertNotEmitted(session.stop_requested):
        window.close()
    assert window.isVisible()
    with qtbot.waitSignal(session.stop_requested):
        window.close()
    assert window.isVisible()
    session.set_run_status(replace(session.run, phase=Phase.STOPPED))
    assert not window.isVisible()


def test_the_color_scheme_applies_to_the_whole_window(
    qtbot: QtBot, qapp: QApplication, window: MainWindow
) -> None:
    def brightness(x: int, y: int) -> int:
        return window.grab().toImage().pixelColor(x, y).lightness()

    corners = [(640, 40), (38, 600), (1150, 740), (640, 790), (110, 690)]
    light = [brightness(*corner) for corner in corners]
    apply_theme(qapp, "dark")
    dark = [brightness(*corner) for corner in corners]
    assert min(light) > 200
    assert max(dark) < 60
    assert colors_of(window).window == "#17191f"


def test_without_a_display_one_line_names_the_cause_and_the_command(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(sys, "platform", "linux")
    for name in ("QT_QPA_PLATFORM", "WAYLAND_DISPLAY", "DISPLAY"):
        monkeypatch.delenv(name, raising=False)
    assert main([]) == 1
    message = capsys.readouterr().err
    assert message.count("\n") == 1
    assert "neither DISPLAY nor WAYLAND_DISPLAY" in message
    assert "the command `podd`" in message.lower()
    monkeypatch.setenv("DISPLAY", ":4711")
    monkeypatch.setattr("podd_app.__main__._CURSOR_LIBRARY", "libnowhere.so.0")
    assert "libnowhere.so.0" in display_problem()
    monkeypatch.setattr("ctypes.CDLL", lambda name: None)
    assert "4711" in display_problem()
    monkeypatch.setenv("QT_QPA_PLATFORM", "offscreen")
    assert display_problem() == ""


def test_a_window_can_be_created_for_an_existing_session(qtbot: QtBot, session: Session) -> None:
    session.edit({"poster.width": 40}, "Poster width")
    made = create_main_window(session=session)
    qtbot.addWidget(made)
    assert made.session.layout.poster == (40, 20)


def test_the_time_since_the_last_save_is_shown_only_during_a_run(window: MainWindow) -> None:
    line = window.status_line
    window.show_page("run")
    window.session.set_run_status(RunStatus(Phase.RUNNING, seconds_since_save=3.0))
    assert "saved 3" in line.text
    window.session.set_run_status(RunStatus(Phase.PAUSED, seconds_since_save=3.0))
    assert "saved" not in line.text
    window.session.set_run_status(RunStatus(Phase.FINISHED, seconds_since_save=3.0))
    assert line.text.endswith("saved")


def test_undo_names_the_edit_also_during_a_run(window: MainWindow) -> None:
    session, actions = window.session, window.actions_
    assert (actions.undo.text(), actions.undo.isEnabled()) == ("Undo", False)
    session.edit({"outer.steps": 7}, "Outer steps")
    assert (actions.undo.text(), actions.undo.isEnabled()) == ("Undo Outer steps", True)
    session.set_run_status(RunStatus(Phase.RUNNING))
    actions.undo.trigger()
    assert (actions.redo.text(), actions.redo.isEnabled()) == ("Redo Outer steps", True)


def test_starting_a_run_hides_an_earlier_error(window: MainWindow) -> None:
    window.session.report_error(ErrorReport("The draft cannot start", "Another run is in progress."))
    assert window.banner.isVisible()
    window.session.start_requested.emit(window.session.config)
    assert not window.banner.isVisible()


def test_the_top_bar_and_undo_name_a_preset_by_its_title(window: MainWindow) -> None:
    window.session.use_preset("cifar10-laptop")
    assert window.top_bar.draft.preset_chip.text() == "preset: CIFAR-10, laptop"
    assert window.actions_.undo.text() == "Undo Preset CIFAR-10, laptop"
