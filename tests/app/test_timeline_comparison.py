"""Comparison of the shown poster with a second poster, and their difference."""

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
def source(comparison: ComparisonController) -> ComparisonSource:
    return comparison.source


@pytest.fixture
def until(qtbot: QtBot) -> WaitUntil:
    return lambda condition: qtbot.waitUntil(condition, timeout=TIMEOUT_MS)


def test_second_poster_is_read_only_when_the_comparison_is_on(
    qtbot: QtBot,
    session: Session,
    page: RunPage,
    source: ComparisonSource,
    until: WaitUntil,
    tiny_run: Path,
) -> None:
    show(qtbot, session, page, tiny_run)
    assert not source.loading
    assert not page.comparison.bar.isVisible()
    compare(until, page)
    assert comparison_step(source) == 0
    page.compare.click()
    assert not page.comparison.bar.isVisible()
    assert page.comparison.stage.arrangement == "alone"


def test_compare_with_start_best_pinned_and_other_run(
    qtbot: QtBot,
    session: Session,
    page: RunPage,
    comparison: ComparisonController,
    source: ComparisonSource,
    until: WaitUntil,
    tiny_run: Path,
    small_run: Path,
) -> None:
    show(qtbot, session, page, tiny_run)
    compare(until, page)
    assert comparison_names(comparison) == ("tiny-001, step 24", "tiny-001, step 0")
    source.choose(ComparisonChoice("best"))
    best = RunDirectory.open(tiny_run).best_step()
    until(lambda: not source.loading)
    assert comparison_step(source) == best
    assert f"step {best}" in comparison.bar.choice_button.text()
    page._snapshot_player.select_step(6)
    wait_for_poster(qtbot, page._snapshot_player)
    source.pin()
    page._snapshot_player.select_step(None)
    assert comparison_names(comparison) == ("tiny-001, step 24", "tiny-001, step 6")
    # The best poster of another run, and a bundle, which is the same file.
    for path in (small_run, small_run / "best.safetensors"):
        compare(until, page, ComparisonChoice("other", path))
        until(lambda path=path: source.compared is not None and source.compared.path == path)
        bundle = load_bundle(small_run / "best.safetensors")
        assert comparison_step(source) == bundle.step
        assert source.compared is not None
        np.testing.assert_array_equal(source.compared.poster.trained, trained_pixels(bundle.poster))
        assert comparison_names(comparison)[1] == f"{path.name}, step {bundle.step}"
        assert comparison.stage.reference.view is not None
        assert comparison.stage.reference.view.layout == bundle.layout


