"""Preparation of a dataset on the Data page, before a run."""

from pathlib import Path

from dataset_samples import WAIT_MS
from pytestqt.qtbot import QtBot

from podd_app.pages.data.page import DataPage
from podd_app.style.formatting import format_bytes


def test_prepare_writes_the_images_to_the_cache(qtbot: QtBot, page: DataPage, home: Path) -> None:
    panel = page.panel
    with qtbot.waitSignal(page.dataset_service.selected.prepared_changed, timeout=WAIT_MS):
        panel.prepare.click()
    # 1797 images of 64 float32 values.
    assert f"{format_bytes(1797 * 64 * 4)} on disk" in panel._prepared.text()
    assert not panel.prepare.isVisible()
    assert list((home / "cache").rglob("train.npy"))
    page.session.edit({"dataset.preprocessing": "whitening"}, "Preprocessing")
    assert panel.prepare.isVisible()
    assert "64 × 64 matrix" in panel._effect.text()
