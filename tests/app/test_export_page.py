"""Export page with a real run: previews, sizes, exported files and the Python example."""

import re
import shutil
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from pytestqt.qtbot import QtBot

from podd_app.models.preferences import Preferences
from podd_app.models.run_status import Phase, RunStatus
from podd_app.pages.export.page import ExportPage
from podd_app.qt.plain_text import plain_tooltip
from podd_app.services.services import Services
from podd_engine.config.schema import DistillationConfig
from podd_engine.exporters.registry import EXPORTERS, estimate_bytes
from podd_engine.exporters.rendering import bundle_deprocessed_pixels, bundle_trained_pixels
from podd_engine.runs import RunDirectory, distill, prepare_run
from podd_engine.runs.bundle import load_bundle
from podd_engine.runtime.events import Evaluation

QUICK = [
    "name=quick",
    "order.source=index",
    "network.width=4",
    "network.depth=1",
    "outer.steps=1",
    "truncation.window=2",
    "truncation.total=2",
    "augmentation.patches=[]",
    "augmentation.real=[]",
    "evaluation.every=1",
    "evaluation.networks=1",
    "evaluation.steps=[2]",
    "compute.threads=1",
]
TIMEOUT_MS = 60_000


@pytest.fixture(scope="session")
def quick_run(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Directory of a finished run with one outer step; tests must not modify the directory."""
    path = tmp_path_factory.mktemp("runs") / "quick-001"
    config = DistillationConfig().with_overrides(QUICK)
    for _ in distill(prepare_run(config, tmp_path_factory.mktemp("cache")), path):
        pass
    return path


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Temporary home directory."""
    monkeypatch.setenv("PODD_HOME", str(tmp_path))
    return tmp_path


@pytest.fixture
def page(qtbot: QtBot, services: Services) -> ExportPage:
    export_page = ExportPage(services)
    qtbot.addWidget(export_page)
    qtbot.addWidget(export_page.panel)
    export_page.resize(900, 700)
    export_page.panel.show()
    export_page.show()
    return export_page


@pytest.fixture
def ready(qtbot: QtBot, page: ExportPage, quick_run: Path) -> ExportPage:
    """Export page with the poster of the quick run."""
    page.session.set_run_status(RunStatus(Phase.FINISHED, path=quick_run))
    wait_until_loaded(qtbot, page)
    return page


def wait_until_loaded(qtbot: QtBot, page: ExportPage) -> None:
    qtbot.waitUntil(
        lambda: not page.export_service.reading and page.export_service.source is not None, timeout=TIMEOUT_MS
    )


def check_items(page: ExportPage, *names: str) -> None:
    for name, box in page.controls.items.boxes.items():
        box.setChecked(name in names)


def export(qtbot: QtBot, page: ExportPage) -> None:
    qtbot.mouseClick(page.controls.export, Qt.MouseButton.LeftButton)
    assert page.export_service.exporting
    qtbot.waitUntil(lambda: not page.export_service.exporting, timeout=TIMEOUT_MS)


def test_empty_state_is_shown_without_a_run(page: ExportPage) -> None:
    assert page.pages.currentWidget() is page.empty_state
    assert not page.controls.isVisibleTo(page.panel)


def test_poster_of_the_open_run_is_exported(ready: ExportPage, quick_run: Path) -> None:
    bundle = load_bundle(RunDirectory(quick_run).best_path)
    poster = ready.export_service.poster
    assert poster is not None
    assert poster.path == quick_run
    np.testing.assert_array_equal(poster.seen, bundle_deprocessed_pixels(bundle))
    np.testing.assert_array_equal(poster.trained, bundle_trained_pixels(bundle))
    assert ready.controls.name.text() == "quick-001"
    assert f"{bundle.measured[0]['test_accuracy'] * 100:.1f}" in ready.controls.facts._text.text()


def test_all_exporters_are_offered_with_their_sizes(ready: ExportPage) -> None:
    poster = ready.export_service.poster
    assert poster is not None
    assert [item.name for item in poster.items] == list(EXPORTERS) == list(ready.controls.items.boxes)
    for item in poster.items:
        assert item.number_of_bytes == estimate_bytes(poster.bundle, item.name)
        assert plain_tooltip(ready.controls.items.boxes[item.name]) == EXPORTERS[item.name].description
    patches = poster.bundle.layout.patches
    assert ready.controls.total.text().startswith(f"{patches + len(EXPORTERS) - 1} files")
    check_items(ready, "npz")
    assert ready.controls.total.text().startswith("1 file, about ")


def test_previews_show_the_content_of_the_files(qtbot: QtBot, ready: ExportPage) -> None:
    preview, poster = ready.preview, ready.export_service.poster
    assert poster is not None
    preview.trained.click()
    assert preview.pages.currentWidget() is preview.canvas
    preview.patches.click()
    qtbot.waitUntil(lambda: preview.pages.currentWidget() is preview.contact_sheet, timeout=TIMEOUT_MS)
    preview.labels.click()
    table = preview.table.model()
    assert (table.rowCount(), table.columnCount()) == (poster.labels.shape[0], poster.labels.shape[1] + 5)
    assert table.index(3, 5 + 2).data() == f"{poster.labels[3, 2]:.3f}"
    assert [table.index(7, column).data() for column in range(5)] == [
        "7",
        *map(str, poster.bundle.layout.windows[7]),
    ]


def test_checked_files_are_written_to_the_chosen_folder(qtbot: QtBot, home: Path, ready: ExportPage) -> None:
    assert ready.controls.destination == home / "posters" / "quick-001"
    ready.controls.folder.setText(str(home / "elsewhere" / "mine"))
    assert not ready.controls.folder_note.isVisibleTo(ready.controls)
    check_items(ready, "seen", "labels", "bundle")
    export(qtbot, ready)
    folder = home / "elsewhere" / "mine"
    written = {"poster-seen.png", "labels.csv", "poster.safetensors"}
    assert {path.name for path in folder.iterdir()} == written
    assert ready.controls.outcome_label.text().startswith("3 files written")
    assert ready.controls.show_folder.isVisibleTo(ready.controls)
    assert Preferences().posters_folder == home / "elsewhere"
    assert ready.controls.folder_note.isVisibleTo(ready.controls)
    assert "replaced" in ready.controls.folder_note.text()
    assert load_bundle(folder / "poster.safetensors").step == 1


def test_export_button_explains_missing_files_or_folder(ready: ExportPage) -> None:
    check_items(ready)
    assert not ready.controls.export.isEnabled()
    assert plain_tooltip(ready.controls.export) == "Select at least one file type."
    check_items(ready, "npz")
    ready.controls.folder.setText(" ")
    assert plain_tooltip(ready.controls.export) == "Choose a folder."
    assert not ready.controls.export.isEnabled()


def test_write_error_is_shown_below_the_button(qtbot: QtBot, home: Path, ready: ExportPage) -> None:
    (home / "taken").write_text("a file, not a folder")
    ready.controls.folder.setText(str(home / "taken"))
    export(qtbot, ready)
    assert "cannot be written" in ready.controls.error.text()
    assert not ready.controls.outcome.isVisibleTo(ready.controls)
    assert (home / "taken").read_text() == "a file, not a folder"
    ready.controls.folder.setText(str(home / "free"))
    check_items(ready, "npz")
    export(qtbot, ready)
    assert not ready.controls.error.isVisibleTo(ready.controls)


def test_cancelled_export_leaves_only_complete_files(qtbot: QtBot, home: Path, ready: ExportPage) -> None:
    qtbot.mouseClick(ready.controls.export, Qt.MouseButton.LeftButton)
    qtbot.mouseClick(ready.controls.cancel, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: not ready.export_service.exporting, timeout=TIMEOUT_MS)
    assert ready.export_service.was_cancelled
    assert ready.controls.outcome_label.text().startswith("Canceled")
    assert ready.controls.export.isEnabled()
    assert not [path for path in home.rglob(".*") if path.is_file() and path.suffix in (".png", ".pt")]


def test_opened_bundle_is_shown_on_the_export_page(
    qtbot: QtBot, home: Path, page: ExportPage, quick_run: Path
) -> None:
    bundle = home / "shared.safetensors"
    shutil.copy(quick_run / "best.safetensors", bundle)
    with qtbot.waitSignal(page.session.page_requested) as requested:
        page.session.open_path(bundle)
    assert requested.args == ["export"]
    wait_until_loaded(qtbot, page)
    assert page.controls.destination.name == "shared"
    assert page.export_service.poster is not None
    assert not page.controls.current.isVisibleTo(page.controls)
    page.session.set_run_status(RunStatus(Phase.FINISHED, path=quick_run))
    wait_until_loaded(qtbot, page)
    assert page.export_service.source == quick_run


def test_file_without_a_poster_shows_an_error(qtbot: QtBot, home: Path, page: ExportPage) -> None:
    (home / "other.safetensors").write_bytes(b"not a poster bundle")
    page.session.open_path(home / "other.safetensors")
    wait_until_loaded(qtbot, page)
    assert page.pages.currentWidget() is page._error_page
    assert "other.safetensors" in page.error_label.text()
    assert not page.controls.export.isEnabled()


def test_improved_poster_is_loaded_when_the_page_is_shown(qtbot: QtBot, ready: ExportPage) -> None:
    before = ready.export_service.poster
    ready.hide()
    ready.session.run_history.add_evaluation(Evaluation(2, 1, (), best=True, seconds=1.0))
    assert not ready.export_service.reading
    ready.show()
    wait_until_loaded(qtbot, ready)
    assert ready.export_service.poster is not None
    assert ready.export_service.poster is not before


def test_python_example_is_shown_only_if_a_bundle_was_exported(qtbot: QtBot, ready: ExportPage) -> None:
    check_items(ready, "npz")
    export(qtbot, ready)
    assert ready.snippet.isHidden()
    check_items(ready, "npz", "bundle")
    export(qtbot, ready)
    assert not ready.snippet.isHidden()


@pytest.mark.slow
@pytest.mark.parametrize("version", ["one_call", "pytorch"])
def test_copied_python_example_prints_the_accuracy_of_the_run(
    qtbot: QtBot, home: Path, ready: ExportPage, version: str
) -> None:
    check_items(ready, "bundle")
    export(qtbot, ready)
    qtbot.mouseClick(getattr(ready.snippet, version), Qt.MouseButton.LeftButton)
    qtbot.mouseClick(ready.snippet.copy, Qt.MouseButton.LeftButton)
    program = QGuiApplication.clipboard().text()
    assert ("train_network" in program) == (version == "one_call")
    process = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    accuracy, displayed = re.findall(r"(\S+)%", process.stdout)[:2]
    # The run evaluated one network. The program trains the same network.
    assert float(accuracy) == pytest.approx(float(displayed), abs=0.6)
    assert "1 network)" in process.stdout
