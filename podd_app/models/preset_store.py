"""Built-in and user presets, and operations on user presets. No widgets."""

from dataclasses import dataclass

from PySide6.QtCore import QObject, Signal

from podd_app.models.session import Session
from podd_engine.config.presets import describe_preset, load_preset, preset_names, user_preset_names
from podd_engine.config.schema import DistillationConfig
from podd_engine.config.user_presets import delete_preset, rename_preset, restore_preset, save_preset
from podd_engine.errors import ConfigError


@dataclass(frozen=True)
class Preset:
    """One preset.

    Args:
        name: name of the preset.
        title: title of a built-in preset; the name of a user preset.
        result: measured accuracy, time and machine; empty if nothing was measured.
        is_user_preset: whether the user saved the preset.
        config: settings of the preset; None if its file is damaged.
        problem: error message if the file is damaged; empty otherwise.
    """

    name: str
    title: str
    result: str
    is_user_preset: bool
    config: DistillationConfig | None
    problem: str = ""

    @property
    def menu_text(self) -> str:
        """Title and result on one line, as plain text."""
        return f"{self.title} · {self.result}" if self.result else self.title


class PresetStore(QObject):
    """Presets on disk.

    File operations raise the errors of `podd_engine.config.user_presets`.

    Args:
        session: the session whose settings are saved as presets.
    """

    changed = Signal()
    """Emitted when presets were added, removed or renamed."""

    def __init__(self, session: Session, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self._deleted: tuple[str, bytes] | None = None

    @property
    def presets(self) -> tuple[Preset, ...]:
        """Built-in presets followed by user presets, read from their files."""
        user_names = user_preset_names()
        return tuple(_read(name, name in user_names) for name in preset_names())

    @property
    def deleted(self) -> str:
        """Name of the last deleted preset that can be restored; empty if there is none."""
        return self._deleted[0] if self._deleted else ""

    def save(self, name: str, overwrite: bool = False) -> None:
        """Save the settings of the session as a preset, and make the preset their origin.

        Args:
            name: name of the preset.
            overwrite: whether to replace a user preset of this name.

        Raises:
            ConfigError: the settings are invalid, or the name is not allowed.
            StorageError: the file cannot be written.
        """
        config = self._session.config
        if config is None:
            raise ConfigError(next(iter(self._session.draft.problems.values())))
        saved = save_preset(name, config, overwrite=overwrite)
        self._session.load_config(saved, saved.name)
        self._deleted = None
        self.changed.emit()

    def rename(self, name: str, new: str) -> None:
        """Rename a user preset. Settings that were loaded from the preset keep it as their origin.

        Args:
            name: present name.
            new: new name.
        """
        renamed = rename_preset(name, new)
        if self._session.origin.name == name:
            self._session.rename_origin(renamed)
        self._deleted = None
        self.changed.emit()

    def delete(self, name: str) -> None:
        """Delete a user preset.

        `restore_deleted` restores it until another preset is deleted, saved or renamed.
        """
        self._deleted = (name, delete_preset(name))
        self.changed.emit()

    def restore_deleted(self) -> None:
        """Restore the last deleted preset."""
        if self._deleted is not None:
            restore_preset(*self._deleted)
            self._deleted = None
            self.changed.emit()


def _read(name: str, is_user_preset: bool) -> Preset:
    described = describe_preset(name)
    config, problem = None, ""
    try:
        config = load_preset(name)
    except ConfigError as error:
        problem = str(error)
    return Preset(name, described.title, described.result, is_user_preset, config, problem)
