"""User presets: saving, loading by name, renaming, deleting and restoring."""

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


def test_saved_presets_are_loaded_by_name() -> None:
    assert user_preset_names() == []
    saved = save_preset("wide", WIDE)
    assert saved == WIDE.with_values({"name": "wide"})
    assert load_preset("wide") == load_config("wide") == saved
    assert preset_names() == [*bundled_preset_names(), "wide"]


@pytest.mark.parametrize("name", ["", ".", "a/b", "tail.", " a", "what?"])
def test_invalid_names_are_rejected(name: str) -> None:
    with pytest.raises(ConfigError, match="is not a valid preset name"):
        save_preset(name, WIDE)
    assert user_preset_names() == []


@pytest.mark.parametrize("name", ["digits", "Digits", "folder"])
def test_builtin_names_cannot_be_saved_renamed_or_deleted(name: str) -> None:
    with pytest.raises(ConfigError, match="reserved for a built-in preset"):
        save_preset(name, WIDE)
    save_preset("mine", WIDE)
    with pytest.raises(ConfigError, match="reserved for a built-in preset"):
        rename_preset("mine", name)
    for change in (delete_preset, lambda name: rename_preset(name, "other")):
        with pytest.raises(ConfigError, match="digits: built-in presets cannot be changed"):
            change("digits")


def test_existing_names_are_rejected_unless_overwrite_is_set() -> None:
    save_preset("Mine", DIGITS)
    with pytest.raises(ConfigError, match="Mine: a preset with this name already exists"):
        save_preset("mine", WIDE)
    assert conflicting_preset("MINE") == "Mine"
    assert load_preset("Mine").poster.width == 32
    replaced = save_preset("mine", WIDE, overwrite=True)
    assert (user_preset_names(), replaced.name, load_preset("Mine")) == (["Mine"], "Mine", replaced)


def test_rename_changes_the_file_name_and_the_stored_name() -> None:
    save_preset("first", WIDE)
    save_preset("second", DIGITS)
    with pytest.raises(ConfigError, match="second: a preset with this name already exists"):
        rename_preset("first", "second")
    renamed = rename_preset("first", "third")
    assert user_preset_names() == ["second", "third"]
    assert load_preset("third") == renamed == WIDE.with_values({"name": "third"})
    assert rename_preset("third", "Third").name == "Third"
    assert user_preset_names() == ["Third", "second"]


def test_deleted_presets_can_be_restored_even_if_damaged() -> None:
    save_preset("mine", WIDE)
    preset_path("mine").write_bytes(b"not TOML")
    content = delete_preset("mine")
    assert user_preset_names() == []
    with pytest.raises(ConfigError, match="mine: there is no such preset"):
        delete_preset("mine")
    restore_preset("mine", content)
    assert preset_path("mine").read_bytes() == b"not TOML"
    with pytest.raises(ConfigError, match="mine: another preset uses this name now"):
        restore_preset("mine", content)


def test_unwritable_folder_raises_storage_error(home: Path) -> None:
    user_presets_folder().parent.mkdir(parents=True, exist_ok=True)
    user_presets_folder().write_text("a file at the path of the folder")
    with pytest.raises(StorageError, match="cannot be written"):
        save_preset("mine", WIDE)
