"""What the poster on screen is compared with, and how far it lies from that."""

from dataclasses import replace
from pathlib import Path
from shutil import copytree

import numpy as np
import pytest
from pytestqt.qtbot import QtBot
from snapshot_samples import (
    STEPS,
    TIMEOUT_MS,
    WaitUntil,
    canvas_pixel,
    compare,
    comparison_names,
    comparison_step,
    show,
    wait_for_poster,
)

from podd_app.models.run_messages import RenderedPoster
from podd_app.models.session import Session
from podd_app.pages.run.page import RunPage
from podd_app.services.comparison_source import ComparisonChoice, ComparisonSource
from podd_app.services.services import Services
from podd_app.timeline.comparison import ComparisonController
from podd_app.timeline.difference import difference, have_same_shape
from podd_app.workers.comparison import runs_with_posters
from podd_engine.exporters.rendering import trained_pixels
from podd_engine.runs import RunDirectory
from podd_engine.runs.bundle import load_bundle


@pytest.fixture
def page(run_page: RunPage) -> RunPage:
    return run_page


@pytest.fixture
def comparison(page: RunPage) -> ComparisonController:
    return page.comparison


@pytest.fixture
def reference(comparison: ComparisonController) -> ComparisonSource:
    return comparison.reference


@pytest.fixture
def until(qtbot: QtBot) -> WaitUntil:
    return lambda condition: qtbot.waitUntil(condition, timeout=TIMEOUT_MS)


def test_nothing_is_read_before_somebody_compares(
    qtbot: QtBot,
    session: Session,
    page: RunPage,
    reference: ComparisonSource,
    until: WaitUntil,
    tiny_run: Path,
) -> None:
    show(qtbot, session, page, tiny_run)
    assert not reference.loading
    assert not page.comparison.bar.isVisible()
    compare(until, page)
    assert comparison_step(reference) == 0
    page.compare.click()
    assert not page.comparison.bar.isVisible()
    assert page.comparison.stage.arrangement == "alone"


def test_start_best_pinned_and_another_run(
    qtbot: QtBot,
    session: Session,
    page: RunPage,
    comparison: ComparisonController,
    reference: ComparisonSource,
    until: WaitUntil,
    tiny_run: Path,
    small_run: Path,
) -> None:
    show(qtbot, session, page, tiny_run)
    compare(until, page)
    assert comparison_names(comparison) == ("tiny-001, step 24", "tiny-001, step 0")
    reference.choose(ComparisonChoice("best"))
    best = RunDirectory.open(tiny_run).best_step()
    until(lambda: not reference.loading)
    assert comparison_step(reference) == best
    assert f"step {best}" in comparison.bar.against.text()
    page._snapshot_player.select_step(6)
    wait_for_poster(qtbot, page._snapshot_player)
    reference.pin()
    page._snapshot_player.select_step(None)
    assert comparison_names(comparison) == ("tiny-001, step 24", "tiny-001, step 6")
    # The best poster of another run, or a bundle: the same file.
    for path in (small_run, small_run / "best.safetensors"):
        compare(until, page, ComparisonChoice("other", path))
        until(lambda path=path: reference.compared is not None and reference.compared.path == path)
        bundle = load_bundle(small_run / "best.safetensors")
        assert comparison_step(reference) == bundle.step
        assert reference.compared is not None
        np.testing.assert_array_equal(reference.compared.poster.trained, trained_pixels(bundle.poster))
        assert comparison_names(comparison)[1] == f"{path.name}, step {bundle.step}"
        assert comparison.stage.reference.view is not None
        assert comparison.stage.reference.view.layout == bundle.layout


