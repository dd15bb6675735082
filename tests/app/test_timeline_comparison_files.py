"""Comparison when files of the second poster are damaged, deleted, changed or renamed."""

from dataclasses import replace
from pathlib import Path
from shutil import copytree, rmtree

import pytest
from pytestqt.qtbot import QtBot
from snapshot_samples import (
    TIMEOUT_MS,
    WaitUntil,
    compare,
    comparison_names,
    comparison_step,
    show,
    wait_for_poster,
)

from podd_app.models.session import Session
from podd_app.pages.run.page import RunPage
from podd_app.services.comparison_source import ComparisonChoice, ComparisonSource
from podd_app.timeline.comparison import ComparisonController


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


def test_unreadable_file_is_reported_and_changes_nothing(
    qtbot: QtBot,
    session: Session,
    page: RunPage,
    comparison: ComparisonController,
    source: ComparisonSource,
    until: WaitUntil,
    tiny_run: Path,
    tmp_path: Path,
) -> None:
    show(qtbot, session, page, tiny_run)
    compare(until, page)
    torn = tmp_path / "torn.safetensors"
    torn.write_bytes(b"torn")
    source.choose(ComparisonChoice("other", torn))
    until(lambda: bool(source.error))
    assert "cannot read the poster bundle" in comparison.bar.message.text()
    assert comparison.bar.message.property("role") == "trouble"
    assert source.choice == ComparisonChoice("start")
    assert comparison_step(source) == 0
    # A new live poster keeps the error message and does not read the file again.
    assert session.run_history.poster is not None
    session.run_history.show_poster(session.run_history.poster)
    assert not source.loading
    assert source.error
    source.choose(ComparisonChoice("best"))
    until(lambda: not source.loading)
    assert not source.error


def test_damaged_first_snapshot_is_reported(
    qtbot: QtBot,
    session: Session,
    page: RunPage,
    comparison: ComparisonController,
    source: ComparisonSource,
    until: WaitUntil,
    tiny_run: Path,
    tmp_path: Path,
) -> None:
    run = copytree(tiny_run, tmp_path / "torn")
    (run / "snapshots" / "step-00000000.npz").write_bytes(b"torn")
    show(qtbot, session, page, run)
    page.compare.click()
    until(lambda: bool(source.error))
    assert "the poster of step 0 cannot be read" in comparison.bar.message.text()
    assert comparison.stage.arrangement == "alone"


def test_pinned_poster_remains_after_its_file_is_deleted(
    qtbot: QtBot,
    session: Session,
    page: RunPage,
    comparison: ComparisonController,
    source: ComparisonSource,
    until: WaitUntil,
    tiny_run: Path,
    tmp_path: Path,
) -> None:
    run, snapshot_player = copytree(tiny_run, tmp_path / "thinned"), page._snapshot_player
    show(qtbot, session, page, run)
    snapshot_player.select_step(9)
    wait_for_poster(qtbot, snapshot_player)
    page.compare.click()
    source.pin()
    # The run deletes the snapshot that is shown and compared.
    (run / "snapshots" / "step-00000009.npz").unlink()
    session.run_history.add_evaluation(session.run_history.evaluations[-1])
    until(lambda: 9 not in snapshot_player.snapshot_steps)
    assert comparison_names(comparison) == ("thinned, step 9", "thinned, step 9")
    assert snapshot_player.next_step == 12
    snapshot_player.select_step(12)
    wait_for_poster(qtbot, snapshot_player)
    assert comparison_names(comparison) == ("thinned, step 12", "thinned, step 9")
    assert not source.error


def test_compared_run_is_changed_and_deleted(
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
    other = copytree(small_run, tmp_path / "other")
    show(qtbot, session, page, tiny_run)
    compare(until, page, ComparisonChoice("other", other))
    previous = source.compared
    (other / "best.safetensors").write_bytes((tiny_run / "best.safetensors").read_bytes())
    source.refresh_if_changed()
    until(lambda: source.compared is not previous)
    assert source.compared is not None
    assert source.compared.config.name == "tiny"
    previous = source.compared
    rmtree(other)
    source.refresh_if_changed()
    until(lambda: bool(source.error))
    assert comparison.bar.message.text() == "other was removed; the last loaded poster is shown"
    assert source.compared is previous
    assert comparison.stage.arrangement == "swipe"


def test_comparison_follows_renamed_runs(
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
    mine, other, snapshot_player = (
        copytree(tiny_run, tmp_path / "a"),
        copytree(small_run, tmp_path / "b"),
        page._snapshot_player,
    )
    show(qtbot, session, page, mine)
    session.set_run_status(replace(session.run, path=mine))
    snapshot_player.select_step(6)
    wait_for_poster(qtbot, snapshot_player)
    compare(until, page, ComparisonChoice("other", other))
    session.move_run(other, other.rename(tmp_path / "d"))
    assert comparison_names(comparison)[1].startswith("d, step")
    assert source.choice.path == tmp_path / "d"
    session.move_run(mine, mine.rename(tmp_path / "c"))
    assert comparison_names(comparison)[0] == "c, step 6"
    assert snapshot_player.selected_step == 6
    snapshot_player.select_step(9)
    wait_for_poster(qtbot, snapshot_player)
    assert snapshot_player.poster is not None
    assert snapshot_player.poster.step == 9
    source.choose(ComparisonChoice("start"))
    until(lambda: not source.loading)
    assert comparison_names(comparison) == ("c, step 9", "c, step 0")
    assert not source.error
