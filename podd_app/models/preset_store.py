"""The presets there are, and what is done to a person's own. No widgets."""

from dataclasses import dataclass

from PySide6.QtCore import QObject, Signal

from podd_app.models.session import Session
from podd_engine.config.presets import load_preset, preset_names, user_preset_names
from podd_engine.config.schema import DistillationConfig
from podd_engine.config.user_presets import delete_preset, rename_preset, restore_preset, save_preset
from podd_engine.errors import ConfigError


@dataclass(frozen=True)
class Preset:
    """One preset.

    Args:
        name: what it goes by.
        is_user_preset: whether it is the person's own.
        config: its settings; None where its file is damaged.
        problem: what is wrong with the file; empty if nothing is.
    """

    name: str
    is_user_preset: bool
    config: DistillationConfig | None
    problem: str = ""


class PresetStore(QObject):
    """The presets of a session.

    File operations raise the errors of `podd_engine.config.user_presets`.

    Args:
        session: whose settings are kept, and come from a preset.
    """

    changed = Signal()
    """Presets came, went or are called otherwise."""

    def __init__(self, session: Session, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self._deleted: tuple[str, bytes] | None = None

    @property
    def presets(self) -> tuple[Preset, ...]:
        """Those that come with the program, then the person's own; read from their files."""
        own = user_preset_names()
        return tuple(_read(name, name in own) for name in preset_names())

    @property
    def deleted(self) -> str:
        """The preset that was deleted last and can be brought back; empty if there is none."""
        return self._deleted[0] if self._deleted else ""

    def save(self, name: str, overwrite: bool = False) -> None:
        """Keep the session's settings as the preset ``name``, and go on from there.

        Raises:
            ConfigError: the settings do not fit together, or the name cannot be had.
            StorageError: the file cannot be written.
        """
        config = self._session.config
        if config is None:
            raise ConfigError(next(iter(self._session.draft.problems.values())))
        kept = save_preset(name, config, overwrite=overwrite)
        self._session.load_config(kept, kept.name)
        self._deleted = None
        self.changed.emit()

    def rename(self, name: str, new: str) -> None:
        """Call a preset otherwise; settings that came from it go on coming from it."""
        renamed = rename_preset(name, new)
        if self._session.origin.name == name:
            self._session.rename_origin(renamed)
        self._deleted = None
        self.changed.emit()

    def delete(self, name: str) -> None:
        """Delete a preset; `restore_deleted` brings it back until another is deleted, kept or renamed."""
        self._deleted = (name, delete_preset(name))
        self.changed.emit()

    def restore_deleted(self) -> None:
        """Bring back what was deleted last."""
        if self._deleted is not None:
            restore_preset(*self._deleted)
            self._deleted = None
            self.changed.emit()


def _read(name: str, own: bool) -> Preset:
    try:
        return Preset(name, own, load_preset(name))
    except ConfigError as error:
        return Preset(name, own, None, str(error))
