"""Preparation of a dataset on the Data page, before a run."""

import shutil
from pathlib import Path

from dataset_samples import WAIT_MS
from pytestqt.qtbot import QtBot

from podd_app.pages.data.page import DataPage
from podd_app.services.services import Services
from podd_app.style.formatting import format_bytes
from podd_engine.data.prepared_cache import prepared_bytes
from podd_engine.data.preprocessing import prepare_dataset
from podd_engine.data.registry import load_dataset
from podd_engine.io.app_dirs import cache_folder


def test_prepare_writes_the_images_to_the_cache(qtbot: QtBot, page: DataPage, home: Path) -> None:
    panel = page.panel
    with qtbot.waitSignal(page.dataset_service.selected.prepared_changed, timeout=WAIT_MS):
        panel.prepare.click()
    # 1797 images of 64 float32 values.
    assert f"{format_bytes(1797 * 64 * 4)} on disk" in panel._prepared.text()
    assert not panel.prepare.isVisible()
    assert list((home / "cache").rglob("train.npy"))
    assert panel._prepared.text().startswith("Already prepared")
    page.session.edit({"dataset.preprocessing": "whitening"}, "Preprocessing")
    assert panel.prepare.isVisible()
    assert "64 × 64 matrix" in panel._effect.text()


def test_images_that_a_run_has_prepared_are_recognized(
    qtbot: QtBot, page: DataPage, services: Services
) -> None:
    selected = page.dataset_service.selected
    assert selected.prepared is None
    assert page.panel.prepare.isVisible()
    config = selected.config
    assert config is not None
    prepare_dataset(config)  # as a run does before its first step
    page.hide()
    with qtbot.waitSignal(selected.prepared_changed, timeout=WAIT_MS):
        page.show()
    assert page.panel._prepared.text().startswith("Already prepared (460 kB")
    assert not page.panel.prepare.isVisible()
    other = DataPage(services)  # the next start of the program finds the images, too
    qtbot.addWidget(other)
    qtbot.addWidget(other.panel)
    assert not other.panel.prepare.isVisibleTo(other.panel)
    shutil.rmtree(cache_folder())
    assert prepared_bytes(config, load_dataset(config)) is None
