"""Fixtures of the Data page tests: a temporary PODD_HOME, the page, and a folder of images."""

from pathlib import Path

import pytest
from dataset_samples import WAIT_MS, class_folders
from pytestqt.qtbot import QtBot

from podd_app.pages.data.page import DataPage
from podd_app.services.dataset_service import DatasetService
from podd_app.services.services import Services


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("PODD_HOME", str(tmp_path / "home"))
    return tmp_path / "home"


@pytest.fixture
def dataset_service(services: Services) -> DatasetService:
    return services.datasets


@pytest.fixture
def page(qtbot: QtBot, services: Services, dataset_service: DatasetService) -> DataPage:
    """The visible page and its panel, after all datasets were checked and the digits were read."""
    made = DataPage(services)
    qtbot.addWidget(made)
    qtbot.addWidget(made.panel)
    made.resize(900, 720)
    with qtbot.waitSignals(
        [dataset_service.listing.succeeded, dataset_service.selected.images_changed],
        order="none",
        timeout=WAIT_MS,
    ):
        made.show()
        made.panel.show()
    return made


@pytest.fixture
def flowers(tmp_path: Path) -> Path:
    """Folder of three classes with five images each in red, green and blue."""
    return class_folders(tmp_path / "flowers", ("rose", "fern", "iris"), 5)
