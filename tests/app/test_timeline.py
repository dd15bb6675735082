"""Timeline of a run: mouse, keyboard, playback, and reading of snapshots."""

import tracemalloc
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QAccessible
from pytestqt.qtbot import QtBot
from snapshot_samples import (
    EVERY,
    STEPS,
    TIMEOUT_MS,
    canvas_pixel,
    click_step,
    displayed_step,
    show,
    wait_for_poster,
)

from podd_app.application import create_main_window
from podd_app.engine.jobs import MOST_THREADS
from podd_app.models.run_messages import RenderedPoster
from podd_app.models.run_status import ErrorReport, Phase, RunStatus
from podd_app.models.session import Session
from podd_app.pages.run.page import RunPage
from podd_app.services import snapshot_player as snapshot_player_module
from podd_app.services.services import Services
from podd_app.services.snapshot_player import SnapshotPlayer
from podd_app.workers.live_run import load_run
from podd_engine.exporters.rendering import deprocess, trained_pixels
from podd_engine.progress import ignore_progress
from podd_engine.runs import RunDirectory
from podd_engine.runs.bundle import load_bundle


@pytest.fixture
def page(run_page: RunPage) -> RunPage:
    return run_page


@pytest.fixture
def snapshot_player(page: RunPage) -> SnapshotPlayer:
    return page._snapshot_player


def test_mark_positions_are_proportional_to_steps(
    qtbot: QtBot, session: Session, page: RunPage, tiny_run: Path
) -> None:
    show(qtbot, session, page, tiny_run)
    track = page.timeline.track
    assert page._snapshot_player.snapshot_steps == tuple(range(0, STEPS + 1, EVERY))
    track.show_marks((31, 13), (0, 1, 10, 100), None, 100)
    left, near, tenth, right = (track.x_of(step) for step in (0, 1, 10, 100))
    assert near - left == pytest.approx((right - left) / 100)
    assert tenth - left == pytest.approx((right - left) / 10)
    assert 0 < left < right < track.width()


def test_click_shows_the_poster_of_the_step(
    qtbot: QtBot, session: Session, page: RunPage, snapshot_player: SnapshotPlayer, tiny_run: Path
) -> None:
    show(qtbot, session, page, tiny_run)
    page.canvas.select_patch(3)
    track, live = page.timeline.track, page.timeline.live
    assert track.live
    assert live.isChecked()
    click_step(qtbot, page, 6)
    wait_for_poster(qtbot, snapshot_player)
    run = RunDirectory.open(tiny_run)
    bundle, snapshot = load_bundle(run.best_path), run.load_snapshot(6)
    shown = snapshot_player.poster
    assert shown is not None
    assert (shown.step, track.value(), live.isChecked()) == (6, 6, False)
    np.testing.assert_array_equal(shown.trained, trained_pixels(snapshot.poster))
    np.testing.assert_array_equal(
        shown.seen, deprocess(snapshot.poster, bundle.layout, bundle.preprocessing).poster
    )
    assert canvas_pixel(page) == shown.seen[0, 0, 0]
    page.as_seen.click()
    assert canvas_pixel(page) == shown.trained[0, 0, 0]
    assert page.timeline.step_label.text().startswith("Step 6 · ")
    # The inspector shows the patch of the poster on screen.
    image = page.inspector.picture.image
    assert image is not None
    x, y = bundle.layout.windows[3][:2]
    assert image.pixelColor(0, 0).red() == shown.trained[y, x, 0]
    live.click()
    assert track.live
    assert displayed_step(page) == STEPS


