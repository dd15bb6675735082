"""The film strip: where thumbnails lie, what they show, how they come and go."""

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


def drawn(qtbot: QtBot, page: RunPage) -> None:
    """Wait until no thumbnail is missing."""
    qtbot.waitUntil(lambda: page.timeline.track.thumbnails_complete, timeout=TIMEOUT_MS)


def test_frames_lie_by_their_steps_and_never_over_each_other() -> None:
    snapshot_steps = [(step, float(step)) for step in (0, 1, 2, 5, 30, 60, 90, 150, 300)]
    frames = layout_thumbnails(snapshot_steps, None, SIZE, 300)
    assert [frame.step for frame in frames] == [0, 90, 150, 300]
    assert all(a.area.right() < b.area.left() for a, b in pairwise(frames))
    # The first and the last are moved inside; the others lie where their steps are.
    assert [frame.area.center().x() for frame in frames] == [20, 90, 150, 280]


def test_the_latest_and_the_best_come_first() -> None:
    snapshot_steps = [(step, float(step)) for step in range(0, 301, 10)]
    frames = layout_thumbnails(snapshot_steps, 70, SIZE, 300)
    assert {70, 300} <= {frame.step for frame in frames}
    # As many as fit: there is no room for another between any two.
    lefts = [frame.area.left() for frame in frames]
    assert all(after - before < 2 * SIZE.width() + 20 for before, after in pairwise(lefts))
    assert layout_thumbnails(snapshot_steps, None, SIZE, 30) == []
    assert layout_thumbnails([], None, SIZE, 300) == []


def test_a_wider_window_shows_more(qtbot: QtBot, session: Session, page: RunPage, tiny_run: Path) -> None:
    show(qtbot, session, page, tiny_run)
    track = page.timeline.track
    page.resize(620, 720)
    few = len(track.frames)
    page.resize(1400, 720)
    qtbot.waitUntil(lambda: len(track.frames) > few, timeout=TIMEOUT_MS)
    assert len(track.frames) == len(page._snapshot_player.snapshot_steps)
    drawn(qtbot, page)


def test_a_thumbnail_is_the_poster_as_seen(
    qtbot: QtBot, session: Session, page: RunPage, snapshot_player: SnapshotPlayer, tiny_run: Path
) -> None:
    show(qtbot, session, page, tiny_run)
    drawn(qtbot, page)
    snapshot_player.select_step(0)
    wait_for_poster(qtbot, snapshot_player)
    image, poster = thumbnails(page).image_for(0), snapshot_player.poster
    assert image is not None
    assert poster is not None
    assert (image.width(), image.height()) == poster.seen.shape[1::-1]
    assert image.pixelColor(3, 2).red() == poster.seen[2, 3, 0]


def test_a_thumbnail_is_on_the_strip_as_soon_as_it_is_made(
    qtbot: QtBot, session: Session, page: RunPage, tiny_run: Path
) -> None:
    show(qtbot, session, page, tiny_run)
    track = page.timeline.track
    track.grab()  # with frames that are empty still
    drawn(qtbot, page)
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


