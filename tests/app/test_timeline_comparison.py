"""What the poster on screen is compared with, and how far it lies from that."""

from dataclasses import replace
from pathlib import Path
from shutil import copytree

import numpy as np
import pytest
from pytestqt.qtbot import QtBot
from snapshot_samples import (
    PATIENCE_MS,
    STEPS,
    Wait,
    canvas_pixel,
    compare,
    named,
    settle,
    show,
    step_compared,
)

from podd_app.models.run_messages import LivePoster
from podd_app.models.session import Session
from podd_app.pages.run.page import RunPlace
from podd_app.services.comparison_source import Choice, Reference
from podd_app.timeline.comparison import Comparison
from podd_app.timeline.difference import comparable, difference
from podd_app.workers.comparison import runs_with_posters
from podd_engine.export.rendering import trained_pixels
from podd_engine.runs import RunDirectory
from podd_engine.runs.bundle import load_bundle


@pytest.fixture
def place(run_place: RunPlace) -> RunPlace:
    return run_place


@pytest.fixture
def comparison(place: RunPlace) -> Comparison:
    return place.comparison


@pytest.fixture
def reference(comparison: Comparison) -> Reference:
    return comparison.reference


@pytest.fixture
def until(qtbot: QtBot) -> Wait:
    return lambda condition: qtbot.waitUntil(condition, timeout=PATIENCE_MS)


def test_nothing_is_read_before_somebody_compares(
    qtbot: QtBot, session: Session, place: RunPlace, reference: Reference, until: Wait, tiny_run: Path
) -> None:
    show(qtbot, session, place, tiny_run)
    assert not reference.reading
    assert not place.comparison.bar.isVisible()
    compare(until, place)
    assert step_compared(reference) == 0
    place.compare.click()
    assert not place.comparison.bar.isVisible()
    assert place.comparison.stage.arrangement == "alone"


def test_start_best_pinned_and_another_run(
    qtbot: QtBot,
    session: Session,
    place: RunPlace,
    comparison: Comparison,
    reference: Reference,
    until: Wait,
    tiny_run: Path,
    small_run: Path,
) -> None:
    show(qtbot, session, place, tiny_run)
    compare(until, place)
    assert named(comparison) == ("tiny-001, step 24", "tiny-001, step 0")
    reference.choose(Choice("best"))
    best = RunDirectory.open(tiny_run).best_step()
    until(lambda: not reference.reading)
    assert step_compared(reference) == best
    assert f"step {best}" in comparison.bar.against.text()
    place._reel.look_at(6)
    settle(qtbot, place._reel)
    reference.pin()
    place._reel.look_at(None)
    assert named(comparison) == ("tiny-001, step 24", "tiny-001, step 6")
    # The best poster of another run, or a bundle: the same file.
    for path in (small_run, small_run / "best.safetensors"):
        compare(until, place, Choice("other", path))
        until(lambda path=path: reference.compared is not None and reference.compared.path == path)
        bundle = load_bundle(small_run / "best.safetensors")
        assert step_compared(reference) == bundle.step
        assert reference.compared is not None
        np.testing.assert_array_equal(reference.compared.poster.trained, trained_pixels(bundle.poster))
        assert named(comparison)[1] == f"{path.name}, step {bundle.step}"
        assert comparison.stage.reference.view is not None
        assert comparison.stage.reference.view.layout == bundle.layout


