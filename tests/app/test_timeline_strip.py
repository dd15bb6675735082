"""Film strip: layout, content, caching and updates of the thumbnails."""

from dataclasses import replace
from itertools import pairwise
from pathlib import Path
from shutil import copytree

import pytest
from PySide6.QtCore import QPoint, QPointF, QSizeF, Qt
from pytestqt.qtbot import QtBot
from snapshot_samples import EVERY, STEPS, TIMEOUT_MS, show, wait_for_poster

from podd_app.models.run_status import ErrorReport
from podd_app.models.session import Session
from podd_app.pages.run.page import RunPage
from podd_app.services.snapshot_player import SnapshotPlayer
from podd_app.timeline.strip import layout_thumbnails
from podd_app.timeline.thumbnails import LARGEST_PX, MAX_CACHED, ThumbnailCache
from podd_app.workers.snapshots import SnapshotReader, read_thumbnail
from podd_engine.progress import ignore_progress
from podd_engine.runs import RunDirectory

SIZE = QSizeF(40, 20)


@pytest.fixture
def page(run_page: RunPage) -> RunPage:
    return run_page


@pytest.fixture
def snapshot_player(page: RunPage) -> SnapshotPlayer:
    return page._snapshot_player


def thumbnails(page: RunPage) -> ThumbnailCache:
    return page.timeline.track._thumbnails


def wait_for_thumbnails(qtbot: QtBot, page: RunPage) -> None:
    """Wait until all thumbnails are available."""
    qtbot.waitUntil(lambda: page.timeline.track.thumbnails_complete, timeout=TIMEOUT_MS)


def test_frames_are_at_their_steps_without_overlaps() -> None:
    snapshot_steps = [(step, float(step)) for step in (0, 1, 2, 5, 30, 60, 90, 150, 300)]
    frames = layout_thumbnails(snapshot_steps, None, SIZE, 300)
    assert [frame.step for frame in frames] == [0, 90, 150, 300]
    assert all(a.area.right() < b.area.left() for a, b in pairwise(frames))
    # The first and the last frame are moved inside. The others are centered at their steps.
    assert [frame.area.center().x() for frame in frames] == [20, 90, 150, 280]


def test_latest_and_best_frame_have_priority() -> None:
    snapshot_steps = [(step, float(step)) for step in range(0, 301, 10)]
    frames = layout_thumbnails(snapshot_steps, 70, SIZE, 300)
    assert {70, 300} <= {frame.step for frame in frames}
    # No other frame fits between two frames.
    lefts = [frame.area.left() for frame in frames]
    assert all(after - before < 2 * SIZE.width() + 20 for before, after in pairwise(lefts))
    assert layout_thumbnails(snapshot_steps, None, SIZE, 30) == []
    assert layout_thumbnails([], None, SIZE, 300) == []


def test_wider_window_shows_more_thumbnails(
    qtbot: QtBot, session: Session, page: RunPage, tiny_run: Path
) -> None:
    show(qtbot, session, page, tiny_run)
    track = page.timeline.track
    page.resize(620, 720)
    few = len(track.frames)
    page.resize(1400, 720)
    qtbot.waitUntil(lambda: len(track.frames) > few, timeout=TIMEOUT_MS)
    assert len(track.frames) == len(page._snapshot_player.snapshot_steps)
    wait_for_thumbnails(qtbot, page)


def test_thumbnail_shows_the_poster_as_seen(
    qtbot: QtBot, session: Session, page: RunPage, snapshot_player: SnapshotPlayer, tiny_run: Path
) -> None:
    show(qtbot, session, page, tiny_run)
    wait_for_thumbnails(qtbot, page)
    snapshot_player.select_step(0)
    wait_for_poster(qtbot, snapshot_player)
    image, poster = thumbnails(page).image_for(0), snapshot_player.poster
    assert image is not None
    assert poster is not None
    assert (image.width(), image.height()) == poster.seen.shape[1::-1]
    assert image.pixelColor(3, 2).red() == poster.seen[2, 3, 0]


def test_film_strip_shows_a_thumbnail_when_it_is_created(
    qtbot: QtBot, session: Session, page: RunPage, tiny_run: Path
) -> None:
    show(qtbot, session, page, tiny_run)
    track = page.timeline.track
    track.grab()  # with empty frames
    wait_for_thumbnails(qtbot, page)
    picture = track.grab().toImage()
    for frame in track.frames:
        thumbnail = thumbnails(page).image_for(frame.step)
        assert thumbnail is not None
        across, down = thumbnail.width() / frame.area.width(), thumbnail.height() / frame.area.height()
        for x, y in ((0.3, 0.4), (0.5, 0.5), (0.7, 0.6)):
            at = frame.area.topLeft() + QPointF(x * frame.area.width(), y * frame.area.height())
            here = at.toPoint()
            inside = QPointF(here) + QPointF(0.5, 0.5) - frame.area.topLeft()
            seen = picture.pixelColor(here).red()
            near = [
                thumbnail.pixelColor(round(inside.x() * across) + dx, round(inside.y() * down) + dy).red()
                for dx in (-1, 0)
                for dy in (-1, 0)
            ]
            assert min(near) - 2 <= seen <= max(near) + 2


