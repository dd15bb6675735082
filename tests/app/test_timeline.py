"""Looking back over a run made by the engine: the track, the keys, playing, and what is read."""

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
    PATIENCE_MS,
    STEPS,
    canvas_pixel,
    click_on,
    settle,
    show,
    step_on_screen,
)

from podd_app.application import create_main_window
from podd_app.models.run_messages import LivePoster
from podd_app.models.run_status import Phase, RunStatus, Trouble
from podd_app.models.session import Session
from podd_app.pages.run.page import RunPlace
from podd_app.services import snapshot_player as reel_module
from podd_app.services.snapshot_player import Reel
from podd_app.workers.live_run import read_run
from podd_engine.export.rendering import see, trained_pixels
from podd_engine.progress import silent
from podd_engine.runs import RunDirectory
from podd_engine.runs.bundle import load_bundle


@pytest.fixture
def place(run_place: RunPlace) -> RunPlace:
    return run_place


@pytest.fixture
def reel(place: RunPlace) -> Reel:
    return place._reel


def test_marks_lie_by_their_steps(qtbot: QtBot, session: Session, place: RunPlace, tiny_run: Path) -> None:
    show(qtbot, session, place, tiny_run)
    track = place.timeline.track
    assert place._reel.stops == tuple(range(0, STEPS + 1, EVERY))
    track.show_marks((31, 13), (0, 1, 10, 100), None, 100)
    left, near, tenth, right = (track.x_of(step) for step in (0, 1, 10, 100))
    assert near - left == pytest.approx((right - left) / 100)
    assert tenth - left == pytest.approx((right - left) / 10)
    assert 0 < left < right < track.width()


def test_a_click_shows_the_poster_of_that_step(
    qtbot: QtBot, session: Session, place: RunPlace, reel: Reel, tiny_run: Path
) -> None:
    show(qtbot, session, place, tiny_run)
    place.canvas.select_patch(3)
    track, live = place.timeline.track, place.timeline.live
    assert track.live
    assert live.isChecked()
    click_on(qtbot, place, 6)
    settle(qtbot, reel)
    run = RunDirectory.open(tiny_run)
    bundle, kept = load_bundle(run.best_path), run.load_snapshot(6)
    shown = reel.poster
    assert shown is not None
    assert (shown.step, track.value(), live.isChecked()) == (6, 6, False)
    np.testing.assert_array_equal(shown.trained, trained_pixels(kept.poster))
    np.testing.assert_array_equal(shown.seen, see(kept.poster, bundle.layout, bundle.preprocessing).poster)
    assert canvas_pixel(place) == shown.seen[0, 0, 0]
    place.as_seen.click()
    assert canvas_pixel(place) == shown.trained[0, 0, 0]
    assert place.timeline.said.text().startswith("Step 6 · ")
    # The patch in question is that of the poster on screen.
    image = place.inspector.picture.image
    assert image is not None
    x, y = bundle.layout.windows[3][:2]
    assert image.pixelColor(0, 0).red() == shown.trained[y, x, 0]
    live.click()
    assert track.live
    assert step_on_screen(place) == STEPS


