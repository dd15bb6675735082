"""Bundled resource files, in a checkout and in an installed package."""

from pathlib import Path

import pytest

from podd_engine.io import resources
from podd_engine.io.resources import InstallationError, resource_path


def test_resource_path_finds_files_and_folders_in_a_checkout() -> None:
    assert resource_path("class_names.json").is_file()
    assert resource_path("presets").is_dir()


def test_installed_package_uses_packaged_files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "icons").mkdir()
    (tmp_path / "icons" / "add.svg").touch()
    monkeypatch.setattr(resources, "PACKAGED_RESOURCES", tmp_path)
    assert resource_path("icons/add.svg") == tmp_path / "icons" / "add.svg"


def test_missing_file_error_says_to_reinstall() -> None:
    with pytest.raises(InstallationError, match=r"nothing\.txt: is missing .* reinstall podd-studio"):
        resource_path("nothing.txt")
