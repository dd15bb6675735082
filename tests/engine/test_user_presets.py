"""A person's own presets: kept, found by name, renamed, deleted and brought back."""

from pathlib import Path

import pytest

from podd_engine.config.presets import (
    bundled_preset_names,
    load_preset,
    preset_names,
    preset_path,
    user_preset_names,
    user_presets_folder,
)
from podd_engine.config.user_presets import (
    conflicting_preset,
    delete_preset,
    rename_preset,
    restore_preset,
    save_preset,
)
from podd_engine.errors import ConfigError, StorageError
from podd_engine.runs.load_config import load_config

DIGITS = load_preset("digits")
WIDE = DIGITS.with_values({"poster.width": 48})


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("PODD_HOME", str(tmp_path))
    return tmp_path


def test_a_kept_preset_is_found_by_name_and_bears_it() -> None:
    assert user_preset_names() == []
    kept = save_preset("wide", WIDE)
    assert kept == WIDE.with_values({"name": "wide"})
    assert load_preset("wide") == load_config("wide") == kept
    assert preset_names() == [*bundled_preset_names(), "wide"]


@pytest.mark.parametrize("name", ["", ".", "a/b", "tail.", " a", "what?"])
def test_a_name_that_is_none_for_a_file_is_refused(name: str) -> None:
    with pytest.raises(ConfigError, match="is no name for a preset"):
        save_preset(name, WIDE)
    assert user_preset_names() == []


@pytest.mark.parametrize("name", ["digits", "Digits", "folder"])
def test_names_of_the_program_stay_its_own(name: str) -> None:
    with pytest.raises(ConfigError, match="belongs to the program"):
        save_preset(name, WIDE)
    save_preset("mine", WIDE)
    with pytest.raises(ConfigError, match="belongs to the program"):
        rename_preset("mine", name)
    for spoil in (delete_preset, lambda name: rename_preset(name, "other")):
        with pytest.raises(ConfigError, match="digits: comes with the program"):
            spoil("digits")


def test_a_name_is_taken_once_unless_it_is_to_be_replaced() -> None:
    save_preset("Mine", DIGITS)
    with pytest.raises(ConfigError, match="Mine: you have a preset with this name"):
        save_preset("mine", WIDE)
    assert conflicting_preset("MINE") == "Mine"
    assert load_preset("Mine").poster.width == 32
    replaced = save_preset("mine", WIDE, overwrite=True)
    assert (user_preset_names(), replaced.name, load_preset("Mine")) == (["Mine"], "Mine", replaced)


def test_renaming_moves_the_file_and_the_name_in_it() -> None:
    save_preset("first", WIDE)
    save_preset("second", DIGITS)
    with pytest.raises(ConfigError, match="second: you have a preset"):
        rename_preset("first", "second")
    renamed = rename_preset("first", "third")
    assert user_preset_names() == ["second", "third"]
    assert load_preset("third") == renamed == WIDE.with_values({"name": "third"})
    assert rename_preset("third", "Third").name == "Third"
    assert user_preset_names() == ["Third", "second"]


def test_what_was_deleted_can_be_brought_back_even_if_it_was_damaged() -> None:
    save_preset("mine", WIDE)
    preset_path("mine").write_bytes(b"no toml")
    held = delete_preset("mine")
    assert user_preset_names() == []
    with pytest.raises(ConfigError, match="mine: there is no such preset"):
        delete_preset("mine")
    restore_preset("mine", held)
    assert preset_path("mine").read_bytes() == b"no toml"
    with pytest.raises(ConfigError, match="another preset with this name by now"):
        restore_preset("mine", held)


def test_a_folder_that_cannot_be_written_is_named(home: Path) -> None:
    user_presets_folder().parent.mkdir(parents=True, exist_ok=True)
    user_presets_folder().write_text("a file where the folder should be")
    with pytest.raises(StorageError, match="cannot be written"):
        save_preset("mine", WIDE)