def test_keys_go_from_mark_to_mark(
    qtbot: QtBot, session: Session, place: RunPlace, reel: Reel, tiny_run: Path
) -> None:
    show(qtbot, session, place, tiny_run)
    track = place.timeline.track
    for key, wanted in (
        (Qt.Key.Key_Right, None),
        (Qt.Key.Key_Left, STEPS - EVERY),  # the poster of the last step is the latest one itself
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
        assert reel.wanted == wanted
    settle(qtbot, reel)


def test_dragging_follows_the_pointer_and_ends_live_at_the_right(
    qtbot: QtBot, session: Session, place: RunPlace, reel: Reel, tiny_run: Path
) -> None:
    show(qtbot, session, place, tiny_run)
    track = place.timeline.track
    middle = round(track.groove_px)

    def at(step: int) -> QPoint:
        return QPoint(round(track.x_of(step)), middle)

    qtbot.mousePress(track, Qt.MouseButton.LeftButton, pos=at(0))
    seen = [reel.wanted]
    for step in (3, 9, 15):
        qtbot.mouseMove(track, at(step))
        seen.append(reel.wanted)
    assert seen == [0, 3, 9, 15]
    # The live end goes on meanwhile; what lies under the pointer does not slide away.
    before = track.x_of(15)
    live = session.record.poster
    assert live is not None
    session.record.show_poster(replace(live, step=60))
    assert track.x_of(15) == before
    qtbot.mouseMove(track, QPoint(track.width() - 1, middle))
    qtbot.mouseRelease(track, Qt.MouseButton.LeftButton, pos=QPoint(track.width() - 1, middle))
    assert reel.wanted is None
    settle(qtbot, reel)
    session.record.show_poster(replace(live, step=61))
    assert track.x_of(15) < before


def test_best_is_one_click_away(
    qtbot: QtBot, session: Session, place: RunPlace, reel: Reel, tiny_run: Path
) -> None:
    assert not place.timeline.best.isEnabled()
    assert not place.timeline.play.isEnabled()
    assert not place.timeline.track.isEnabled()
    show(qtbot, session, place, tiny_run)
    best = session.record.best
    assert best is not None
    place.timeline.best.click()
    settle(qtbot, reel)
    assert step_on_screen(place) == best.step == RunDirectory.open(tiny_run).best_step()
    assert place.timeline.best.isChecked()


def test_the_live_end_goes_on_while_somebody_looks_back(
    qtbot: QtBot, session: Session, place: RunPlace, reel: Reel, tiny_run: Path
) -> None:
    show(qtbot, session, place, tiny_run)
    session.set_run_status(RunStatus(Phase.RUNNING, "tiny", path=tiny_run))
    assert place.timeline.live.text() == "Live"
    reel.look_at(3)
    settle(qtbot, reel)
    pixel, live = canvas_pixel(place), session.record.poster
    assert live is not None
    place.canvas.look_at(place.canvas.centre, 20.0)
    newer = replace(live, step=30, seen=255 - live.seen)
    session.record.show_poster(newer)
    assert step_on_screen(place) == 3
    assert canvas_pixel(place) == pixel
    assert place.timeline.track.value() == 3
    assert place.timeline.track.maximum() == 30
    assert place.timeline.said.text().startswith("Step 3 · ")
    assert place.timeline.live.property("calls") is True
    place.timeline.live.click()
    assert canvas_pixel(place) == newer.seen[0, 0, 0]
    assert place.canvas.scale_factor == 20.0
    assert place.timeline.live.property("calls") is False
    session.set_run_status(RunStatus(Phase.FINISHED, "tiny", path=tiny_run))
    assert place.timeline.live.text() == "Latest"


def test_playing_shows_every_kept_poster_and_ends_live(
    qtbot: QtBot, session: Session, place: RunPlace, reel: Reel, tiny_run: Path
) -> None:
    show(qtbot, session, place, tiny_run)
    shown: list[int] = []
    reel.pictured.connect(lambda: shown.append(step_on_screen(place)))
    play = place.timeline.play
    play.click()
    assert play.accessibleName() == "Stop playing"
    qtbot.waitUntil(lambda: not place.timeline.player.playing, timeout=PATIENCE_MS)
    assert shown == [*reel.stops, STEPS]
    assert reel.wanted is None
    assert play.accessibleName() == "Play"
    # Whatever a person does takes over; Play goes on from there.
    play.click()
    qtbot.keyClick(place.timeline.track, Qt.Key.Key_End)
    assert not place.timeline.player.playing
    click_on(qtbot, place, 9)
    play.click()
    assert reel.wanted == 12
    play.click()
    assert not place.timeline.player.playing
    settle(qtbot, reel)
    assert step_on_screen(place) == 12
    play.click()
    place.hide()
    assert not place.timeline.player.playing


def test_what_nobody_wants_any_more_is_not_shown(
    qtbot: QtBot, session: Session, place: RunPlace, reel: Reel, tiny_run: Path
) -> None:
    show(qtbot, session, place, tiny_run)
    shown: list[LivePoster | None] = []
    reel.pictured.connect(lambda: shown.append(reel.poster))
    for step in (0, 3, 6, 9):
        reel.look_at(step)
    settle(qtbot, reel)
    assert [poster.step for poster in shown if poster] == [9]
    # A poster of a run that is no longer on screen is not even kept.
    reel.look_at(12)
    session.record.open(None)
    assert reel.stops == ()
    assert reel.poster is None
    reel.close()
    qtbot.wait(0)
    assert reel.kept_bytes == 0
    assert not place.timeline.track.isEnabled()


def test_memory_stays_flat_over_a_thousand_scrubs(
    qtbot: QtBot,
    session: Session,
    place: RunPlace,
    reel: Reel,
    tiny_run: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    show(qtbot, session, place, tiny_run)
    reel.look_at(0)
    settle(qtbot, reel)
    most = 4 * reel.kept_bytes
    monkeypatch.setattr(reel_module, "CACHE_BYTES", most)

    def scrub(times: int) -> None:
        for number in range(times):
            reel.look_at(reel.stops[number * 4 % len(reel.stops)])
            if number % 10 == 0:
                settle(qtbot, reel)
            assert reel.kept_bytes <= most
            assert len(reel.jobs._running) <= 2

    scrub(100)
    tracemalloc.start()
    scrub(100)
    before, _ = tracemalloc.get_traced_memory()
    scrub(800)
    settle(qtbot, reel)
    after, _ = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert after - before < 2**18
    assert len(reel._read) == 4


def test_a_poster_that_cannot_be_read_is_said_and_changes_nothing(
    qtbot: QtBot, session: Session, place: RunPlace, reel: Reel, tiny_run: Path, tmp_path: Path
) -> None:
    read = read_run(tiny_run, silent)
    (tmp_path / "snapshots").mkdir()
    for file in ("config.toml", "best.safetensors", "snapshots/step-00000003.npz"):
        (tmp_path / file).write_bytes((tiny_run / file).read_bytes())
    (tmp_path / "snapshots" / "step-00000006.npz").write_bytes(b"torn")
    session.record.open(replace(read.story, path=tmp_path))
    session.record.show_poster(read.poster)
    qtbot.waitUntil(lambda: reel.stops == (3, 6), timeout=PATIENCE_MS)
    told: list[Trouble] = []
    session.troubled.connect(told.append)
    place.timeline.play.click()
    qtbot.waitUntil(lambda: bool(told), timeout=PATIENCE_MS)
    assert "the poster of step 6 cannot be read" in told[0].what
    assert not place.timeline.player.playing
    assert (reel.wanted, step_on_screen(place), place.timeline.track.value()) == (3, 3, 3)
    reel.look_at(None)
    reel.look_at(6)
    qtbot.waitUntil(lambda: len(told) == 2, timeout=PATIENCE_MS)
    assert (reel.wanted, step_on_screen(place)) == (None, STEPS)
    settle(qtbot, reel)


def test_everything_has_a_name_and_a_hint(
    qtbot: QtBot, session: Session, place: RunPlace, reel: Reel, tiny_run: Path
) -> None:
    show(qtbot, session, place, tiny_run)
    bar = place.timeline
    for made in (bar.play, bar.best, bar.live):
        assert made.text() or made.accessibleName()
        assert made.toolTip()
        assert made.focusPolicy() & Qt.FocusPolicy.TabFocus
    assert bar.track.focusPolicy() & Qt.FocusPolicy.TabFocus
    reel.look_at(6)
    settle(qtbot, reel)
    spoken = QAccessible.queryAccessibleInterface(bar.track)
    assert spoken is not None
    assert spoken.text(QAccessible.Text.Name) == "Poster over time"
    assert spoken.text(QAccessible.Text.Description).startswith("Step 6")
    bar.track.setValue(10)  # as a screen reader would: the nearest kept poster is taken
    assert reel.wanted == 9
    settle(qtbot, reel)


def test_looking_back_while_the_engine_runs(
    qtbot: QtBot, session: Session, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PODD_HOME", str(tmp_path))
    window = create_main_window(session=session)
    qtbot.addWidget(window, before_close_func=lambda _: session.set_run_status(RunStatus()))
    window.show()
    small = {"network.width": 8, "truncation.window": 3, "truncation.total": 6, "outer.real_batch": 32}
    often = {"outer.steps": 4000, "evaluation.every": 2, "evaluation.networks": 2, "evaluation.steps": (3, 6)}
    session.edit(small | often, "Small")
    place = window.place_widget("run")
    assert isinstance(place, RunPlace)
    reel, record = place._reel, session.record
    window.start()
    qtbot.waitUntil(lambda: len(reel.stops) >= 3, timeout=PATIENCE_MS)
    assert session.run.phase is Phase.RUNNING
    reel.look_at(0)
    settle(qtbot, reel)
    began = record.poster
    assert began is not None
    with qtbot.waitSignals([record.pictured] * 2, timeout=PATIENCE_MS):
        pass
    assert step_on_screen(place) == 0
    assert reel.end > 0
    place.timeline.live.click()
    assert reel.poster is record.poster
    assert step_on_screen(place) >= began.step
    with qtbot.waitSignal(
        session.run_changed, timeout=PATIENCE_MS, check_params_cb=lambda: session.run.phase is Phase.STOPPED
    ):
        session.stop()
    assert set(reel.stops) <= set(range(0, 4001, 2))