def test_another_run_follows_in_step(
    qtbot: QtBot,
    session: Session,
    page: RunPage,
    comparison: ComparisonController,
    reference: ComparisonSource,
    until: WaitUntil,
    tiny_run: Path,
    tmp_path: Path,
) -> None:
    other, snapshot_player, bar = (
        copytree(tiny_run, tmp_path / "other"),
        page._snapshot_player,
        comparison.bar,
    )
    (other / "snapshots" / "step-00000009.npz").unlink()
    show(qtbot, session, page, tiny_run)
    compare(until, page)
    assert bar.follow_step.isHidden()
    compare(until, page, ComparisonChoice("other", tiny_run / "best.safetensors"))
    assert bar.follow_step.isHidden()  # a poster alone has no steps
    compare(until, page, ComparisonChoice("other", other))
    assert not bar.follow_step.isHidden()
    assert not bar.follow_step.isChecked()
    best = comparison_step(reference)
    bar.follow_step.click()
    until(lambda: comparison_names(comparison) == (f"tiny-001, step {STEPS}", f"other, step {STEPS}"))
    for looked, kept in ((6, 6), (9, 6), (12, 12), (0, 0)):
        snapshot_player.select_step(looked)
        wait_for_poster(qtbot, snapshot_player)
        until(lambda kept=kept: not reference.loading and comparison_step(reference) == kept)
        assert comparison_names(comparison) == (f"tiny-001, step {looked}", f"other, step {kept}")
    assert reference.compared is not None
    expected = RunDirectory.open(tiny_run).load_snapshot(0).poster
    np.testing.assert_array_equal(reference.compared.poster.values, expected)
    # What cannot be read leaves it as it was.
    torn = tmp_path / "torn.safetensors"
    torn.write_bytes(b"torn")
    reference.choose(ComparisonChoice("other", torn))
    until(lambda: bool(reference.error))
    assert bar.follow_step.isChecked()
    snapshot_player.select_step(12)
    wait_for_poster(qtbot, snapshot_player)
    until(lambda: comparison_names(comparison) == ("tiny-001, step 12", "other, step 12"))
    bar.follow_step.click()
    until(lambda: comparison_step(reference) == best)


def test_posters_of_two_sizes_are_shown_side_by_side_and_no_other_way(
    qtbot: QtBot,
    session: Session,
    page: RunPage,
    comparison: ComparisonController,
    until: WaitUntil,
    tiny_run: Path,
    small_run: Path,
) -> None:
    show(qtbot, session, page, tiny_run)
    compare(until, page)
    bar, stage = comparison.bar, comparison.stage
    bar.modes["difference"].click()
    reference = comparison.reference
    reference.choose(ComparisonChoice("other", small_run))
    until(lambda: reference.compared is not None and reference.compared.path == small_run)
    assert stage.arrangement == "side"
    assert not bar.modes["difference"].isEnabled()
    assert not bar.modes["swipe"].isEnabled()
    assert bar.modes["side"].isChecked()
    assert "24 × 16 pixels: posters of two sizes can only be shown side by side" in bar.message.text()
    # Of each, the same share is seen.
    stage.canvas.zoom(3)
    assert stage.canvas.view is not None
    width = stage.canvas.view.layout.poster[0]
    assert stage.reference.scale_factor == pytest.approx(stage.canvas.scale_factor * width / 24)
    # What was chosen comes back with posters that face each other.
    reference.choose(ComparisonChoice("start"))
    until(lambda: not reference.loading)
    assert stage.arrangement == "alone"
    assert bar.modes["difference"].isChecked()
    assert bar.modes["swipe"].isEnabled()


def test_the_difference_is_to_whatever_was_chosen(
    qtbot: QtBot,
    session: Session,
    page: RunPage,
    comparison: ComparisonController,
    reference: ComparisonSource,
    until: WaitUntil,
    tiny_run: Path,
) -> None:
    show(qtbot, session, page, tiny_run)
    compare(until, page)
    comparison.bar.modes["difference"].click()
    run, snapshot_player = RunDirectory.open(tiny_run), page._snapshot_player
    for against in (0, 9):
        if against:
            snapshot_player.select_step(against)
            wait_for_poster(qtbot, snapshot_player)
            reference.pin()
            assert canvas_pixel(page) == 0  # nothing lies between a poster and itself
        snapshot_player.select_step(12)
        wait_for_poster(qtbot, snapshot_player)
        poster, compared = snapshot_player.poster, reference.compared
        assert poster is not None
        assert compared is not None
        moved = np.abs(run.load_snapshot(12).poster - run.load_snapshot(against).poster).sum(axis=0)
        # Posters are told in 255 levels of their own spans; the map is never finer than 8 of them.
        level = max((each.span[1] - each.span[0]) / 255 for each in (poster, compared.poster))
        scale = 255 / max(moved.max(), 8 * level)
        drawn = difference(poster, compared.poster)
        assert drawn.max() > 0
        np.testing.assert_allclose(drawn, scale * moved, atol=2 * scale * level + 1)
        assert canvas_pixel(page) == drawn[0, 0]
        assert comparison_names(comparison)[0] == f"Difference: tiny-001, step 12 − tiny-001, step {against}"
    assert "black" in comparison.bar.message.text()
    page.compare.click()
    assert snapshot_player.poster is not None
    assert canvas_pixel(page) == snapshot_player.poster.seen[0, 0, 0]