def test_another_run_follows_in_step(
    qtbot: QtBot,
    session: Session,
    place: RunPlace,
    comparison: Comparison,
    reference: Reference,
    until: Wait,
    tiny_run: Path,
    tmp_path: Path,
) -> None:
    other, reel, bar = copytree(tiny_run, tmp_path / "other"), place._reel, comparison.bar
    (other / "snapshots" / "step-00000009.npz").unlink()
    show(qtbot, session, place, tiny_run)
    compare(until, place)
    assert bar.in_step.isHidden()
    compare(until, place, Choice("other", tiny_run / "best.safetensors"))
    assert bar.in_step.isHidden()  # a poster alone has no steps
    compare(until, place, Choice("other", other))
    assert not bar.in_step.isHidden()
    assert not bar.in_step.isChecked()
    best = step_compared(reference)
    bar.in_step.click()
    until(lambda: named(comparison) == (f"tiny-001, step {STEPS}", f"other, step {STEPS}"))
    for looked, kept in ((6, 6), (9, 6), (12, 12), (0, 0)):
        reel.look_at(looked)
        settle(qtbot, reel)
        until(lambda kept=kept: not reference.reading and step_compared(reference) == kept)
        assert named(comparison) == (f"tiny-001, step {looked}", f"other, step {kept}")
    assert reference.compared is not None
    expected = RunDirectory.open(tiny_run).load_snapshot(0).poster
    np.testing.assert_array_equal(reference.compared.poster.values, expected)
    # What cannot be read leaves it as it was.
    torn = tmp_path / "torn.safetensors"
    torn.write_bytes(b"torn")
    reference.choose(Choice("other", torn))
    until(lambda: bool(reference.trouble))
    assert bar.in_step.isChecked()
    reel.look_at(12)
    settle(qtbot, reel)
    until(lambda: named(comparison) == ("tiny-001, step 12", "other, step 12"))
    bar.in_step.click()
    until(lambda: step_compared(reference) == best)


def test_posters_of_two_sizes_are_shown_side_by_side_and_no_other_way(
    qtbot: QtBot,
    session: Session,
    place: RunPlace,
    comparison: Comparison,
    until: Wait,
    tiny_run: Path,
    small_run: Path,
) -> None:
    show(qtbot, session, place, tiny_run)
    compare(until, place)
    bar, stage = comparison.bar, comparison.stage
    bar.modes["difference"].click()
    reference = comparison.reference
    reference.choose(Choice("other", small_run))
    until(lambda: reference.compared is not None and reference.compared.path == small_run)
    assert stage.arrangement == "side"
    assert not bar.modes["difference"].isEnabled()
    assert not bar.modes["swipe"].isEnabled()
    assert bar.modes["side"].isChecked()
    assert "24 × 16 pixels: posters of two sizes can only be shown side by side" in bar.said.text()
    # Of each, the same share is seen.
    stage.canvas.zoom(3)
    assert stage.canvas.view is not None
    width = stage.canvas.view.layout.poster[0]
    assert stage.reference.scale_factor == pytest.approx(stage.canvas.scale_factor * width / 24)
    # What was chosen comes back with posters that face each other.
    reference.choose(Choice("start"))
    until(lambda: not reference.reading)
    assert stage.arrangement == "alone"
    assert bar.modes["difference"].isChecked()
    assert bar.modes["swipe"].isEnabled()


def test_the_difference_is_to_whatever_was_chosen(
    qtbot: QtBot,
    session: Session,
    place: RunPlace,
    comparison: Comparison,
    reference: Reference,
    until: Wait,
    tiny_run: Path,
) -> None:
    show(qtbot, session, place, tiny_run)
    compare(until, place)
    comparison.bar.modes["difference"].click()
    run, reel = RunDirectory.open(tiny_run), place._reel
    for against in (0, 9):
        if against:
            reel.look_at(against)
            settle(qtbot, reel)
            reference.pin()
            assert canvas_pixel(place) == 0  # nothing lies between a poster and itself
        reel.look_at(12)
        settle(qtbot, reel)
        poster, compared = reel.poster, reference.compared
        assert poster is not None
        assert compared is not None
        moved = np.abs(run.load_snapshot(12).poster - run.load_snapshot(against).poster).sum(axis=0)
        # Posters are told in 255 levels of their own spans; the map is never finer than 8 of them.
        level = max((each.span[1] - each.span[0]) / 255 for each in (poster, compared.poster))
        scale = 255 / max(moved.max(), 8 * level)
        drawn = difference(poster, compared.poster)
        assert drawn.max() > 0
        np.testing.assert_allclose(drawn, scale * moved, atol=2 * scale * level + 1)
        assert canvas_pixel(place) == drawn[0, 0]
        assert named(comparison)[0] == f"Difference: tiny-001, step 12 − tiny-001, step {against}"
    assert "black" in comparison.bar.said.text()
    place.compare.click()
    assert reel.poster is not None
    assert canvas_pixel(place) == reel.poster.seen[0, 0, 0]


