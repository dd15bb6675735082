"""Settings that commit 39b781b remembered are restored."""

import shutil
from pathlib import Path

import pytest
from PySide6.QtCore import QSettings

from podd_app.models.preferences import Preferences

SETTINGS = Path(__file__).parents[1] / "fixtures" / "earlier_version" / "settings.ini"


@pytest.fixture
def preferences(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Preferences:
    """Preferences of a user who last used the earlier version."""
    copy = shutil.copy(SETTINGS, tmp_path / "podd-studio.conf")
    monkeypatch.setattr(
        "podd_app.models.preferences.QSettings", lambda: QSettings(str(copy), QSettings.Format.IniFormat)
    )
    return Preferences()


def test_every_value_is_restored(preferences: Preferences) -> None:
    assert preferences.page == "library"
    assert preferences.scheme == "dark"
    assert not preferences.first_start
    assert not preferences.geometry.isEmpty()
    assert preferences.runs_folder == Path("/data/runs")
    assert preferences.other_runs_folders == (Path("/data/cluster/runs"), Path("/data/older runs"))
    assert preferences.posters_folder == Path("/data/posters")
    assert preferences.open_sections == ("label", "history", "pull")
    assert len(preferences.dismissed_runs) == 2


def test_edited_settings_are_restored(preferences: Preferences) -> None:
    saved = preferences.draft
    assert saved is not None
    assert saved.origin.name == "digits"
    config = saved.draft.config
    assert config is not None
    assert config.seed == 7
    assert config.dataset.preprocessing == "standardize"
