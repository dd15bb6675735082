"""Keeping, renaming and deleting a person's own presets; imports no torch."""

from podd_engine.config.dataset_catalogue import FOLDER_DATASET
from podd_engine.config.presets import (
    bundled_preset_names,
    load_preset,
    preset_path,
    user_preset_names,
    user_presets_folder,
)
from podd_engine.config.schema import DistillationConfig
from podd_engine.errors import ConfigError
from podd_engine.io.atomic_write import atomic_write_bytes, translate_disk_errors
from podd_engine.io.file_names import invalid_name_reason


def conflicting_preset(name: str) -> str:
    """The preset of a person's own that already goes by ``name``; empty if none does.

    Spelt differently where only capitals differ: some systems take a and A for one letter.
    """
    return next((own for own in user_preset_names() if own.casefold() == name.casefold()), "")


def save_preset(name: str, config: DistillationConfig, *, overwrite: bool = False) -> DistillationConfig:
    """Keep ``config`` as the preset ``name``; gives it back under the name it has there.

    Args:
        name: not one of the program's own presets'.
        config: what is kept.
        replacing: whether a preset of the person's own with this name may be overwritten.

    Raises:
        ConfigError: the name is none for a file, or is taken.
        StorageError: the file cannot be written.
    """
    _check_name(name)
    clash = conflicting_preset(name)
    if clash and not overwrite:
        raise ConfigError(f"{clash}: you have a preset with this name; choose another, or replace it")
    named = config.with_values({"name": clash or name})
    atomic_write_bytes(user_presets_folder() / f"{named.name}.toml", named.to_toml().encode())
    return named


def rename_preset(name: str, new: str) -> DistillationConfig:
    """Call a preset of the person's own otherwise; gives it back under its new name.

    Raises:
        ConfigError: the new name is none for a file or is taken; there is no such preset, or it is
            not the person's own, or is damaged.
        StorageError: a file cannot be written.
    """
    _check_user_preset(name)
    _check_name(new)
    clash = conflicting_preset(new)
    if clash not in ("", name):
        raise ConfigError(f"{clash}: you have a preset with this name; choose another")
    named = load_preset(name).with_values({"name": new})
    old_path, new_path = preset_path(name), user_presets_folder() / f"{new}.toml"
    atomic_write_bytes(old_path, named.to_toml().encode())
    with translate_disk_errors(old_path):
        old_path.replace(new_path)
    return named


def delete_preset(name: str) -> bytes:
    """Delete a preset of the person's own; gives what its file held, for `restore_preset`.

    Raises:
        ConfigError: there is no such preset, or it is not the person's own.
        StorageError: the file cannot be read or deleted.
    """
    _check_user_preset(name)
    path = preset_path(name)
    with translate_disk_errors(path):
        content = path.read_bytes()
        path.unlink()
    return content


def restore_preset(name: str, content: bytes) -> None:
    """Bring back what `delete_preset` took.

    Raises:
        ConfigError: there is another preset with this name by now.
        StorageError: the file cannot be written.
    """
    clash = conflicting_preset(name)
    if clash:
        raise ConfigError(f"{clash}: you have another preset with this name by now; rename it first")
    atomic_write_bytes(user_presets_folder() / f"{name}.toml", content)


def _check_name(name: str) -> None:
    problem = invalid_name_reason(name)
    if problem:
        raise ConfigError(f"{name!r} is no name for a preset: {problem}")
    reserved = [*bundled_preset_names(), FOLDER_DATASET]
    if name.casefold() in (taken.casefold() for taken in reserved):
        raise ConfigError(f"{name}: this name belongs to the program; choose another")


def _check_user_preset(name: str) -> None:
    if name in bundled_preset_names():
        raise ConfigError(f"{name}: comes with the program and stays as it is; save it under a name of yours")