def test_the_difference_of_a_poster_without_any_is_black() -> None:
    def flat(value: float, span: tuple[float, float], level: int) -> RenderedPoster:
        pixels = np.full((4, 5, 3), level, np.uint8)
        values = np.full((3, 4, 5), value, np.float32)
        return RenderedPoster(0, pixels, pixels, np.ones((1, 1), np.float32), span, values)

    poster = flat(0.25, (0.25, 0.25), 128)
    np.testing.assert_array_equal(difference(poster, poster), 0)
    other = flat(0.0, (0.0, 1.0), 0)
    other.values[0, 1, 2] = 1.0
    apart = difference(other, flat(0.0, (0.0, 1.0), 0))
    assert apart[1, 2] == 255
    assert apart.sum() == 255
    gray = replace(poster, values=np.zeros((1, 4, 5), np.float32))
    assert have_same_shape(poster, other)
    assert not have_same_shape(poster, gray)


def test_another_run_on_screen_is_compared_with_its_own_start(
    qtbot: QtBot,
    session: Session,
    page: RunPage,
    comparison: ComparisonController,
    reference: ComparisonSource,
    until: WaitUntil,
    tiny_run: Path,
    small_run: Path,
) -> None:
    show(qtbot, session, page, tiny_run)
    compare(until, page)
    session.run_history.open(None)
    assert reference.compared is None
    show(qtbot, session, page, small_run)
    until(lambda: reference.compared is not None and reference.compared.path == small_run)
    assert comparison_names(comparison)[1] == "small-001, step 0"
    # What was pinned stays, whatever run comes: it says whose it is.
    reference.pin()
    show(qtbot, session, page, tiny_run)
    assert comparison_names(comparison) == ("tiny-001, step 24", "small-001, step 3")
    assert comparison.stage.arrangement == "side"


def test_a_late_answer_does_not_replace_a_newer_choice(
    qtbot: QtBot,
    services: Services,
    session: Session,
    page: RunPage,
    reference: ComparisonSource,
    until: WaitUntil,
    tiny_run: Path,
    small_run: Path,
) -> None:
    show(qtbot, session, page, tiny_run)
    page.compare.click()
    read: list[int] = []
    reference.changed.connect(lambda: reference.compared and read.append(reference.compared.poster.step))
    reference.choose(ComparisonChoice("other", small_run))
    reference.choose(ComparisonChoice("best"))
    reference.choose(ComparisonChoice("other", small_run))
    reference.pin()
    assert comparison_step(reference) == STEPS
    services.close()
    qtbot.wait(0)
    assert set(read) == {STEPS}


def test_the_menu_offers_what_there_is(
    qtbot: QtBot,
    session: Session,
    page: RunPage,
    comparison: ComparisonController,
    reference: ComparisonSource,
    until: WaitUntil,
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
    show(qtbot, session, page, mine)
    compare(until, page)
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
    qtbot: QtBot, session: Session, page: RunPage, until: WaitUntil, tiny_run: Path
) -> None:
    show(qtbot, session, page, tiny_run)
    page.resize(572, 546)
    compare(until, page)
    assert not page.loss.isVisible()
    page.resize(880, 760)
    assert page.loss.isVisible()
    page.resize(572, 546)
    page.compare.click()
    assert page.loss.isVisible()
