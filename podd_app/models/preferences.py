"""What the program remembers between starts."""

import tomllib
from dataclasses import dataclass
from pathlib import Path

from PySide6.QtCore import QByteArray, QSettings

from podd_app.models.default_folders import default_posters_folder, default_runs_folder
from podd_app.style.theme import Scheme
from podd_engine.config.schema import DistillationConfig
from podd_engine.errors import ConfigError

ORGANIZATION = "podd-studio"
APPLICATION = "podd-studio"
_RECENT = 8


@dataclass(frozen=True)
class EditedSettings:
    """Settings that were being edited when the window closed."""

    config: DistillationConfig
    preset: str


class Preferences:
    """The application's QSettings under names; a value that cannot be read any more counts as absent."""

    def __init__(self) -> None:
        self._store = QSettings()

    @property
    def geometry(self) -> QByteArray:
        """Window size and place; empty the first time."""
        value = self._store.value("window/geometry", QByteArray())
        return value if isinstance(value, QByteArray) else QByteArray()

    @geometry.setter
    def geometry(self, value: QByteArray) -> None:
        self._store.setValue("window/geometry", value)

    @property
    def page(self) -> str:
        """Key of the place on screen; empty the first time."""
        return str(self._store.value("window/place", ""))

    @page.setter
    def page(self, key: str) -> None:
        self._store.setValue("window/place", key)

    @property
    def first_start(self) -> bool:
        """Whether the program was never used before, nor its tour begun."""
        return self.geometry.isEmpty() and not self._store.contains("help/toured")

    def set_tour_shown(self) -> None:
        """The tour has begun once; it need not come by itself again."""
        self._store.setValue("help/toured", True)

    @property
    def scheme(self) -> Scheme:
        """The chosen scheme."""
        value = self._store.value("window/scheme", "system")
        return value if value in ("light", "dark") else "system"

    @scheme.setter
    def scheme(self, scheme: Scheme) -> None:
        self._store.setValue("window/scheme", scheme)

    @property
    def edited(self) -> EditedSettings | None:
        """Settings as they were left; None the first time or when an older program wrote them."""
        text = str(self._store.value("session/config", ""))
        if not text:
            return None
        try:
            config = DistillationConfig.parse(_toml(text))
        except ConfigError:
            return None
        return EditedSettings(config, str(self._store.value("session/preset", "")))

    @edited.setter
    def edited(self, edited: EditedSettings) -> None:
        self._store.setValue("session/config", edited.config.to_toml())
        self._store.setValue("session/preset", edited.preset)

    @property
    def recent(self) -> tuple[Path, ...]:
        """Paths opened or saved lately, the latest first, that still exist."""
        return tuple(path for path in _paths(self._store.value("session/recent", [])) if path.exists())

    def add_recent(self, path: Path) -> None:
        """Put ``path`` first among the recent ones."""
        others = [str(known) for known in self.recent if known != path]
        self._store.setValue("session/recent", [str(path), *others][:_RECENT])

    @property
    def runs_folder(self) -> Path:
        """The folder new runs are made in."""
        chosen = str(self._store.value("runs/folder", ""))
        return Path(chosen) if chosen else default_runs_folder()

    @runs_folder.setter
    def runs_folder(self, folder: Path) -> None:
        self._store.setValue("runs/folder", str(folder))

    @property
    def other_runs_folders(self) -> tuple[Path, ...]:
        """Folders the library looks in besides `runs_folder`."""
        return _paths(self._store.value("runs/other_folders", []))

    @other_runs_folders.setter
    def other_runs_folders(self, folders: tuple[Path, ...]) -> None:
        self._store.setValue("runs/other_folders", [str(folder) for folder in folders])

    @property
    def put_aside(self) -> tuple[str, ...]:
        """Runs that were cut off and are not to be offered again, in the marks of `InterruptedRuns`."""
        value = self._store.value("runs/put_aside", [])
        if isinstance(value, str):
            return (value,)
        return tuple(str(mark) for mark in value) if isinstance(value, list) else ()

    @put_aside.setter
    def put_aside(self, marks: tuple[str, ...]) -> None:
        self._store.setValue("runs/put_aside", list(marks))

    @property
    def posters_folder(self) -> Path:
        """The folder exports go to, each into one of its own."""
        chosen = str(self._store.value("export/folder", ""))
        return Path(chosen) if chosen else default_posters_folder()

    @posters_folder.setter
    def posters_folder(self, folder: Path) -> None:
        self._store.setValue("export/folder", str(folder))

    @property
    def open_sections(self) -> tuple[str, ...]:
        """Keys of the parts of the inspector that are unfolded."""
        return tuple(str(self._store.value("run/open_sections", "label")).split())

    @open_sections.setter
    def open_sections(self, keys: tuple[str, ...]) -> None:
        self._store.setValue("run/open_sections", " ".join(keys))

    def flush(self) -> None:
        """Write now."""
        self._store.sync()


def _paths(value: object) -> tuple[Path, ...]:
    """A stored list of paths; an INI file gives a list of one back as text."""
    if isinstance(value, str):
        return (Path(value),)
    return tuple(Path(path) for path in value) if isinstance(value, list) else ()


def _toml(text: str) -> dict[str, object]:
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise ConfigError(f"remembered settings: not valid TOML ({error})") from None