def test_keys_move_between_marks(
    qtbot: QtBot, session: Session, page: RunPage, snapshot_player: SnapshotPlayer, tiny_run: Path
) -> None:
    show(qtbot, session, page, tiny_run)
    track = page.timeline.track
    for key, selected_step in (
        (Qt.Key.Key_Right, None),
        (Qt.Key.Key_Left, STEPS - EVERY),  # the poster of the last step is the live poster
        (Qt.Key.Key_Left, STEPS - 2 * EVERY),
        (Qt.Key.Key_Right, STEPS - EVERY),
        (Qt.Key.Key_Right, None),
        (Qt.Key.Key_Home, 0),
        (Qt.Key.Key_Left, 0),
        (Qt.Key.Key_Right, EVERY),
        (Qt.Key.Key_PageUp, None),
        (Qt.Key.Key_PageDown, 0),
        (Qt.Key.Key_PageDown, 0),
        (Qt.Key.Key_End, None),
    ):
        qtbot.keyClick(track, key)
        assert snapshot_player.selected_step == selected_step
    wait_for_poster(qtbot, snapshot_player)


def test_drag_selects_steps_and_the_right_end_is_live(
    qtbot: QtBot, session: Session, page: RunPage, snapshot_player: SnapshotPlayer, tiny_run: Path
) -> None:
    show(qtbot, session, page, tiny_run)
    track = page.timeline.track
    middle = round(track.groove_px)

    def at(step: int) -> QPoint:
        return QPoint(round(track.x_of(step)), middle)

    qtbot.mousePress(track, Qt.MouseButton.LeftButton, pos=at(0))
    seen = [snapshot_player.selected_step]
    for step in (3, 9, 15):
        qtbot.mouseMove(track, at(step))
        seen.append(snapshot_player.selected_step)
    assert seen == [0, 3, 9, 15]
    # During a drag, a new live poster does not move the steps under the pointer.
    before = track.x_of(15)
    live = session.run_history.poster
    assert live is not None
    session.run_history.show_poster(replace(live, step=60))
    assert track.x_of(15) == before
    qtbot.mouseMove(track, QPoint(track.width() - 1, middle))
    qtbot.mouseRelease(track, Qt.MouseButton.LeftButton, pos=QPoint(track.width() - 1, middle))
    assert snapshot_player.selected_step is None
    wait_for_poster(qtbot, snapshot_player)
    session.run_history.show_poster(replace(live, step=61))
    assert track.x_of(15) < before


def test_best_button_shows_the_best_poster(
    qtbot: QtBot, session: Session, page: RunPage, snapshot_player: SnapshotPlayer, tiny_run: Path
) -> None:
    assert not page.timeline.best.isEnabled()
    assert not page.timeline.play.isEnabled()
    assert not page.timeline.track.isEnabled()
    show(qtbot, session, page, tiny_run)
    best = session.run_history.best
    assert best is not None
    page.timeline.best.click()
    wait_for_poster(qtbot, snapshot_player)
    assert displayed_step(page) == best.step == RunDirectory.open(tiny_run).best_step()
    assert page.timeline.best.isChecked()


def test_new_live_posters_do_not_replace_an_earlier_poster(
    qtbot: QtBot, session: Session, page: RunPage, snapshot_player: SnapshotPlayer, tiny_run: Path
) -> None:
    show(qtbot, session, page, tiny_run)
    session.set_run_status(RunStatus(Phase.RUNNING, "tiny", path=tiny_run))
    assert page.timeline.live.text() == "Live"
    snapshot_player.select_step(3)
    wait_for_poster(qtbot, snapshot_player)
    pixel, live = canvas_pixel(page), session.run_history.poster
    assert live is not None
    page.canvas.look_at(page.canvas.center, 20.0)
    newer = replace(live, step=30, seen=255 - live.seen)
    session.run_history.show_poster(newer)
    assert displayed_step(page) == 3
    assert canvas_pixel(page) == pixel
    assert page.timeline.track.value() == 3
    assert page.timeline.track.maximum() == 30
    assert page.timeline.step_label.text().startswith("Step 3 · ")
    assert page.timeline.live.property("calls") is True
    page.timeline.live.click()
    assert canvas_pixel(page) == newer.seen[0, 0, 0]
    assert page.canvas.scale_factor == 20.0
    assert page.timeline.live.property("calls") is False
    session.set_run_status(RunStatus(Phase.FINISHED, "tiny", path=tiny_run))
    assert page.timeline.live.text() == "Latest"


