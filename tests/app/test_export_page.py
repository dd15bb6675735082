"""Export page with a real run: previews, sizes, exported files and the Python example."""

import re
import shutil
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from PySide6.QtCore import QEvent, QSettings, Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot
from real_runs import begin_run, make_interrupted_run, run_until

from podd_app.models.preferences import Preferences
from podd_app.models.run_status import Phase, RunStatus
from podd_app.pages.export.page import ExportPage
from podd_app.qt.plain_text import plain_tooltip
from podd_app.services.services import Services
from podd_app.style.formatting import format_bytes
from podd_engine.config.schema import DistillationConfig
from podd_engine.exporters.registry import EXPORTERS, SCALES, estimate_bytes
from podd_engine.exporters.rendering import bundle_deprocessed_pixels, bundle_trained_pixels
from podd_engine.runs import RunDirectory, distill, prepare_run
from podd_engine.runs.bundle import load_bundle
from podd_engine.runtime.events import Evaluation, StepReport

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
        for scale in SCALES:
            assert item.number_of_bytes[scale] == estimate_bytes(poster.bundle, item.name, scale)
        assert plain_tooltip(ready.controls.items.boxes[item.name]) == EXPORTERS[item.name].description
    patches = poster.bundle.layout.patches
    check_items(ready, *EXPORTERS)
    assert ready.controls.total.text().startswith(f"{patches + len(EXPORTERS) - 1} files")
    check_items(ready, "npz")
    assert ready.controls.total.text().startswith("1 file, about ")


def test_bundle_poster_and_labels_are_selected_initially(ready: ExportPage) -> None:
    assert ready.controls.items.checked_items == ("poster", "labels", "bundle")
    assert ready.controls.items.scale == 1
    assert ready.controls.total.text().startswith("3 files, about ")


def choose_scale(page: ExportPage, scale: int) -> None:
    """Choose a scale with the keyboard."""
    field = page.controls.items.scale_field
    QTest.keyClick(field, Qt.Key.Key_Home)
    for _ in range(SCALES.index(scale)):
        QTest.keyClick(field, Qt.Key.Key_Down)
    assert page.controls.items.scale == scale


@pytest.mark.parametrize(("scale", "name"), [(4, "poster@4x.png"), (16, "poster@16x.png"), (1, "poster.png")])
def test_pictures_are_exported_at_the_chosen_scale(
    qtbot: QtBot, home: Path, ready: ExportPage, scale: int, name: str
) -> None:
    choose_scale(ready, scale)
    assert f"{32 * scale} × {20 * scale} px" in ready.controls.items.scale_field.currentText()
    check_items(ready, "poster")
    poster = ready.export_service.poster
    assert poster is not None
    assert format_bytes(poster.items[0].number_of_bytes[scale]) in ready.controls.total.text()
    export(qtbot, ready)
    (path,) = (home / "posters" / "quick-001").iterdir()
    assert path.name == name
    with Image.open(path) as picture:
        assert picture.size == (32 * scale, 20 * scale)
    stated = poster.items[0].number_of_bytes[scale]
    assert stated / 2 < path.stat().st_size < stated * 2


def test_scale_is_remembered_and_needs_a_picture(
    qtbot: QtBot, ready: ExportPage, services: Services, quick_run: Path
) -> None:
    choose_scale(ready, 16)
    check_items(ready, "labels", "bundle")
    assert not ready.controls.items.scale_field.isEnabled()
    check_items(ready, "patches")
    assert ready.controls.items.scale_field.isEnabled()
    later = ExportPage(services)
    qtbot.addWidget(later)
    qtbot.addWidget(later.panel)
    later.show()
    wait_until_loaded(qtbot, later)
    assert later.controls.items.scale == 16


@pytest.mark.parametrize("stored", ["", "many", "-4", "3", "4.0"])
def test_stored_scale_that_is_not_offered_means_1(
    qtbot: QtBot, services: Services, quick_run: Path, stored: str
) -> None:
    QSettings().setValue("export/scale", stored)
    page = ExportPage(services)
    qtbot.addWidget(page)
    qtbot.addWidget(page.panel)
    page.session.set_run_status(RunStatus(Phase.FINISHED, path=quick_run))
    page.show()
    wait_until_loaded(qtbot, page)
    assert page.controls.items.scale == 1
    assert page.controls.items.scale_field.currentText().startswith("×1 ")


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


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("~no-such-user-here", "~no-such-user-here: there is no user no-such-user-here on this machine"),
        ("~no-such-user-here/posters", "there is no user"),
        ("a\0b", "null character"),
    ],
)
def test_impossible_folder_is_explained(ready: ExportPage, text: str, problem: str) -> None:
    ready.controls.folder.setText(text)
    assert problem in ready.controls.folder_note.text()
    assert ready.controls.folder_note.isVisibleTo(ready.controls)
    assert not ready.controls.export.isEnabled()
    ready.controls.folder.setText("usable")
    assert ready.controls.export.isEnabled()
    assert not ready.controls.folder_note.isVisibleTo(ready.controls)


@pytest.mark.parametrize("name", ["x" * 300, "missing/" + "y" * 5000, "loop/inside"])
def test_unusable_folder_is_reported_by_the_export(
    qtbot: QtBot, home: Path, ready: ExportPage, name: str
) -> None:
    (home / "loop").symlink_to(home / "loop")
    ready.controls.folder.setText(str(home / name))
    assert ready.controls.export.isEnabled()
    export(qtbot, ready)
    assert "cannot be written" in ready.controls.error.text()


