"""The Data place in a home of its own, and a folder of images."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from dataset_samples import WAIT_MS, class_folders
from pytestqt.qtbot import QtBot

from podd_app.models.session import Session
from podd_app.pages.data.page import DataPage
from podd_app.services.dataset_service import DatasetService, shelf_of


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("PODD_HOME", str(tmp_path / "home"))
    return tmp_path / "home"


@pytest.fixture
def dataset_service(session: Session) -> Iterator[DatasetService]:
    made = shelf_of(session)
    yield made
    made.close()


@pytest.fixture
def page(qtbot: QtBot, session: Session, dataset_service: DatasetService) -> DataPage:
    """The place with its panel, shown, once it has looked around and read the digits."""
    made = DataPage(session)
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
    """Three classes of five images each, red, green and blue."""
    return class_folders(tmp_path / "flowers", ("rose", "fern", "iris"), 5)