def test_playback_shows_each_snapshot_and_ends_live(
    qtbot: QtBot, session: Session, page: RunPage, snapshot_player: SnapshotPlayer, tiny_run: Path
) -> None:
    show(qtbot, session, page, tiny_run)
    shown: list[int] = []
    snapshot_player.poster_changed.connect(lambda: shown.append(displayed_step(page)))
    play = page.timeline.play
    play.click()
    assert play.accessibleName() == "Pause"
    qtbot.waitUntil(lambda: not page.timeline.playback.playing, timeout=TIMEOUT_MS)
    assert shown == [*snapshot_player.snapshot_steps, STEPS]
    assert snapshot_player.selected_step is None
    assert play.accessibleName() == "Play"
    # User actions stop the playback. Play continues from the shown step.
    play.click()
    qtbot.keyClick(page.timeline.track, Qt.Key.Key_End)
    assert not page.timeline.playback.playing
    click_step(qtbot, page, 9)
    play.click()
    assert snapshot_player.selected_step == 12
    play.click()
    assert not page.timeline.playback.playing
    wait_for_poster(qtbot, snapshot_player)
    assert displayed_step(page) == 12
    play.click()
    page.hide()
    assert not page.timeline.playback.playing


def test_outdated_posters_are_not_shown(
    qtbot: QtBot,
    services: Services,
    session: Session,
    page: RunPage,
    snapshot_player: SnapshotPlayer,
    tiny_run: Path,
) -> None:
    show(qtbot, session, page, tiny_run)
    shown: list[RenderedPoster | None] = []
    snapshot_player.poster_changed.connect(lambda: shown.append(snapshot_player.poster))
    for step in (0, 3, 6, 9):
        snapshot_player.select_step(step)
    wait_for_poster(qtbot, snapshot_player)
    assert [poster.step for poster in shown if poster] == [9]
    # A poster of a closed run is not cached.
    snapshot_player.select_step(12)
    session.run_history.open(None)
    assert snapshot_player.snapshot_steps == ()
    assert snapshot_player.poster is None
    services.close()
    qtbot.wait(0)
    assert snapshot_player.cached_bytes == 0
    assert not page.timeline.track.isEnabled()


