"""Save, rename, delete and restore user presets. Imports no torch."""

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
from podd_engine.io.atomic_write import atomic_write_bytes
from podd_engine.io.file_names import invalid_name_reason
from podd_engine.io.os_errors import translate_disk_errors


def conflicting_preset(name: str) -> str:
    """Return the user preset that already uses ``name``, or an empty string.

    The comparison ignores case, because some file systems do not distinguish "a" from "A".
    """
    return next((own for own in user_preset_names() if own.casefold() == name.casefold()), "")


def save_preset(name: str, config: DistillationConfig, *, overwrite: bool = False) -> DistillationConfig:
    """Save ``config`` as user preset ``name`` and return it with that name.

    Args:
        name: any valid file name, except the names of bundled presets.
        config: the config to save.
        overwrite: replace an existing user preset with this name.

    Raises:
        ConfigError: the name is not valid, or is already used.
        StorageError: the file cannot be written.
    """
    _check_name(name)
    existing = conflicting_preset(name)
    if existing and not overwrite:
        raise ConfigError(
            f"{existing}: a preset with this name already exists; choose another name or replace the preset"
        )
    named = config.with_values({"name": existing or name})
    atomic_write_bytes(user_presets_folder() / f"{named.name}.toml", named.to_toml().encode())
    return named


def rename_preset(name: str, new: str) -> DistillationConfig:
    """Rename a user preset and return its config with the new name.

    Args:
        name: an existing user preset.
        new: the new name; may differ from ``name`` only in case.

    Raises:
        ConfigError: the new name is not valid or is already used, or ``name`` is not a user preset, or
            its file is damaged.
        StorageError: a file cannot be written.
    """
    _check_user_preset(name)
    _check_name(new)
    existing = conflicting_preset(new)
    if existing not in ("", name):
        raise ConfigError(f"{existing}: a preset with this name already exists; choose another name")
    named = load_preset(name).with_values({"name": new})
    old_path, new_path = preset_path(name), user_presets_folder() / f"{new}.toml"
    atomic_write_bytes(old_path, named.to_toml().encode())
    with translate_disk_errors(old_path):
        old_path.replace(new_path)
    return named


def delete_preset(name: str) -> bytes:
    """Delete a user preset and return the content of its file, for `restore_preset`.

    Raises:
        ConfigError: the preset does not exist, or is a bundled preset.
        StorageError: the file cannot be read or deleted.
    """
    _check_user_preset(name)
    path = preset_path(name)
    with translate_disk_errors(path):
        content = path.read_bytes()
        path.unlink()
    return content


def restore_preset(name: str, content: bytes) -> None:
    """Restore a preset that was deleted with `delete_preset`.

    Args:
        name: name of the deleted preset.
        content: return value of `delete_preset`.

    Raises:
        ConfigError: another preset uses this name now.
        StorageError: the file cannot be written.
    """
    existing = conflicting_preset(name)
    if existing:
        raise ConfigError(f"{existing}: another preset uses this name now; rename that preset first")
    atomic_write_bytes(user_presets_folder() / f"{name}.toml", content)


def _check_name(name: str) -> None:
    problem = invalid_name_reason(name)
    if problem:
        raise ConfigError(f"{name!r} is not a valid preset name: {problem}")
    reserved = [*bundled_preset_names(), FOLDER_DATASET]
    if name.casefold() in (taken.casefold() for taken in reserved):
        raise ConfigError(f"{name}: this name is reserved for a built-in preset; choose another name")


def _check_user_preset(name: str) -> None:
    if name in bundled_preset_names():
        raise ConfigError(f"{name}: built-in presets cannot be changed; save a copy under another name")
