"""Preferences that are saved between starts of the program."""

import tomllib
from pathlib import Path

from PySide6.QtCore import QByteArray, QSettings

from podd_app.models.default_folders import default_posters_folder, default_runs_folder
from podd_app.models.draft import Draft
from podd_app.models.saved_draft import draft_from_json, draft_to_json
from podd_app.models.settings_origin import SettingsOrigin
from podd_app.models.undo import DraftWithOrigin
from podd_app.style.theme import Scheme
from podd_engine.config.schema import DistillationConfig
from podd_engine.errors import ConfigError

ORGANIZATION = "podd-studio"
APPLICATION = "podd-studio"
_MAX_RECENT = 8


class Preferences:
    """Typed access to the QSettings of the application. Unreadable values are treated as missing."""

    def __init__(self) -> None:
        self._store = QSettings()

    @property
    def geometry(self) -> QByteArray:
        """Size and position of the window; empty at the first start."""
        value = self._store.value("window/geometry", QByteArray())
        return value if isinstance(value, QByteArray) else QByteArray()

    @geometry.setter
    def geometry(self, value: QByteArray) -> None:
        self._store.setValue("window/geometry", value)

    @property
    def page(self) -> str:
        """Key of the current page; empty at the first start."""
        return str(self._store.value("window/place", ""))

    @page.setter
    def page(self, key: str) -> None:
        self._store.setValue("window/place", key)

    @property
    def first_start(self) -> bool:
        """Whether the program has never been closed and its tour was never shown."""
        return self.geometry.isEmpty() and not self._store.contains("help/toured")

    def set_tour_shown(self) -> None:
        """Record that the tour was shown, so that it does not start automatically again."""
        self._store.setValue("help/toured", True)

    @property
    def scheme(self) -> Scheme:
        """Color scheme; "system" at the first start."""
        value = self._store.value("window/scheme", "system")
        return value if value in ("light", "dark") else "system"

    @scheme.setter
    def scheme(self, scheme: Scheme) -> None:
        self._store.setValue("window/scheme", scheme)

    @property
    def draft(self) -> DraftWithOrigin | None:
        """Draft of the last session, which may be invalid; None if no readable draft is saved."""
        text = str(self._store.value("session/draft", ""))
        return draft_from_json(text) if text else self._draft_of_earlier_version

    @draft.setter
    def draft(self, saved: DraftWithOrigin) -> None:
        # One value contains the draft and its origin, so that two processes cannot mix theirs.
        self._store.setValue("session/draft", draft_to_json(saved.draft, saved.origin))

    @property
    def _draft_of_earlier_version(self) -> DraftWithOrigin | None:
        """Draft that a version before the value ``session/draft`` saved; None if there is none."""
        text = str(self._store.value("session/config", ""))
        if not text:
            return None
        try:
            config = DistillationConfig.parse(_toml(text))
            origin = SettingsOrigin.from_saved(config, str(self._store.value("session/preset", "")))
        except ConfigError:
            return None
        return DraftWithOrigin(Draft.from_config(config), origin)

    @property
    def panel_shown(self) -> bool:
        """Whether the side panel is shown."""
        return str(self._store.value("window/panel", "true")).lower() != "false"

    @panel_shown.setter
    def panel_shown(self, shown: bool) -> None:
        self._store.setValue("window/panel", shown)

    @property
    def recent(self) -> tuple[Path, ...]:
        """Recently opened or saved paths that still exist, latest first."""
        return tuple(path for path in _paths(self._store.value("session/recent", [])) if path.exists())

    def add_recent(self, path: Path) -> None:
        """Insert ``path`` as the first recent path."""
        others = [str(known) for known in self.recent if known != path]
        self._store.setValue("session/recent", [str(path), *others][:_MAX_RECENT])

    @property
    def runs_folder(self) -> Path:
        """Folder for new runs."""
        chosen = str(self._store.value("runs/folder", ""))
        return Path(chosen) if chosen else default_runs_folder()

    @runs_folder.setter
    def runs_folder(self, folder: Path) -> None:
        self._store.setValue("runs/folder", str(folder))

    @property
    def other_runs_folders(self) -> tuple[Path, ...]:
        """Additional folders of the run library."""
        return _paths(self._store.value("runs/other_folders", []))

    @other_runs_folders.setter
    def other_runs_folders(self, folders: tuple[Path, ...]) -> None:
        self._store.setValue("runs/other_folders", [str(folder) for folder in folders])

    @property
    def dismissed_runs(self) -> tuple[str, ...]:
        """Keys of dismissed interrupted runs (see `InterruptedRuns`)."""
        value = self._store.value("runs/put_aside", [])
        if isinstance(value, str):
            return (value,)
        return tuple(str(key) for key in value) if isinstance(value, list) else ()

    @dismissed_runs.setter
    def dismissed_runs(self, keys: tuple[str, ...]) -> None:
        self._store.setValue("runs/put_aside", list(keys))

    @property
    def posters_folder(self) -> Path:
        """Parent folder of exports. Each export creates its own folder."""
        chosen = str(self._store.value("export/folder", ""))
        return Path(chosen) if chosen else default_posters_folder()

    @posters_folder.setter
    def posters_folder(self, folder: Path) -> None:
        self._store.setValue("export/folder", str(folder))

    @property
    def picture_scale(self) -> int:
        """Scale of exported pictures."""
        value = str(self._store.value("export/scale", 1))
        return int(value) if value.isdecimal() else 1

    @picture_scale.setter
    def picture_scale(self, scale: int) -> None:
        self._store.setValue("export/scale", scale)

    @property
    def open_sections(self) -> tuple[str, ...]:
        """Keys of the expanded sections of the inspector."""
        return tuple(str(self._store.value("run/open_sections", "label")).split())

    @open_sections.setter
    def open_sections(self, keys: tuple[str, ...]) -> None:
        self._store.setValue("run/open_sections", " ".join(keys))

    def flush(self) -> None:
        """Write all changes to disk."""
        self._store.sync()


def _paths(value: object) -> tuple[Path, ...]:
    """Return a stored list of paths. INI files return a list with one element as text."""
    if isinstance(value, str):
        return (Path(value),)
    return tuple(Path(path) for path in value) if isinstance(value, list) else ()


def _toml(text: str) -> dict[str, object]:
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise ConfigError(f"saved settings: not valid TOML ({error})") from None
