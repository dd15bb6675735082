"""Following a run's log, renaming a run, and its notes."""

from pathlib import Path

import pytest

from podd_engine.config.presets import load_preset
from podd_engine.errors import RunError
from podd_engine.runs.directory import RunDirectory
from podd_engine.runs.event_log import EventLog, EventLogReader, Resumed
from podd_engine.runs.notes import notes_path, read_notes, save_notes
from podd_engine.runs.rename import invalid_name_reason, rename_run
from podd_engine.runtime.events import Notice, Terminal


@pytest.fixture
def run(tmp_path: Path) -> RunDirectory:
    """A run of the digits that has logged nothing."""
    return RunDirectory.create(tmp_path / "digits-001", load_preset("digits"))


def test_a_tail_gives_each_whole_line_once(run: RunDirectory) -> None:
    tail = EventLogReader(run.events_path)
    assert tail.read_new_events() == []
    log = EventLog(run.events_path)
    log.append(Notice("first"))
    assert tail.read_new_events() == [Notice("first")]
    assert tail.read_new_events() == []
    with run.events_path.open("ab") as file:
        file.write(b'{"type": "notice", "te')
    assert tail.read_new_events() == []
    log.close()
    log = EventLog(run.events_path)  # cuts the torn line off
    log.append(Resumed(0))
    log.append(Terminal("stopped", 0))
    log.close()
    assert tail.read_new_events() == [Resumed(0), Terminal("stopped", 0)]


def test_a_renamed_run_keeps_everything(run: RunDirectory) -> None:
    save_notes(run.path, "worth keeping")
    target = rename_run(run.path, "best of may")
    assert target == run.path.with_name("best of may")
    assert not run.path.exists()
    assert RunDirectory.open(target).config == load_preset("digits")
    assert read_notes(target) == "worth keeping"
    assert rename_run(target, target.name) == target


def test_a_taken_name_is_refused_and_nothing_is_lost(run: RunDirectory) -> None:
    other = run.path.with_name("digits-002")
    other.mkdir()
    with pytest.raises(RunError, match="choose another"):
        rename_run(run.path, "digits-002")
    assert run.config_path.is_file()
    assert list(other.iterdir()) == []


def test_a_run_that_is_being_written_keeps_its_name(run: RunDirectory) -> None:
    with run.lock(), pytest.raises(RunError, match="being written"):
        rename_run(run.path, "other")
    assert run.config_path.is_file()


@pytest.mark.parametrize(
    "name", ["", "  ", "..", ".hidden", "a/b", "a\\b", "a\nb", "end. ", "x" * 201, "c:d"]
)
def test_what_is_no_name_is_refused_with_what_to_do(run: RunDirectory, name: str) -> None:
    assert invalid_name_reason(name)
    with pytest.raises(RunError, match="is no name for a run"):
        rename_run(run.path, name)
    assert run.config_path.is_file()


@pytest.mark.parametrize("name", ["digits", "Ziffern 2, größer", "v1.2_final (3)"])
def test_ordinary_names_are_names(name: str) -> None:
    assert invalid_name_reason(name) == ""


def test_notes_are_plain_text_and_empty_ones_leave_no_file(run: RunDirectory) -> None:
    assert read_notes(run.path) == ""
    save_notes(run.path, "größer\nals gestern")
    assert notes_path(run.path).read_bytes() == "größer\nals gestern".encode()
    assert read_notes(run.path) == "größer\nals gestern"
    save_notes(run.path, "")
    assert not notes_path(run.path).exists()


def test_notes_of_a_run_that_is_gone_bring_no_folder_back(run: RunDirectory, tmp_path: Path) -> None:
    with pytest.raises(RunError, match="not a run directory"):
        save_notes(tmp_path / "gone", "text")
    assert not (tmp_path / "gone").exists()


def test_notes_that_are_no_text_are_left_alone(run: RunDirectory) -> None:
    notes_path(run.path).write_bytes(b"\xff\xfe\x00")
    with pytest.raises(RunError, match="UTF-8"):
        read_notes(run.path)