def test_memory_is_constant_over_a_thousand_scrubs(
    qtbot: QtBot,
    services: Services,
    session: Session,
    page: RunPage,
    snapshot_player: SnapshotPlayer,
    tiny_run: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    show(qtbot, session, page, tiny_run)
    snapshot_player.select_step(0)
    wait_for_poster(qtbot, snapshot_player)
    max_bytes = 4 * snapshot_player.cached_bytes
    monkeypatch.setattr(snapshot_player_module, "CACHE_BYTES", max_bytes)

    def scrub(times: int) -> None:
        for number in range(times):
            snapshot_player.select_step(
                snapshot_player.snapshot_steps[number * 4 % len(snapshot_player.snapshot_steps)]
            )
            if number % 10 == 0:
                wait_for_poster(qtbot, snapshot_player)
            assert snapshot_player.cached_bytes <= max_bytes
            assert services.pool.running <= MOST_THREADS

    scrub(100)
    tracemalloc.start()
    scrub(100)
    before, _ = tracemalloc.get_traced_memory()
    scrub(800)
    wait_for_poster(qtbot, snapshot_player)
    after, _ = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert after - before < 2**18
    assert len(snapshot_player._cache) == 4


def test_unreadable_poster_is_reported_and_changes_nothing(
    qtbot: QtBot,
    session: Session,
    page: RunPage,
    snapshot_player: SnapshotPlayer,
    tiny_run: Path,
    tmp_path: Path,
) -> None:
    read = load_run(tiny_run, ignore_progress)
    (tmp_path / "snapshots").mkdir()
    for file in ("config.toml", "best.safetensors", "snapshots/step-00000003.npz"):
        (tmp_path / file).write_bytes((tiny_run / file).read_bytes())
    (tmp_path / "snapshots" / "step-00000006.npz").write_bytes(b"torn")
    session.run_history.open(replace(read.metadata, path=tmp_path))
    session.run_history.show_poster(read.poster)
    qtbot.waitUntil(lambda: snapshot_player.snapshot_steps == (3, 6), timeout=TIMEOUT_MS)
    errors: list[ErrorReport] = []
    session.error_reported.connect(errors.append)
    page.timeline.play.click()
    qtbot.waitUntil(lambda: bool(errors), timeout=TIMEOUT_MS)
    assert "the poster of step 6 cannot be read" in errors[0].what
    assert not page.timeline.playback.playing
    assert (snapshot_player.selected_step, displayed_step(page), page.timeline.track.value()) == (3, 3, 3)
    snapshot_player.select_step(None)
    snapshot_player.select_step(6)
    qtbot.waitUntil(lambda: len(errors) == 2, timeout=TIMEOUT_MS)
    assert (snapshot_player.selected_step, displayed_step(page)) == (None, STEPS)
    wait_for_poster(qtbot, snapshot_player)


def test_controls_have_accessible_names_and_tooltips(
    qtbot: QtBot, session: Session, page: RunPage, snapshot_player: SnapshotPlayer, tiny_run: Path
) -> None:
    show(qtbot, session, page, tiny_run)
    bar = page.timeline
    for control in (bar.play, bar.best, bar.live):
        assert control.text() or control.accessibleName()
        assert control.toolTip()
        assert control.focusPolicy() & Qt.FocusPolicy.TabFocus
    assert bar.track.focusPolicy() & Qt.FocusPolicy.TabFocus
    snapshot_player.select_step(6)
    wait_for_poster(qtbot, snapshot_player)
    accessible = QAccessible.queryAccessibleInterface(bar.track)
    assert accessible is not None
    assert accessible.text(QAccessible.Text.Name) == "Poster history"
    assert accessible.text(QAccessible.Text.Description).startswith("Step 6")
    bar.track.setValue(10)  # like a screen reader: selects the nearest snapshot
    assert snapshot_player.selected_step == 9
    wait_for_poster(qtbot, snapshot_player)


def test_earlier_posters_during_a_run(
    qtbot: QtBot, session: Session, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PODD_HOME", str(tmp_path))
    window = create_main_window(session=session)
    qtbot.addWidget(window, before_close_func=lambda _: session.set_run_status(RunStatus()))
    window.show()
    small = {"network.width": 8, "truncation.window": 3, "truncation.total": 6, "outer.real_batch": 32}
    often = {"outer.steps": 4000, "evaluation.every": 2, "evaluation.networks": 2, "evaluation.steps": (3, 6)}
    session.edit(small | often, "Small")
    page = window.page_widget("run")
    assert isinstance(page, RunPage)
    snapshot_player, run_history = page._snapshot_player, session.run_history
    window.start()
    qtbot.waitUntil(lambda: len(snapshot_player.snapshot_steps) >= 3, timeout=TIMEOUT_MS)
    assert session.run.phase is Phase.RUNNING
    snapshot_player.select_step(0)
    wait_for_poster(qtbot, snapshot_player)
    first = run_history.poster
    assert first is not None
    with qtbot.waitSignals([run_history.poster_changed] * 2, timeout=TIMEOUT_MS):
        pass
    assert displayed_step(page) == 0
    assert snapshot_player.end > 0
    page.timeline.live.click()
    assert snapshot_player.poster is run_history.poster
    assert displayed_step(page) >= first.step
    with qtbot.waitSignal(
        session.run_changed, timeout=TIMEOUT_MS, check_params_cb=lambda: session.run.phase is Phase.STOPPED
    ):
        session.stop()
    assert set(snapshot_player.snapshot_steps) <= set(range(0, 4001, 2))