def test_large_poster_is_averaged(tiny_run: Path) -> None:
    reader = SnapshotReader(tiny_run)
    seen = reader.read(0, ignore_progress).seen
    height, width = seen.shape[:2]
    small = read_thumbnail(reader, 0, (width // 2, height), ignore_progress)
    assert small.shape == (height // 2, width // 2, 1)
    assert small[0, 0, 0] == round(float(seen[:2, :2].mean()))
    assert max(LARGEST_PX) < 256


def test_click_on_a_thumbnail_selects_its_step(
    qtbot: QtBot, session: Session, page: RunPage, snapshot_player: SnapshotPlayer, tiny_run: Path
) -> None:
    show(qtbot, session, page, tiny_run)
    track = page.timeline.track
    frame = track.frames[1]
    # At the edge of the thumbnail, another mark can be nearer.
    at = QPoint(round(frame.area.left()) + 2, 6)
    qtbot.mouseClick(track, Qt.MouseButton.LeftButton, pos=at)
    assert snapshot_player.selected_step == frame.step
    wait_for_poster(qtbot, snapshot_player)


def test_unreadable_poster_has_no_frame(
    qtbot: QtBot, session: Session, page: RunPage, tiny_run: Path, tmp_path: Path
) -> None:
    run = copytree(tiny_run, tmp_path / "torn")
    damaged = run / "snapshots" / "step-00000000.npz"
    damaged.write_bytes(b"torn")
    errors: list[ErrorReport] = []
    session.error_reported.connect(errors.append)
    show(qtbot, session, page, run)
    track = page.timeline.track
    qtbot.waitUntil(lambda: thumbnails(page).failed_steps == {0}, timeout=TIMEOUT_MS)
    assert track.frames[0].step == EVERY
    assert not errors  # the error is reported only when the user selects the poster
    wait_for_thumbnails(qtbot, page)


def test_opening_a_run_replaces_the_thumbnails(
    qtbot: QtBot,
    session: Session,
    page: RunPage,
    snapshot_player: SnapshotPlayer,
    tiny_run: Path,
    tmp_path: Path,
) -> None:
    show(qtbot, session, page, tiny_run)
    wait_for_thumbnails(qtbot, page)
    session.run_history.open(None)
    assert page.timeline.track.frames == []
    assert thumbnails(page)._images == {}
    run = copytree(tiny_run, tmp_path / "fewer")
    for step in range(EVERY, STEPS, EVERY):
        (run / "snapshots" / f"step-{step:08d}.npz").unlink()
    show(qtbot, session, page, run)
    wait_for_thumbnails(qtbot, page)
    assert [frame.step for frame in page.timeline.track.frames] == [0, STEPS]
    assert set(thumbnails(page)._images) == {0, STEPS}


def test_new_snapshots_get_thumbnails(
    qtbot: QtBot,
    session: Session,
    page: RunPage,
    snapshot_player: SnapshotPlayer,
    tiny_run: Path,
    tmp_path: Path,
) -> None:
    run = copytree(tiny_run, tmp_path / "growing")
    later = RunDirectory(run).load_snapshot(STEPS)
    show(qtbot, session, page, run)
    wait_for_thumbnails(qtbot, page)
    RunDirectory(run).save_snapshot(replace(later, step=200))
    live = session.run_history.poster
    assert live is not None
    session.run_history.show_poster(replace(live, step=200))
    session.run_history.add_evaluation(replace(session.run_history.evaluations[-1], step=200, best=False))
    qtbot.waitUntil(lambda: 200 in snapshot_player.snapshot_steps, timeout=TIMEOUT_MS)
    assert page.timeline.track.frames[-1].step == 200
    wait_for_thumbnails(qtbot, page)


def test_number_of_cached_thumbnails_is_limited(
    qtbot: QtBot, session: Session, page: RunPage, tiny_run: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert MAX_CACHED * LARGEST_PX[0] * LARGEST_PX[1] * 3 < 5 * 2**20
    monkeypatch.setattr("podd_app.timeline.thumbnails.MAX_CACHED", 2)
    show(qtbot, session, page, tiny_run)
    wait_for_thumbnails(qtbot, page)
    cache = thumbnails(page)
    page.timeline.hide()  # the timeline requests no thumbnails
    cache.changed.disconnect()
    for step in (3, 6, 9, 12):
        cache._images.pop(step, None)
        cache.request([step])
        qtbot.waitUntil(lambda step=step: cache.image_for(step) is not None, timeout=TIMEOUT_MS)
    assert set(cache._images) <= {9, 12}


def test_time_axis_follows_the_layout_direction(
    qtbot: QtBot, session: Session, page: RunPage, snapshot_player: SnapshotPlayer, tiny_run: Path
) -> None:
    show(qtbot, session, page, tiny_run)
    track = page.timeline.track
    page.setLayoutDirection(Qt.LayoutDirection.RightToLeft)
    assert track.x_of(0) > track.x_of(STEPS)
    qtbot.keyClick(track, Qt.Key.Key_Right)  # toward the first step
    assert snapshot_player.selected_step == STEPS - EVERY
    wait_for_poster(qtbot, snapshot_player)
    page.grab()
