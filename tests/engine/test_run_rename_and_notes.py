"""Tests of incremental log reading, run renaming and run notes."""

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
    """Run directory of the digits preset with an empty log."""
    return RunDirectory.create(tmp_path / "digits-001", load_preset("digits"))


def test_reader_returns_each_complete_line_once(run: RunDirectory) -> None:
    reader = EventLogReader(run.events_path)
    assert reader.read_new_events() == []
    log = EventLog(run.events_path)
    log.append(Notice("first"))
    assert reader.read_new_events() == [Notice("first")]
    assert reader.read_new_events() == []
    with run.events_path.open("ab") as file:
        file.write(b'{"type": "notice", "te')
    assert reader.read_new_events() == []
    log.close()
    log = EventLog(run.events_path)  # removes the incomplete line
    log.append(Resumed(0))
    log.append(Terminal("stopped", 0))
    log.close()
    assert reader.read_new_events() == [Resumed(0), Terminal("stopped", 0)]


def test_renamed_run_keeps_its_files(run: RunDirectory) -> None:
    save_notes(run.path, "worth keeping")
    target = rename_run(run.path, "best of may")
    assert target == run.path.with_name("best of may")
    assert not run.path.exists()
    assert RunDirectory.open(target).config == load_preset("digits")
    assert read_notes(target) == "worth keeping"
    assert rename_run(target, target.name) == target


def test_existing_name_is_rejected_without_changes(run: RunDirectory) -> None:
    other = run.path.with_name("digits-002")
    other.mkdir()
    with pytest.raises(RunError, match="already exists; choose another name"):
        rename_run(run.path, "digits-002")
    assert run.config_path.is_file()
    assert list(other.iterdir()) == []


def test_run_in_progress_cannot_be_renamed(run: RunDirectory) -> None:
    with run.lock(), pytest.raises(RunError, match="the run is in progress"):
        rename_run(run.path, "other")
    assert run.config_path.is_file()


@pytest.mark.parametrize(
    "name", ["", "  ", "..", ".hidden", "a/b", "a\\b", "a\nb", "end. ", "x" * 201, "c:d"]
)
def test_invalid_name_is_rejected_with_a_reason(run: RunDirectory, name: str) -> None:
    assert invalid_name_reason(name)
    with pytest.raises(RunError, match=r"is not a valid run name: \w"):
        rename_run(run.path, name)
    assert run.config_path.is_file()


@pytest.mark.parametrize("name", ["digits", "Ziffern 2, größer", "v1.2_final (3)"])
def test_ordinary_names_are_valid(name: str) -> None:
    assert invalid_name_reason(name) == ""


def test_notes_are_plain_text_and_empty_notes_delete_the_file(run: RunDirectory) -> None:
    assert read_notes(run.path) == ""
    save_notes(run.path, "größer\nals gestern")
    assert notes_path(run.path).read_bytes() == "größer\nals gestern".encode()
    assert read_notes(run.path) == "größer\nals gestern"
    save_notes(run.path, "")
    assert not notes_path(run.path).exists()


def test_saving_notes_of_a_missing_run_creates_no_folder(run: RunDirectory, tmp_path: Path) -> None:
    with pytest.raises(RunError, match="there is no such folder"):
        save_notes(tmp_path / "gone", "text")
    assert not (tmp_path / "gone").exists()


def test_notes_that_are_not_utf8_are_reported(run: RunDirectory) -> None:
    notes_path(run.path).write_bytes(b"\xff\xfe\x00")
    with pytest.raises(RunError, match="UTF-8"):
        read_notes(run.path)