@pytest.mark.parametrize(
    "error", [PermissionError(13, "Permission denied"), OSError(5, "Input/output error")]
)
def test_folder_that_cannot_be_listed_does_not_stop_the_window(
    ready: ExportPage, home: Path, monkeypatch: pytest.MonkeyPatch, error: OSError
) -> None:
    def fail(path: Path) -> None:
        raise error

    monkeypatch.setattr(Path, "iterdir", fail)
    ready.controls.folder.setText(str(home))
    assert not ready.controls.folder_note.isVisibleTo(ready.controls)
    assert ready.controls.export.isEnabled()


def test_name_without_a_folder_is_inside_the_folder_of_exports(
    qtbot: QtBot, home: Path, ready: ExportPage
) -> None:
    ready.controls.folder.setText("mine")
    check_items(ready, "labels")
    export(qtbot, ready)
    assert [path.name for path in (home / "posters" / "mine").iterdir()] == ["labels.csv"]


@pytest.mark.parametrize("phase", [Phase.STOPPED, Phase.FAILED, Phase.WATCHED, Phase.PAUSED, Phase.RUNNING])
def test_best_poster_of_a_run_in_any_phase_is_exported(
    qtbot: QtBot, home: Path, page: ExportPage, quick_run: Path, phase: Phase
) -> None:
    page.session.set_run_status(RunStatus(phase, path=quick_run))
    wait_until_loaded(qtbot, page)
    export(qtbot, page)
    assert page.controls.outcome_label.text().startswith("3 files written")
    assert load_bundle(home / "posters" / "quick-001" / "poster.safetensors").measured


def test_interrupted_run_is_exported(qtbot: QtBot, home: Path, page: ExportPage) -> None:
    run = make_interrupted_run(home / "runs" / "interrupted-001")
    page.session.set_run_status(RunStatus(Phase.STOPPED, path=run))
    wait_until_loaded(qtbot, page)
    export(qtbot, page)
    assert load_bundle(home / "posters" / "interrupted-001" / "poster.safetensors").step == 2


def test_run_that_another_process_writes_is_exported_before_its_first_evaluation(
    qtbot: QtBot, home: Path, page: ExportPage
) -> None:
    path = home / "runs" / "watched-001"
    events = begin_run(path)
    run_until(events, StepReport)
    page.session.set_run_status(RunStatus(Phase.WATCHED, path=path))
    wait_until_loaded(qtbot, page)
    assert "not evaluated yet" in page.controls.facts._text.text()
    evaluation = run_until(events, Evaluation)
    page.session.run_history.add_evaluation(evaluation)
    wait_until_loaded(qtbot, page)
    assert "test accuracy" in page.controls.facts._text.text()
    events.close()
    export(qtbot, page)
    assert page.export_service.exported is not None


def test_run_without_a_poster_is_read_again_when_the_page_is_shown(
    qtbot: QtBot, home: Path, page: ExportPage, quick_run: Path
) -> None:
    run = home / "runs" / "early-001"
    run.mkdir(parents=True)
    shutil.copy(quick_run / "config.toml", run)
    page.session.set_run_status(RunStatus(Phase.WATCHED, path=run))
    wait_until_loaded(qtbot, page)
    assert page.pages.currentWidget() is page._error_page
    page.hide()
    shutil.copy(quick_run / "best.safetensors", run)
    page.show()
    wait_until_loaded(qtbot, page)
    assert page.pages.currentWidget() is page._preview_page


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
    QApplication.sendPostedEvents(None, QEvent.Type.LayoutRequest)
    assert page.error_label.height() >= page.error_label.heightForWidth(page.error_label.width())
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


def start_export_with_focus(qtbot: QtBot, page: ExportPage, widget: QWidget) -> None:
    """Start an export while a widget of the panel has the keyboard focus."""
    page.controls.activateWindow()
    qtbot.waitUntil(page.controls.isActiveWindow)
    widget.setFocus(Qt.FocusReason.TabFocusReason)
    assert widget.hasFocus()
    if widget is page.controls.export:
        QTest.keyClick(widget, Qt.Key.Key_Space)
    else:
        qtbot.mouseClick(page.controls.export, Qt.MouseButton.LeftButton)
    assert page.controls.cancel.hasFocus()


@pytest.mark.parametrize("focused", ["export", "folder", "items"])
def test_focus_stays_in_the_panel_after_an_export(qtbot: QtBot, ready: ExportPage, focused: str) -> None:
    controls = ready.controls
    widgets: dict[str, QWidget] = {
        "export": controls.export,
        "folder": controls.folder,
        "items": controls.items.boxes["labels"],
    }
    start_export_with_focus(qtbot, ready, widgets[focused])
    qtbot.waitUntil(lambda: not ready.export_service.exporting, timeout=TIMEOUT_MS)
    assert controls.show_folder.hasFocus()


def test_focus_stays_in_the_panel_after_a_cancelled_export(qtbot: QtBot, ready: ExportPage) -> None:
    check_items(ready, *EXPORTERS)
    start_export_with_focus(qtbot, ready, ready.controls.export)
    QTest.keyClick(ready.controls.cancel, Qt.Key.Key_Space)
    assert ready.controls.cancel.hasFocus()
    qtbot.waitUntil(lambda: not ready.export_service.exporting, timeout=TIMEOUT_MS)
    assert ready.controls.export.hasFocus()


def test_focus_stays_in_the_panel_after_a_failed_export(qtbot: QtBot, home: Path, ready: ExportPage) -> None:
    (home / "taken").write_text("a file, not a folder")
    ready.controls.folder.setText(str(home / "taken"))
    start_export_with_focus(qtbot, ready, ready.controls.export)
    qtbot.waitUntil(lambda: not ready.export_service.exporting, timeout=TIMEOUT_MS)
    assert ready.controls.error.isVisible()
    assert ready.controls.export.hasFocus()


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
