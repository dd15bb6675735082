"""Example run of the program: content, unpacking and opening."""

import shutil
from pathlib import Path
from zipfile import ZipFile

import pytest
from PySide6.QtWidgets import QPushButton
from pytestqt.qtbot import QtBot

from podd_app.models.run_status import Phase
from podd_app.models.session import Session
from podd_app.pages.library.page import LibraryPage
from podd_app.pages.run.page import RunPage
from podd_app.window.main_window import MainWindow
from podd_app.workers.examples import EXAMPLES, ensure_example_unpacked, examples_folder, unpack
from podd_engine.config.presets import load_preset
from podd_engine.errors import RunError, StorageError
from podd_engine.io.resources import resource_path
from podd_engine.runs.directory import RunDirectory
from podd_engine.runs.event_log import events_of_type, read_events
from podd_engine.runtime.events import Evaluation, StepReport, Terminal

TIMEOUT_MS = 60_000
LOOK = "Look at a finished example"


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("PODD_HOME", str(tmp_path))
    return tmp_path


@pytest.fixture
def opened(qtbot: QtBot, window: MainWindow, session: Session) -> Path:
    """Path of the example after it was opened from the menu."""
    (action,) = window.actions_.examples.actions()
    with qtbot.waitSignal(session.run_history.poster_changed, timeout=TIMEOUT_MS):
        action.trigger()
    path = session.run.path
    assert path is not None
    return path


@pytest.mark.parametrize("name", EXAMPLES)
def test_example_is_small_and_a_complete_run_of_its_preset(name: str) -> None:
    assert resource_path(f"examples/{name}.zip").stat().st_size <= 300_000
    run = RunDirectory.open(ensure_example_unpacked(name))
    config = run.config
    # The summary is a text that later versions may rewrite.
    recorded = {"order.grid": config.order.grid, "compute.device": "cpu", "summary": config.summary}
    recorded["dataset.classes"] = tuple("0123456789")  # the example is older than the setting
    assert config == load_preset(name).with_values(recorded)
    events = read_events(run.events_path)
    last = config.outer.steps
    assert [report.step for report in events_of_type(events, StepReport)] == list(range(1, last + 1))
    evaluated_steps = [evaluation.step for evaluation in events_of_type(events, Evaluation)]
    assert evaluated_steps == list(range(config.evaluation.every, last + 1, config.evaluation.every))
    assert events_of_type(events, Terminal) == [Terminal("finished", last)]
    assert run.snapshot_steps() == [0, *evaluated_steps]
    assert run.best_step() in evaluated_steps


def test_example_opens_as_a_run_with_snapshots(
    qtbot: QtBot, opened: Path, window: MainWindow, session: Session, home: Path
) -> None:
    assert opened == home / "data" / "examples" / "digits"
    assert window.page == "run"
    assert session.run.phase is Phase.FINISHED
    assert not session.run.resumable
    snapshot_player = window.services.snapshot_player
    qtbot.waitUntil(lambda: len(snapshot_player.snapshot_steps) >= 9, timeout=TIMEOUT_MS)
    assert len(session.run_history.evaluations) == 8
    with qtbot.waitSignal(snapshot_player.poster_changed, timeout=TIMEOUT_MS):
        snapshot_player.select_step(100)


def test_pages_without_runs_offer_the_example(qtbot: QtBot, window: MainWindow, session: Session) -> None:
    run, library = window.page_widget("run"), window.page_widget("library")
    assert isinstance(run, RunPage)
    assert isinstance(library, LibraryPage)
    for state in (run.empty_state, library._empty_state):
        with qtbot.waitSignal(session.run_history.poster_changed, timeout=TIMEOUT_MS):
            next(item for item in state.findChildren(QPushButton) if item.text() == LOOK).click()
        assert session.run.phase is Phase.FINISHED
        session.close_run()


def test_deleted_example_is_unpacked_again_and_existing_one_is_kept() -> None:
    run = ensure_example_unpacked("digits")
    (run / "notes.txt").write_text("mine", encoding="utf-8")
    assert ensure_example_unpacked("digits") == run
    assert (run / "notes.txt").is_file()
    (run / "checkpoint.safetensors").unlink()
    ensure_example_unpacked("digits")
    assert (run / "checkpoint.safetensors").is_file()
    shutil.rmtree(run)
    assert ensure_example_unpacked("digits") == run
    assert (run / "config.toml").is_file()
    assert [item.name for item in examples_folder().iterdir()] == ["digits"]


@pytest.mark.parametrize("name", ["../evil", "/evil", "snapshots/../../evil", "..\\evil", "C:evil"])
def test_paths_outside_the_folder_are_refused(tmp_path: Path, name: str) -> None:
    packed, folder = tmp_path / "bad.zip", tmp_path / "in" / "run"
    with ZipFile(packed, "w") as archive:
        archive.writestr("config.toml", "")
        archive.writestr(name, "evil")
    with pytest.raises(RunError, match="outside the run directory"):
        unpack(packed, folder)
    assert not folder.exists()
    assert list(tmp_path.rglob("*evil*")) == []
    assert list(folder.parent.iterdir()) == []


def test_damaged_archive_leaves_no_files(tmp_path: Path) -> None:
    packed, folder = tmp_path / "torn.zip", tmp_path / "in" / "run"
    packed.write_bytes(resource_path("examples/digits.zip").read_bytes()[:40_000])
    with pytest.raises(RunError, match="is damaged"):
        unpack(packed, folder)
    assert list(folder.parent.iterdir()) == []


def test_unwritable_folder_is_reported(qtbot: QtBot, window: MainWindow, home: Path) -> None:
    (home / "data").write_text("a file where the folder should be", encoding="utf-8")
    (action,) = window.actions_.examples.actions()
    with qtbot.waitSignal(window.session.error_reported, timeout=TIMEOUT_MS):
        action.trigger()
    assert "cannot be written" in window.banner.error.what
    with pytest.raises(StorageError):
        ensure_example_unpacked("digits")