def test_other_run_follows_the_current_step(
    qtbot: QtBot,
    session: Session,
    page: RunPage,
    comparison: ComparisonController,
    source: ComparisonSource,
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
    assert bar.follow_step.isHidden()  # a single poster has no steps
    compare(until, page, ComparisonChoice("other", other))
    assert not bar.follow_step.isHidden()
    assert not bar.follow_step.isChecked()
    best = comparison_step(source)
    bar.follow_step.click()
    until(lambda: comparison_names(comparison) == (f"tiny-001, step {STEPS}", f"other, step {STEPS}"))
    for selected, nearest in ((6, 6), (9, 6), (12, 12), (0, 0)):
        snapshot_player.select_step(selected)
        wait_for_poster(qtbot, snapshot_player)
        until(lambda nearest=nearest: not source.loading and comparison_step(source) == nearest)
        assert comparison_names(comparison) == (f"tiny-001, step {selected}", f"other, step {nearest}")
    assert source.compared is not None
    expected = RunDirectory.open(tiny_run).load_snapshot(0).poster
    np.testing.assert_array_equal(source.compared.poster.values, expected)
    # An unreadable file does not change the choice.
    torn = tmp_path / "torn.safetensors"
    torn.write_bytes(b"torn")
    source.choose(ComparisonChoice("other", torn))
    until(lambda: bool(source.error))
    assert bar.follow_step.isChecked()
    snapshot_player.select_step(12)
    wait_for_poster(qtbot, snapshot_player)
    until(lambda: comparison_names(comparison) == ("tiny-001, step 12", "other, step 12"))
    bar.follow_step.click()
    until(lambda: comparison_step(source) == best)


def test_posters_of_different_sizes_are_only_shown_side_by_side(
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
    source = comparison.source
    source.choose(ComparisonChoice("other", small_run))
    until(lambda: source.compared is not None and source.compared.path == small_run)
    assert stage.arrangement == "side"
    assert not bar.modes["difference"].isEnabled()
    assert not bar.modes["swipe"].isEnabled()
    assert bar.modes["side"].isChecked()
    assert "24 × 16 px) can only be shown side by side" in bar.message.text()
    # Both canvases show the same relative part.
    stage.canvas.zoom(3)
    assert stage.canvas.view is not None
    width = stage.canvas.view.layout.poster[0]
    assert stage.reference.scale_factor == pytest.approx(stage.canvas.scale_factor * width / 24)
    # Posters of the same size restore the chosen mode.
    source.choose(ComparisonChoice("start"))
    until(lambda: not source.loading)
    assert stage.arrangement == "alone"
    assert bar.modes["difference"].isChecked()
    assert bar.modes["swipe"].isEnabled()


def test_difference_to_the_start_and_to_a_pinned_poster(
    qtbot: QtBot,
    session: Session,
    page: RunPage,
    comparison: ComparisonController,
    source: ComparisonSource,
    until: WaitUntil,
    tiny_run: Path,
) -> None:
    show(qtbot, session, page, tiny_run)
    compare(until, page)
    comparison.bar.modes["difference"].click()
    run, snapshot_player = RunDirectory.open(tiny_run), page._snapshot_player
    for other_step in (0, 9):
        if other_step:
            snapshot_player.select_step(other_step)
            wait_for_poster(qtbot, snapshot_player)
            source.pin()
            assert canvas_pixel(page) == 0  # a poster does not differ from itself
        snapshot_player.select_step(12)
        wait_for_poster(qtbot, snapshot_player)
        poster, compared = snapshot_player.poster, source.compared
        assert poster is not None
        assert compared is not None
        distance = np.abs(run.load_snapshot(12).poster - run.load_snapshot(other_step).poster).sum(axis=0)
        # Posters have 255 levels over their value range. The range of the map is at least 8 levels.
        level = max((each.span[1] - each.span[0]) / 255 for each in (poster, compared.poster))
        scale = 255 / max(distance.max(), 8 * level)
        drawn = difference(poster, compared.poster)
        assert drawn.max() > 0
        np.testing.assert_allclose(drawn, scale * distance, atol=2 * scale * level + 1)
        assert canvas_pixel(page) == drawn[0, 0]
        assert (
            comparison_names(comparison)[0] == f"Difference: tiny-001, step 12 − tiny-001, step {other_step}"
        )
    assert "black" in comparison.bar.message.text()
    page.compare.click()
    assert snapshot_player.poster is not None
    assert canvas_pixel(page) == snapshot_player.poster.seen[0, 0, 0]


def test_difference_values_and_shape_check() -> None:
    def flat(value: float, span: tuple[float, float], level: int) -> RenderedPoster:
        pixels = np.full((4, 5, 3), level, np.uint8)
        values = np.full((3, 4, 5), value, np.float32)
        return RenderedPoster(0, pixels, pixels, np.ones((1, 1), np.float32), span, values)

    poster = flat(0.25, (0.25, 0.25), 128)
    np.testing.assert_array_equal(difference(poster, poster), 0)
    other = flat(0.0, (0.0, 1.0), 0)
    other.values[0, 1, 2] = 1.0
    changed = difference(other, flat(0.0, (0.0, 1.0), 0))
    assert changed[1, 2] == 255
    assert changed.sum() == 255
    gray = replace(poster, values=np.zeros((1, 4, 5), np.float32))
    assert have_same_shape(poster, other)
    assert not have_same_shape(poster, gray)


def test_opening_a_run_compares_it_with_its_own_start(
    qtbot: QtBot,
    session: Session,
    page: RunPage,
    comparison: ComparisonController,
    source: ComparisonSource,
    until: WaitUntil,
    tiny_run: Path,
    small_run: Path,
) -> None:
    show(qtbot, session, page, tiny_run)
    compare(until, page)
    session.run_history.open(None)
    assert source.compared is None
    show(qtbot, session, page, small_run)
    until(lambda: source.compared is not None and source.compared.path == small_run)
    assert comparison_names(comparison)[1] == "small-001, step 0"
    # A pinned poster remains when another run is opened. Its name contains its run.
    source.pin()
    show(qtbot, session, page, tiny_run)
    assert comparison_names(comparison) == ("tiny-001, step 24", "small-001, step 3")
    assert comparison.stage.arrangement == "side"


def test_late_result_does_not_replace_a_newer_choice(
    qtbot: QtBot,
    services: Services,
    session: Session,
    page: RunPage,
    source: ComparisonSource,
    until: WaitUntil,
    tiny_run: Path,
    small_run: Path,
) -> None:
    show(qtbot, session, page, tiny_run)
    page.compare.click()
    read: list[int] = []
    source.changed.connect(lambda: source.compared and read.append(source.compared.poster.step))
    source.choose(ComparisonChoice("other", small_run))
    source.choose(ComparisonChoice("best"))
    source.choose(ComparisonChoice("other", small_run))
    source.pin()
    assert comparison_step(source) == STEPS
    services.close()
    qtbot.wait(0)
    assert set(read) == {STEPS}


def test_menu_lists_the_available_posters(
    qtbot: QtBot,
    session: Session,
    page: RunPage,
    comparison: ComparisonController,
    source: ComparisonSource,
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
        f"Pin current poster, step {STEPS}",
        "other",
        "Another run…",
        "Poster file…",
    ]
    next(action for action in menu.actions() if action.text() == "other").trigger()
    until(lambda: source.compared is not None and source.compared.path.name == "other")
    assert "other, step" in comparison.bar.choice_button.text()
    assert set(runs_with_posters([tmp_path, tmp_path / "nowhere"], 9)) == {mine, tmp_path / "other"}
    assert len(runs_with_posters([tmp_path], 1)) == 1
    menu.close()


def test_low_window_hides_plots_during_a_comparison(
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
