"""Names of classes, datasets, runs and files appear literally on every page of the window."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from fake_runs import write_run
from literal_texts import MARKER, NAMES, literal_text_problems
from PIL import Image
from PySide6.QtGui import QAction, QColor, QImage
from PySide6.QtWidgets import QApplication, QLabel, QMenu, QPushButton, QToolButton, QWidget
from pytestqt.qtbot import QtBot

from podd_app.application import create_main_window
from podd_app.models.preferences import Preferences
from podd_app.models.run_status import ErrorReport, Phase, RunStatus
from podd_app.models.session import Session
from podd_app.qt.plain_text import plain_tooltip
from podd_app.window.main_window import MainWindow
from podd_engine.config.schema import DistillationConfig
from podd_engine.runs import distill, prepare_run

TIMEOUT_MS = 90_000
PAGES = ("data", "poster", "settings", "run", "library", "export")
DATASET = f"R&D <b>{MARKER} <img src=magenta.png>{MARKER}"
RUN = f"Q&A <i>{MARKER} <img src=magenta.png>{MARKER}"
SENTENCE = f"R&D <b>{MARKER}: the file <img src=magenta.png>{MARKER} is damaged\nreplace it & retry"
MAGENTA = "#ff00ff"
FAST = {
    "order.source": "index",
    "network.width": 4,
    "network.depth": 1,
    "outer.steps": 2,
    "outer.real_batch": 8,
    "truncation.window": 2,
    "truncation.total": 3,
    "evaluation.every": 1,
    "evaluation.networks": 1,
    "evaluation.steps": (3,),
    "compute.threads": 1,
    "compute.compile": "off",
}


def class_folders(folder: Path, names: tuple[str, ...]) -> Path:
    """Write four noisy images of 8 × 8 px for each class."""
    generator = np.random.default_rng(0)
    for name in names:
        for part in ("train", "test"):
            (folder / part / name).mkdir(parents=True)
            for number in range(4):
                pixels = generator.integers(0, 200, (8, 8, 3), np.uint8)
                Image.fromarray(pixels).save(folder / part / name / f"{number}.png")
    return folder


def folder_config(folder: Path) -> DistillationConfig:
    """Return the settings of a short run on a folder of images."""
    classes = len(NAMES)
    dataset = {"dataset.name": "folder", "dataset.path": str(folder), "dataset.image_size": 8}
    poster = {
        "poster.width": 8 * classes,
        "poster.height": 8,
        "poster.class_columns": classes,
        "poster.class_rows": 1,
        "patches.columns": classes,
        "patches.rows": 1,
        "inner.patch_batch": classes,
    }
    return DistillationConfig().with_values(dataset | poster | FAST)


@pytest.fixture(scope="module")
def material(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Folder with a dataset, runs and a magenta picture that no text may load."""
    root = tmp_path_factory.mktemp("literal")
    Image.new("RGB", (400, 40), MAGENTA).save(root / "magenta.png")
    config = folder_config(class_folders(root / DATASET, NAMES))
    for _ in distill(prepare_run(config, root / "cache"), root / "runs" / RUN):
        pass
    failed = write_run(root / "runs" / f"<i>{MARKER} failed", end="failed", message=SENTENCE)
    (failed / "notes.txt").write_text(SENTENCE)
    write_run(root / "runs" / f"R&D <b>{MARKER} interrupted", end=None)
    return root