def test_a_large_poster_is_averaged(tiny_run: Path) -> None:
    reader = SnapshotReader(tiny_run)
    seen = reader.read(0, ignore_progress).seen
    height, width = seen.shape[:2]
    small = read_thumbnail(reader, 0, (width // 2, height), ignore_progress)
    assert small.shape == (height // 2, width // 2, 1)
    assert small[0, 0, 0] == round(float(seen[:2, :2].mean()))
    assert max(LARGEST_PX) < 256


def test_a_click_on_a_thumbnail_shows_its_poster(
    qtbot: QtBot, session: Session, page: RunPage, snapshot_player: SnapshotPlayer, tiny_run: Path
) -> None:
    show(qtbot, session, page, tiny_run)
    track = page.timeline.track
    frame = track.frames[1]
    # At its edge, where another mark may be nearer.
    at = QPoint(round(frame.area.left()) + 2, 6)
    qtbot.mouseClick(track, Qt.MouseButton.LeftButton, pos=at)
    assert snapshot_player.selected_step == frame.step
    wait_for_poster(qtbot, snapshot_player)


def test_what_cannot_be_read_gives_its_place_to_another(
    qtbot: QtBot, session: Session, page: RunPage, tiny_run: Path, tmp_path: Path
) -> None:
    run = copytree(tiny_run, tmp_path / "torn")
    damaged = run / "snapshots" / "step-00000000.npz"
    damaged.write_bytes(b"torn")
    told: list[ErrorReport] = []
    session.error_reported.connect(told.append)
    show(qtbot, session, page, run)
    track = page.timeline.track
    qtbot.waitUntil(lambda: thumbnails(page).failed_steps == {0}, timeout=TIMEOUT_MS)
    assert track.frames[0].step == EVERY
    assert not told  # whoever looks at it is told
    drawn(qtbot, page)


def test_another_run_brings_its_own(
    qtbot: QtBot,
    session: Session,
    page: RunPage,
    snapshot_player: SnapshotPlayer,
    tiny_run: Path,
    tmp_path: Path,
) -> None:
    show(qtbot, session, page, tiny_run)
    drawn(qtbot, page)
    session.run_history.open(None)
    assert page.timeline.track.frames == []
    assert thumbnails(page)._images == {}
    run = copytree(tiny_run, tmp_path / "fewer")
    for step in range(EVERY, STEPS, EVERY):
        (run / "snapshots" / f"step-{step:08d}.npz").unlink()
    show(qtbot, session, page, run)
    drawn(qtbot, page)
    assert [frame.step for frame in page.timeline.track.frames] == [0, STEPS]
    assert set(thumbnails(page)._images) == {0, STEPS}


def test_thumbnails_come_while_the_run_goes_on(
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
    drawn(qtbot, page)
    RunDirectory(run).save_snapshot(replace(later, step=200))
    live = session.run_history.poster
    assert live is not None
    session.run_history.show_poster(replace(live, step=200))
    session.run_history.add_evaluation(replace(session.run_history.evaluations[-1], step=200, best=False))
    qtbot.waitUntil(lambda: 200 in snapshot_player.snapshot_steps, timeout=TIMEOUT_MS)
    assert page.timeline.track.frames[-1].step == 200
    drawn(qtbot, page)


def test_no_more_thumbnails_are_kept_than_are_worth_it(
    qtbot: QtBot, session: Session, page: RunPage, tiny_run: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert MAX_CACHED * LARGEST_PX[0] * LARGEST_PX[1] * 3 < 5 * 2**20
    monkeypatch.setattr("podd_app.timeline.thumbnails.MAX_CACHED", 2)
    show(qtbot, session, page, tiny_run)
    drawn(qtbot, page)
    made = thumbnails(page)
    page.timeline.hide()  # nobody else asks for any
    made.changed.disconnect()
    for step in (3, 6, 9, 12):
        made._images.pop(step, None)
        made.request([step])
        qtbot.waitUntil(lambda step=step: made.image_for(step) is not None, timeout=TIMEOUT_MS)
    assert set(made._images) <= {9, 12}


def test_time_goes_as_people_read(
    qtbot: QtBot, session: Session, page: RunPage, snapshot_player: SnapshotPlayer, tiny_run: Path
) -> None:
    show(qtbot, session, page, tiny_run)
    track = page.timeline.track
    page.setLayoutDirection(Qt.LayoutDirection.RightToLeft)
    assert track.x_of(0) > track.x_of(STEPS)
    qtbot.keyClick(track, Qt.Key.Key_Right)  # toward the beginning
    assert snapshot_player.selected_step == STEPS - EVERY
    wait_for_poster(qtbot, snapshot_player)
    page.grab()