def test_the_difference_of_a_poster_without_any_is_black() -> None:
    def flat(value: float, span: tuple[float, float], level: int) -> LivePoster:
        pixels = np.full((4, 5, 3), level, np.uint8)
        values = np.full((3, 4, 5), value, np.float32)
        return LivePoster(0, pixels, pixels, np.ones((1, 1), np.float32), span, values)

    poster = flat(0.25, (0.25, 0.25), 128)
    np.testing.assert_array_equal(difference(poster, poster), 0)
    other = flat(0.0, (0.0, 1.0), 0)
    other.values[0, 1, 2] = 1.0
    apart = difference(other, flat(0.0, (0.0, 1.0), 0))
    assert apart[1, 2] == 255
    assert apart.sum() == 255
    grey = replace(poster, values=np.zeros((1, 4, 5), np.float32))
    assert comparable(poster, other)
    assert not comparable(poster, grey)


def test_another_run_on_screen_is_compared_with_its_own_start(
    qtbot: QtBot,
    session: Session,
    place: RunPlace,
    comparison: Comparison,
    reference: Reference,
    until: Wait,
    tiny_run: Path,
    small_run: Path,
) -> None:
    show(qtbot, session, place, tiny_run)
    compare(until, place)
    session.record.open(None)
    assert reference.compared is None
    show(qtbot, session, place, small_run)
    until(lambda: reference.compared is not None and reference.compared.path == small_run)
    assert named(comparison)[1] == "small-001, step 0"
    # What was pinned stays, whatever run comes: it says whose it is.
    reference.pin()
    show(qtbot, session, place, tiny_run)
    assert named(comparison) == ("tiny-001, step 24", "small-001, step 3")
    assert comparison.stage.arrangement == "side"


def test_a_late_answer_does_not_replace_a_newer_choice(
    qtbot: QtBot,
    session: Session,
    place: RunPlace,
    reference: Reference,
    until: Wait,
    tiny_run: Path,
    small_run: Path,
) -> None:
    show(qtbot, session, place, tiny_run)
    place.compare.click()
    read: list[int] = []
    reference.changed.connect(lambda: reference.compared and read.append(reference.compared.poster.step))
    reference.choose(Choice("other", small_run))
    reference.choose(Choice("best"))
    reference.choose(Choice("other", small_run))
    reference.pin()
    assert step_compared(reference) == STEPS
    reference._reel.close()
    qtbot.wait(0)
    assert set(read) == {STEPS}


def test_the_menu_offers_what_there_is(
    qtbot: QtBot,
    session: Session,
    place: RunPlace,
    comparison: Comparison,
    reference: Reference,
    until: Wait,
    tiny_run: Path,
    small_run: Path,
    tmp_path: Path,
) -> None:
    mine, _ = copytree(tiny_run, tmp_path / "mine"), copytree(small_run, tmp_path / "other")
    (tmp_path / "no run").mkdir()
    session.set_runs_folder(tmp_path)
    menu = comparison.bar.menu
    menu.fill()
    first = menu.actions()[0]
    assert not first.isEnabled()
    show(qtbot, session, place, mine)
    compare(until, place)
    menu.fill()
    until(lambda: "other" in [action.text() for action in menu.actions()])
    texts = [action.text() for action in menu.actions() if not action.isSeparator()]
    best = RunDirectory.open(mine).best_step()
    assert texts == [
        "Start of this run, step 0",
        f"Best of this run, step {best}",
        f"The poster looked at now, step {STEPS}",
        "other",
        "Another run…",
        "A poster file…",
    ]
    next(action for action in menu.actions() if action.text() == "other").trigger()
    until(lambda: reference.compared is not None and reference.compared.path.name == "other")
    assert "other, step" in comparison.bar.against.text()
    assert set(runs_with_posters([tmp_path, tmp_path / "nowhere"], 9)) == {mine, tmp_path / "other"}
    assert len(runs_with_posters([tmp_path], 1)) == 1
    menu.close()


def test_in_a_low_window_plots_give_way(
    qtbot: QtBot, session: Session, place: RunPlace, until: Wait, tiny_run: Path
) -> None:
    show(qtbot, session, place, tiny_run)
    place.resize(572, 546)
    compare(until, place)
    assert not place.loss.isVisible()
    place.resize(880, 760)
    assert place.loss.isVisible()
    place.resize(572, 546)
    place.compare.click()
    assert place.loss.isVisible()