@pytest.fixture
def hostile_window(
    qtbot: QtBot, material: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> MainWindow:
    """Main window in which names with markup and shortcuts are everywhere."""
    monkeypatch.setenv("PODD_HOME", str(tmp_path))
    monkeypatch.chdir(material)  # a relative picture name is looked up here
    session = Session()
    preferences = Preferences()
    window = create_main_window(session=session)
    qtbot.addWidget(window, before_close_func=lambda _: session.set_run_status(RunStatus()))
    session.set_runs_folder(material / "runs")
    window.show()
    qtbot.waitExposed(window)
    window.show_page("data")
    service = window.page_widget("data").dataset_service
    service.add(material / DATASET)
    qtbot.waitUntil(
        lambda: service.selected.images is not None and session.dataset.title == DATASET, timeout=TIMEOUT_MS
    )
    session.edit(FAST, f"Dataset {DATASET}")
    with qtbot.waitSignal(session.run_history.poster_changed, timeout=TIMEOUT_MS):
        window.open_path(material / "runs" / RUN)
    preferences.add_recent(material / "runs" / RUN)
    window.show_page("library")
    library = window.page_widget("library")
    qtbot.waitUntil(
        lambda: library.model.rowCount() == 3 and not library.run_library.scanning, timeout=TIMEOUT_MS
    )
    window.show_page("export")
    qtbot.waitUntil(
        lambda: window.page_widget("export").export_service.poster is not None, timeout=TIMEOUT_MS
    )
    session.report_error(ErrorReport(SENTENCE, SENTENCE, SENTENCE))
    return window


def fill_menus(root: QWidget) -> None:
    for menu in root.findChildren(QMenu):
        menu.aboutToShow.emit()


def shows_magenta(widget: QWidget) -> bool:
    image = widget.grab().toImage().convertToFormat(QImage.Format.Format_RGB32)
    pixels = np.frombuffer(image.constBits(), np.uint32).reshape(image.height(), -1)
    return bool((pixels & 0xFFFFFF == QColor(MAGENTA).rgb() & 0xFFFFFF).any())


def test_names_are_literal_on_every_page(hostile_window: MainWindow, qtbot: QtBot) -> None:
    window, session = hostile_window, hostile_window.session
    window.page_widget("poster").show_class_order_view(True)
    library = window.page_widget("library")
    for page in PAGES:
        window.show_page(page)
        QApplication.processEvents()
        if page == "run":
            window.page_widget("run").canvas.select_patch(1)
            window.page_widget("run").inspector.class_button.click()
        for row in range(library.model.rowCount() if page == "library" else 0):
            library.cards.setCurrentIndex(library.model.index(row))
            QApplication.processEvents()
            assert not literal_text_problems(window)
        fill_menus(window)
        assert not literal_text_problems(window), page
        assert not shows_magenta(window), page
    labels = "\n".join(label.text() for label in window.findChildren(QLabel))
    for name in (DATASET, *NAMES[:5]):
        assert name in labels  # the names are there, and not only absent
    assert session.undo_stack.undoText().startswith("Dataset R&D <b>")


def test_names_are_literal_in_each_phase(hostile_window: MainWindow) -> None:
    session = hostile_window.session
    session.set_run_status(RunStatus())
    session.edit({"order.source": "file", "order.file": f"/tmp/<i>{MARKER}&.csv"}, SENTENCE)
    for phase in (Phase.READY, Phase.RUNNING, Phase.FAILED, Phase.FINISHED):
        status = RunStatus(phase, title=RUN, step=1, steps=2, note=SENTENCE, notice=SENTENCE, path=Path(RUN))
        session.set_run_status(status)
        QApplication.processEvents()
        fill_menus(hostile_window)
        assert not literal_text_problems(hostile_window), phase
        assert not shows_magenta(hostile_window), phase


def test_long_names_do_not_widen_the_panel(hostile_window: MainWindow) -> None:
    hostile_window.resize(1280, 800)
    for page in PAGES:
        hostile_window.show_page(page)
        QApplication.processEvents()
        panel = hostile_window.page_widget(page).panel
        assert panel is None or panel.visibleRegion().boundingRect().width() == panel.width(), page


def auto_label(name: str) -> QWidget:
    return QLabel(name)


def with_tooltip(name: str) -> QWidget:
    widget = QWidget()
    widget.setToolTip(name)
    return widget


def with_action(name: str) -> QWidget:
    widget = QWidget()
    widget.addAction(QAction(name, widget))
    return widget


def tool_button(name: str) -> QWidget:
    made = QToolButton()
    made.setText(name)
    return made


@pytest.mark.parametrize("name", [NAMES[0], NAMES[1], NAMES[3], NAMES[4]])
@pytest.mark.parametrize("make", [auto_label, with_tooltip])
def test_the_check_finds_interpreted_markup(qtbot: QtBot, make: Callable[[str], QWidget], name: str) -> None:
    root = QWidget()
    qtbot.addWidget(root)
    make(name).setParent(root)
    assert literal_text_problems(root)


@pytest.mark.parametrize("make", [QPushButton, tool_button, with_action])
def test_the_check_finds_shortcuts(qtbot: QtBot, make: Callable[[str], QWidget]) -> None:
    root = QWidget()
    qtbot.addWidget(root)
    make("Q&A").setParent(root)
    assert literal_text_problems(root)


def test_the_tooltip_of_a_cut_off_name_is_the_name(hostile_window: MainWindow) -> None:
    hostile_window.show_page("data")
    cards = hostile_window.page_widget("data").cards.cards
    card = next(card for key, card in cards.items() if key[1])
    assert plain_tooltip(card) == f"Select {DATASET}"
    assert card.accessibleName() == DATASET
