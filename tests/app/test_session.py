"""Session: edits and undo, class order, conditions for Start, phases of a run, opening of paths."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from pytestqt.qtbot import QtBot

from podd_app.models.class_order import ClassOrderRequest, ClassOrderResult
from podd_app.models.dataset_state import DatasetState
from podd_app.models.open_target import OpenTarget
from podd_app.models.run_estimate import RunEstimate, Shortage
from podd_app.models.run_status import Phase, RunStatus
from podd_app.models.session import Session
from podd_engine.class_order.placement import greedy_order, order_cost
from podd_engine.config.dataset_defaults import dataset_default_settings
from podd_engine.config.presets import load_preset
from podd_engine.config.schema import DistillationConfig


def result_for(request: ClassOrderRequest) -> ClassOrderResult:
    """Return a result from random distances between 10 classes."""
    half = np.random.default_rng(7).random((10, 10))
    distances = half + half.T - 2 * np.diag(np.diag(half))
    grid = greedy_order(distances, request.columns, request.rows)
    return ClassOrderResult(request, tuple(map(tuple, grid.tolist())), distances, "images")


def test_new_session_has_first_preset_and_can_start(session: Session) -> None:
    assert session.config == load_preset("digits")
    assert session.can_start
    assert session.class_names == tuple("0123456789")
    assert not session.differences


def test_edit_replaces_config_and_supports_undo_and_redo(qtbot: QtBot, session: Session) -> None:
    before = session.config
    with qtbot.waitSignal(session.draft_changed):
        session.edit({"poster.width": 40}, "Poster width")
    assert session.config is not None
    assert before is not None
    assert session.config.poster.width == 40
    assert before.poster.width == 32
    assert session.differences == {"poster.width"}
    assert session.undo_stack.undoText() == "Poster width"
    session.undo_stack.undo()
    assert session.config == before
    session.undo_stack.redo()
    assert session.config.poster.width == 40


def test_edits_of_one_gesture_form_one_undo_step(session: Session) -> None:
    gesture = object()
    for width in (33, 34, 35):
        session.edit({"poster.width": width}, "Poster size", gesture)
    session.edit({"poster.width": 36}, "Poster size", object())
    assert session.undo_stack.count() == 2
    session.undo_stack.undo()
    assert session.layout.poster[0] == 35
    session.undo_stack.undo()
    assert session.layout.poster[0] == 32


def test_edit_without_changes_emits_nothing(qtbot: QtBot, session: Session) -> None:
    with qtbot.assertNotEmitted(session.draft_changed):
        session.edit({"poster.width": 32}, "Poster width")
    assert session.undo_stack.count() == 0


def test_invalid_settings_block_start_and_keep_last_layout(qtbot: QtBot, session: Session) -> None:
    with qtbot.waitSignal(session.can_start_changed):
        session.edit({"poster.width": 5}, "Poster width")
    assert session.config is None
    assert not session.can_start
    assert "smaller than a patch (8 px)" in session.start_blocker
    assert session.layout.poster == (32, 20)
    with qtbot.assertNotEmitted(session.start_requested):
        session.start()
    with qtbot.waitSignal(session.can_start_changed):
        session.undo_stack.undo()
    assert session.can_start


def test_missing_dataset_blocks_start(qtbot: QtBot, session: Session) -> None:
    missing = replace(session.dataset, ready=False, reason="Digits is not installed. Download it.")
    with qtbot.waitSignals([session.dataset_changed, session.can_start_changed]):
        session.set_dataset_state(missing)
    assert session.start_blocker == missing.reason


def test_state_of_other_dataset_is_ignored(qtbot: QtBot, session: Session) -> None:
    with qtbot.assertNotEmitted(session.dataset_changed):
        session.set_dataset_state(
            DatasetState("cifar10", "", "CIFAR-10", ready=False, reason="not installed")
        )
    assert session.can_start


def test_class_order_is_requested_once_and_its_result_shown(qtbot: QtBot, session: Session) -> None:
    assert session.class_order.shown.pending
    with qtbot.waitSignal(session.class_order.requested) as emitted:
        session.class_order.request()
    with qtbot.assertNotEmitted(session.class_order.requested):
        session.class_order.request()
        session.edit({"outer.steps": 20}, "Outer steps")
    (request,) = emitted.args
    result = result_for(request)
    session.class_order.provide(result)
    assert session.class_order.shown.grid == result.grid
    assert session.class_order.shown.cost == pytest.approx(
        order_cost(np.array(result.grid), result.distances)
    )
    assert not session.class_order.shown.pending


def test_failed_class_order_reports_reason_and_can_be_retried(qtbot: QtBot, session: Session) -> None:
    with qtbot.waitSignal(session.class_order.requested) as emitted:
        session.class_order.request()
    session.class_order.fail(emitted.args[0], "no training images are available")
    assert session.class_order.shown.failure == "no training images are available"
    assert not session.class_order.shown.pending
    with qtbot.waitSignal(session.class_order.requested):
        session.class_order.retry()
    assert session.class_order.shown.pending


def test_swap_has_predicted_cost_and_can_be_undone(session: Session) -> None:
    assert session.config is not None
    session.class_order.provide(result_for(ClassOrderRequest.from_config(session.config)))
    before = session.class_order.shown
    predicted = session.class_order.cost_of_swap(0, 7)
    assert predicted is not None
    session.swap_classes(0, 7)
    assert session.class_order.shown.by_hand
    assert session.class_order.shown.grid[0][0] == before.grid[1][2]
    assert session.class_order.shown.cost == pytest.approx(before.cost + predicted)
    assert session.class_order.shown.base_cost == before.cost
    session.undo_stack.undo()
    assert session.class_order.shown == before


def test_new_class_grid_resets_manual_order(session: Session) -> None:
    session.swap_classes(0, 1)
    session.edit({"poster.class_columns": 2, "poster.class_rows": 5}, "Class grid")
    assert session.can_start
    assert not session.class_order.shown.by_hand
    session.undo_stack.undo()
    assert session.class_order.shown.by_hand


def test_class_region_size_resets_if_it_does_not_cover_the_poster(session: Session) -> None:
    session.edit({"poster.class_width": 8}, "Class region width")
    session.edit({"poster.width": 40}, "Poster width")
    assert session.draft.values["poster.class_width"] == 8
    session.edit({"poster.width": 41}, "Poster width")
    assert session.draft.values["poster.class_width"] == 0
    assert session.can_start
    session.edit({"poster.class_width": 8}, "Class region width")
    assert "do not cover" in session.draft.problems["poster.width"]


def test_phases_of_a_run_are_in_order(qtbot: QtBot, session: Session) -> None:
    phases: list[Phase] = []
    session.run_changed.connect(lambda: phases.append(session.run.phase))
    expected_signals = [
        session.start_requested,
        session.pause_requested,
        session.resume_requested,
        session.stop_requested,
    ]
    with qtbot.waitSignals(expected_signals, order="strict"):
        session.start()
        session.set_run_status(replace(session.run, phase=Phase.RUNNING))
        session.pause()
        session.set_run_status(replace(session.run, phase=Phase.PAUSED))
        session.resume()
        session.set_run_status(replace(session.run, phase=Phase.RUNNING))
        session.stop()
    session.set_run_status(replace(session.run, phase=Phase.STOPPED, resumable=True))
    assert phases == [
        Phase.STARTING,
        Phase.RUNNING,
        Phase.PAUSING,
        Phase.PAUSED,
        Phase.STARTING,
        Phase.RUNNING,
        Phase.STOPPING,
        Phase.STOPPED,
    ]
    session.new_run()
    assert session.can_start


def test_commands_in_the_wrong_phase_are_ignored(qtbot: QtBot, session: Session) -> None:
    with (
        qtbot.assertNotEmitted(session.pause_requested),
        qtbot.assertNotEmitted(session.resume_requested),
        qtbot.assertNotEmitted(session.stop_requested),
    ):
        session.pause()
        session.resume()
        session.stop()
    session.start()
    with (
        qtbot.assertNotEmitted(session.start_requested),
        qtbot.waitSignal(session.error_reported) as reported,
    ):
        session.start()
    assert "Another run is in progress" in reported.args[0].remedy


@pytest.mark.parametrize("phase", [phase for phase in Phase if phase.active])
def test_the_draft_can_be_edited_while_a_run_is_in_progress(session: Session, phase: Phase) -> None:
    run = RunStatus(phase, "A run", step=3, steps=9)
    session.set_run_status(run)
    session.edit({"poster.width": 40}, "Poster width")
    session.undo()
    session.redo()
    assert session.layout.poster == (40, 20)
    session.use_preset("cifar10-laptop")
    session.revert_all()
    assert session.config == load_preset("cifar10-laptop")
    assert session.run == run
    assert "Another run is in progress" in session.start_blocker
    assert session.draft_blocker == ""


LOADS = {
    "preset": lambda session, path: session.use_preset("cifar10-laptop"),
    "revert all": lambda session, path: session.revert_all(),
    "command": lambda session, path: session.load_config(load_preset("digits-0.4"), "command", "Import"),
    "file": lambda session, path: session.open_path(path),
}


@pytest.mark.parametrize("load", LOADS)
def test_replacing_all_settings_is_one_undo_step(session: Session, tmp_path: Path, load: str) -> None:
    path = tmp_path / "mine.toml"
    path.write_text(load_preset("cifar10-laptop").to_toml(), encoding="utf-8")
    session.edit({"poster.width": 40}, "Poster width")
    session.swap_classes(0, 1)
    before = (session.draft, session.origin, session.dataset, session.layout)
    LOADS[load](session, path)
    after = (session.draft, session.origin, session.dataset, session.layout)
    assert session.undo_stack.count() == 3
    assert not session.differences
    session.undo()
    assert (session.draft, session.origin, session.dataset, session.layout) == before
    assert session.differences == {"poster.width", "order.grid"}
    session.redo()
    assert (session.draft, session.origin, session.dataset, session.layout) == after
    for _ in range(3):
        session.undo()
    assert session.config == load_preset("digits")
    assert not session.differences


def test_loading_the_present_settings_adds_no_undo_step(session: Session) -> None:
    session.use_preset("digits")
    session.revert_all()
    assert session.undo_stack.count() == 0


def test_undo_after_a_preset_was_renamed_keeps_the_new_name(session: Session) -> None:
    mine = load_preset("digits").with_values({"name": "mine"})
    session.load_config(mine, "mine")
    session.edit({"outer.steps": 7}, "Outer steps")
    session.rename_origin(mine.with_values({"name": "yours"}))
    session.undo()
    assert session.origin.name == "yours"
    assert "outer.steps" not in session.differences


@pytest.mark.parametrize("blocks", [False, True])
def test_only_a_shortage_beyond_the_whole_device_blocks_start(
    qtbot: QtBot, session: Session, blocks: bool
) -> None:
    session.set_run_estimate(RunEstimate(shortage=Shortage("Too large. Lower ‘Window’ to 9.", blocks)))
    assert session.can_start != blocks
    assert session.start_blocker == ("Too large. Lower ‘Window’ to 9." if blocks else "")
    assert session.draft_blocker == ""


def test_settings_file_becomes_the_origin(qtbot: QtBot, session: Session, tmp_path: Path) -> None:
    path = tmp_path / "mine.toml"
    path.write_text(load_preset("digits").with_values({"outer.steps": 7}).to_toml(), encoding="utf-8")
    session.edit({"poster.width": 40}, "Poster width")
    with qtbot.waitSignal(session.page_requested, check_params_cb=lambda page: page == "poster"):
        session.open_path(path)
    assert session.origin.name == "mine"
    assert not session.differences
    assert session.undo_stack.undoText() == "Open mine.toml"


@pytest.mark.parametrize("content", ["outer.steps = 0", "not toml at all", "[nothing]\nx = 1"])
def test_invalid_settings_file_is_reported_and_changes_nothing(
    qtbot: QtBot, session: Session, tmp_path: Path, content: str
) -> None:
    path = tmp_path / "bad.toml"
    path.write_text(content, encoding="utf-8")
    with qtbot.waitSignal(session.error_reported) as reported:
        session.open_path(path)
    assert "bad.toml" in reported.args[0].what
    assert session.config == load_preset("digits")


def test_open_path_distinguishes_kinds_of_paths(qtbot: QtBot, session: Session, tmp_path: Path) -> None:
    run, images, bundle = tmp_path / "run", tmp_path / "images", tmp_path / "poster.safetensors"
    run.mkdir()
    images.mkdir()
    (run / "config.toml").write_text(DistillationConfig().to_toml(), encoding="utf-8")
    (run / "events.jsonl").touch()
    (images / "config.toml").write_text("[general]\nenable_bucket = true\n", encoding="utf-8")
    bundle.touch()
    for path, kind in ((run, "run"), (images, "images"), (bundle, "bundle")):
        with qtbot.waitSignal(session.open_requested) as opened:
            session.open_path(path)
        assert opened.args == [OpenTarget(kind, path)]
    other = tmp_path / "notes.txt"
    other.touch()
    for path in (other, tmp_path / "gone"):
        with qtbot.waitSignal(session.error_reported):
            session.open_path(path)


def test_dataset_defaults_have_their_preset_as_origin_and_can_be_undone() -> None:
    session = Session()
    defaults = dataset_default_settings(session.draft.values, "cifar10", "", classes=10, has_gpu=False)
    session.edit(defaults, "Dataset CIFAR-10")
    assert session.origin.name == "cifar10-laptop"
    assert not session.differences
    session.undo_stack.undo()
    assert session.origin.name == "digits"
    assert not session.differences
