"""Keeping, renaming and deleting a person's own presets; imports no torch."""

from podd_engine.config.dataset_catalogue import FOLDER
from podd_engine.config.presets import bundled_names, load_preset, own_names, own_presets_folder, preset_path
from podd_engine.config.schema import DistillationConfig
from podd_engine.errors import ConfigError
from podd_engine.io.atomic_write import atomic_write_bytes, disk_errors
from podd_engine.io.file_names import name_problem


def clash_of(name: str) -> str:
    """The preset of a person's own that already goes by ``name``; empty if none does.

    Spelt differently where only capitals differ: some systems take a and A for one letter.
    """
    return next((own for own in own_names() if own.casefold() == name.casefold()), "")


def save_preset(name: str, config: DistillationConfig, *, replacing: bool = False) -> DistillationConfig:
    """Keep ``config`` as the preset ``name``; gives it back under the name it has there.

    Args:
        name: not one of the program's own presets'.
        config: what is kept.
        replacing: whether a preset of the person's own with this name may be overwritten.

    Raises:
        ConfigError: the name is none for a file, or is taken.
        StorageError: the file cannot be written.
    """
    _check(name)
    clash = clash_of(name)
    if clash and not replacing:
        raise ConfigError(f"{clash}: you have a preset with this name; choose another, or replace it")
    named = config.with_values({"name": clash or name})
    atomic_write_bytes(own_presets_folder() / f"{named.name}.toml", named.to_toml().encode())
    return named


def rename_preset(name: str, new: str) -> DistillationConfig:
    """Call a preset of the person's own otherwise; gives it back under its new name.

    Raises:
        ConfigError: the new name is none for a file or is taken; there is no such preset, or it is
            not the person's own, or is damaged.
        StorageError: a file cannot be written.
    """
    _check_own(name)
    _check(new)
    clash = clash_of(new)
    if clash not in ("", name):
        raise ConfigError(f"{clash}: you have a preset with this name; choose another")
    named = load_preset(name).with_values({"name": new})
    old_path, new_path = preset_path(name), own_presets_folder() / f"{new}.toml"
    atomic_write_bytes(old_path, named.to_toml().encode())
    with disk_errors(old_path):
        old_path.replace(new_path)
    return named


def delete_preset(name: str) -> bytes:
    """Delete a preset of the person's own; gives what its file held, for `restore_preset`.

    Raises:
        ConfigError: there is no such preset, or it is not the person's own.
        StorageError: the file cannot be read or deleted.
    """
    _check_own(name)
    path = preset_path(name)
    with disk_errors(path):
        held = path.read_bytes()
        path.unlink()
    return held


def restore_preset(name: str, held: bytes) -> None:
    """Bring back what `delete_preset` took.

    Raises:
        ConfigError: there is another preset with this name by now.
        StorageError: the file cannot be written.
    """
    clash = clash_of(name)
    if clash:
        raise ConfigError(f"{clash}: you have another preset with this name by now; rename it first")
    atomic_write_bytes(own_presets_folder() / f"{name}.toml", held)


def _check(name: str) -> None:
    problem = name_problem(name)
    if problem:
        raise ConfigError(f"{name!r} is no name for a preset: {problem}")
    reserved = [*bundled_names(), FOLDER]
    if name.casefold() in (taken.casefold() for taken in reserved):
        raise ConfigError(f"{name}: this name belongs to the program; choose another")


def _check_own(name: str) -> None:
    if name in bundled_names():
        raise ConfigError(f"{name}: comes with the program and stays as it is; save it under a name of yours")
