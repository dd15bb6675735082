"""Inspector: patch page, class page, background requests, and preferences. Also with a real run."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from fake_engine import CONFIG, evaluation, picture, snapshot
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot
from real_runs import TINY, begin_run, make_run, run_to_end, run_until

from podd_app.engine.cached_request import CachedRequest
from podd_app.inspector.class_figures import accuracies, class_figures
from podd_app.models.run_messages import RunMetadata
from podd_app.models.session import Session
from podd_app.pages.run.page import RunPage
from podd_app.services.services import Services
from podd_app.workers.inspection import Inspection
from podd_app.workers.live_run import load_run
from podd_engine.errors import RunError
from podd_engine.progress import ProgressCallback, ignore_progress
from podd_engine.runs import RunDirectory
from podd_engine.runtime.events import Evaluation, EvaluationDetails

NAMES = ("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine")
TIMEOUT_MS = 60_000
REAL = TINY.with_values({"labels.kind": "learned", "augmentation.patches": ("rotate",)})


def details(step: int = 40) -> EvaluationDetails:
    """Evaluation of two networks that predict half of the zeros as ones and all others correctly."""
    confusion = np.diag(np.full(10, 20))
    confusion[0, :2] = 10
    predictions = np.full((50, 10), 0.02, dtype=np.float32)
    predictions[:, 3] = 0.82
    return EvaluationDetails(step, 2, 60, confusion, predictions)


@pytest.fixture
def run_page(qtbot: QtBot, services: Services) -> RunPage:
    page = RunPage(services)
    assert page.panel is not None
    qtbot.addWidget(page)
    qtbot.addWidget(page.panel)
    page.resize(880, 720)
    page.show()
    page.panel.resize(312, 900)
    page.panel.show()
    qtbot.waitExposed(page)
    return page


def open_evaluated_run(qtbot: QtBot, session: Session, run_page: RunPage, path: Path) -> None:
    """Open a run with an evaluation at step 40, and select patch 17. Details are read from ``path``."""
    session.run_history.open(RunMetadata(CONFIG, NAMES, path, (), (evaluation(40),)))
    session.run_history.show_poster(picture(snapshot(40)))
    run_page.canvas.select_patch(17)
    wait_for(qtbot, run_page.inspector.service.details)


def wait_for(qtbot: QtBot, request: CachedRequest) -> None:
    if request.is_pending:
        with qtbot.waitSignal(
            request.changed, timeout=TIMEOUT_MS, check_params_cb=lambda: not request.is_pending
        ):
            pass


# Requests


def test_only_the_latest_request_counts_and_results_are_cached(qtbot: QtBot, services: Services) -> None:
    request = CachedRequest(services.pool.lane(serial=True), kept=2)
    computed: list[str] = []

    def work(name: str, report: ProgressCallback) -> str:
        computed.append(name)
        return name.upper()

    request.fetch("a", lambda report: work("a", report))
    request.fetch("b", lambda report: work("b", report))
    wait_for(qtbot, request)
    assert (request.key, request.result) == ("b", "B")
    request.fetch("b", lambda report: work("b", report))
    assert not request.is_pending
    request.fetch("c", lambda report: work("c", report))
    assert (request.key, request.requested_key) == ("b", "c")
    wait_for(qtbot, request)
    request.fetch("b", lambda report: work("b", report))
    assert (request.key, request.result) == ("b", "B")
    assert computed[-2:] == ["b", "c"]

    def broken(report: ProgressCallback) -> None:
        raise RunError("the run was deleted")

    request.fetch("d", broken)
    wait_for(qtbot, request)
    assert request.error is not None
    assert request.error.what == "the run was deleted"
    assert request.result == "B"
    request.reset()
    assert request.result is request.error is request.requested_key is None


def test_figures_of_a_class() -> None:
    figures = class_figures(details().confusion, 2, 0)
    assert (figures.images, figures.accuracy) == (10, 0.5)
    np.testing.assert_array_equal(figures.predicted_as[:3], [0.5, 0.5, 0])
    one = class_figures(details().confusion, 2, 1)
    assert one.accuracy == 1
    assert one.mistaken_for_it[0] == pytest.approx(10 / 30)
    empty = np.zeros((10, 10), dtype=np.int64)
    assert np.isnan(class_figures(empty, 2, 4).accuracy)
    assert accuracies(empty) == [None] * 10
    assert accuracies(details().confusion) == [0.5, *[1.0] * 9]


# Patch page


def test_predictions_are_shown_with_the_soft_label(
    qtbot: QtBot, session: Session, run_page: RunPage, tmp_path: Path
) -> None:
    RunDirectory(tmp_path).save_evaluation_details(details())
    open_evaluated_run(qtbot, session, run_page, tmp_path)
    section = run_page.inspector.patch_page.label
    assert section.is_expanded
    strongest = section.bars.bars[0]
    assert (strongest.name, strongest.shares) == ("three", pytest.approx((0.1, 0.82)))
    assert "prediction: 82% three" in section.bars.accessibleDescription()
    assert "evaluated at step 40" in section.text_label.text()


def test_missing_or_damaged_predictions_are_explained(
    qtbot: QtBot, session: Session, run_page: RunPage, tmp_path: Path
) -> None:
    open_evaluated_run(qtbot, session, run_page, tmp_path)
    section = run_page.inspector.patch_page.label
    assert section.bars.bars[0].shares == pytest.approx((0.1,))
    assert "No predictions were saved" in section.text_label.text()
    (tmp_path / "evaluation.npz").write_bytes(b"torn")
    session.run_history.add_evaluation(evaluation(60))
    wait_for(qtbot, run_page.inspector.service.details)
    assert "cannot be read" in section.text_label.text()
    RunDirectory(tmp_path).save_evaluation_details(details(80))
    session.run_history.add_evaluation(evaluation(80))
    wait_for(qtbot, run_page.inspector.service.details)
    assert "evaluated at step 80" in section.text_label.text()
    session.run_history.open(RunMetadata(CONFIG, NAMES, tmp_path / "other"))
    session.run_history.show_poster(picture(snapshot(0)))
    assert not run_page.inspector.patch_page.isVisible()
    run_page.canvas.select_patch(17)
    wait_for(qtbot, run_page.inspector.service.details)
    assert section.text_label.text() == "Predictions appear after the first evaluation."


def test_fixed_labels_and_missing_augmentation_are_explained(
    qtbot: QtBot, session: Session, run_page: RunPage, tmp_path: Path
) -> None:
    open_evaluated_run(qtbot, session, run_page, tmp_path)
    page = run_page.inspector.patch_page
    plain = replace(
        RunMetadata(CONFIG.with_values({"augmentation.patches": (), "labels.kind": "fixed"}), NAMES, tmp_path)
    )
    session.run_history.open(plain)
    for section in (page.history, page.versions):
        section.header.click()
    assert "Labels are fixed" in page.history.text_label.text()
    assert not page.history.lines.isVisible()
    assert "does not augment patches" in page.versions.text_label.text()
    assert not page.versions.grid.isVisible()
    assert run_page.inspector.service.versions.requested_key is None


def test_expanded_sections_are_stored_in_the_preferences(
    qtbot: QtBot, services: Services, run_page: RunPage
) -> None:
    page = run_page.inspector.patch_page
    assert [section.key for section in page.sections if section.is_expanded] == ["label"]
    page.label.header.click()
    page.gradient_map.header.click()
    other = RunPage(services)
    qtbot.addWidget(other)
    assert other.panel is not None
    qtbot.addWidget(other.panel)
    other_page = other.inspector.patch_page
    assert [section.key for section in other_page.sections if section.is_expanded] == ["pull"]
    assert not other_page.gradient_map.toggle.isChecked()


# Class page


def test_class_page_follows_the_clicked_position(
    qtbot: QtBot, session: Session, run_page: RunPage, tmp_path: Path
) -> None:
    RunDirectory(tmp_path).save_evaluation_details(details())
    open_evaluated_run(qtbot, session, run_page, tmp_path)
    inspector, view = run_page.inspector, run_page.canvas.view
    assert view is not None
    inspector.class_button.click()
    assert inspector.class_page.isVisible()
    assert not inspector.patch_page.isVisible()
    for cell in (0, 6):
        at = run_page.canvas.mapFromScene(view.cells[cell].center())
        qtbot.mouseClick(run_page.canvas.viewport(), Qt.MouseButton.LeftButton, pos=at)
        assert inspector.cell == cell
        assert run_page.canvas._values.outlined_cell == cell
    run_page.canvas.select_patch(0)
    assert inspector.cell == 0
    page = inspector.class_page
    facts = page._facts._text.text()
    assert "of 10 test images correct" in facts
    assert "uniform: 10%" in facts
    assert page.bars.accessibleDescription() == "predicted as: 50% one; mistaken: 0% one"
    at = run_page.canvas.mapFromScene(view.cells[view.cell_classes.index(5)].center())
    qtbot.mouseClick(run_page.canvas.viewport(), Qt.MouseButton.LeftButton, pos=at)
    assert page.bars.bars == []
    assert page.bars.accessibleDescription() == "No class"
    run_page.canvas.select_patch(None)
    assert run_page.canvas._values.outlined_cell is None
    assert not page.isVisible()


def test_figures_of_a_later_step_are_named_and_dimmed(
    qtbot: QtBot, session: Session, run_page: RunPage, tmp_path: Path
) -> None:
    RunDirectory(tmp_path).save_evaluation_details(details(40))
    open_evaluated_run(qtbot, session, run_page, tmp_path)
    inspector = run_page.inspector
    label, page = inspector.patch_page.label, inspector.class_page
    assert label.bars.dimmed_columns == ()
    assert "prediction: " in label.bars.accessibleDescription()
    current = label.bars.grab().toImage()
    session.run_history.show_poster(picture(snapshot(10)))
    assert label.bars.dimmed_columns == (1,)  # the soft label is that of the poster on screen
    assert "at step 40: " in label.bars.accessibleDescription()
    assert label.text_label.text().endswith("The poster on screen is older (step 10).")
    assert label.bars.grab().toImage() != current
    run_page.canvas.select_patch(0)
    inspector.class_button.click()
    assert page.bars.dimmed_columns == (0, 1)
    assert page._confusions_title.text() == "CONFUSED WITH · STEP 40"
    assert "At step 40: 50% of 10 test images correct" in page._facts._text.text()
    session.run_history.show_poster(picture(snapshot(41)))  # the run has not evaluated this poster yet
    assert page.bars.dimmed_columns == ()
    assert page._confusions_title.text() == "CONFUSED WITH"
    assert "evaluated at step 40" in page._evaluation_label.text()


def test_each_page_has_a_hint(session: Session, run_page: RunPage) -> None:
    session.run_history.open(RunMetadata(CONFIG, NAMES))
    inspector = run_page.inspector
    assert inspector._hint.text().startswith("Click a patch ")
    inspector.class_button.click()
    assert inspector._hint.isVisible()
    assert inspector._hint.text().startswith("Click a class ")


def test_poster_shows_accuracy_or_confusions_with_a_legend(
    qtbot: QtBot, session: Session, run_page: RunPage, tmp_path: Path
) -> None:
    RunDirectory(tmp_path).save_evaluation_details(details())
    open_evaluated_run(qtbot, session, run_page, tmp_path)
    run_page.canvas.select_patch(0)
    inspector, overlay = run_page.inspector, run_page.canvas._values
    page = inspector.class_page
    inspector.class_button.click()
    assert overlay.values is None
    assert not page.legend.isVisible()
    before = run_page.canvas.grab().toImage()
    page.accuracy.click()
    assert overlay.values is not None
    assert overlay.values.shares == (0.5, *[1.0] * 9)
    assert page.legend.isVisible()
    assert run_page.canvas.grab().toImage() != before
    page.confusions.click()
    assert not page.accuracy.isChecked()
    assert overlay.values.shares == (None, 0.5, *[0.0] * 8)
    assert overlay.values.highest == 0.5
    assert page.legend.text.startswith("0% – 50%")
    inspector.patch_button.click()
    assert overlay.values is overlay.outlined_cell is None
    inspector.class_button.click()
    assert overlay.values is not None
    page.confusions.click()
    assert overlay.values is None


# With a real run


@pytest.fixture(scope="module")
def real_run(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Finished run with learned labels and rotated patches. Tests must not change its files."""
    return make_run(tmp_path_factory.mktemp("runs") / "tiny-001", REAL)


def open_run(qtbot: QtBot, session: Session, run_page: RunPage, path: Path, patch: int = 12) -> None:
    read = load_run(path, ignore_progress)
    session.run_history.open(read.metadata)
    session.run_history.show_poster(read.poster)
    qtbot.waitUntil(lambda: bool(run_page._snapshot_player.snapshot_steps), timeout=TIMEOUT_MS)
    run_page.canvas.select_patch(patch)
    wait_for(qtbot, run_page.inspector.service.details)


def test_all_sections_with_a_run_from_disk(
    qtbot: QtBot, session: Session, run_page: RunPage, real_run: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PODD_HOME", str(real_run.parent))
    open_run(qtbot, session, run_page, real_run)
    service, page, run = run_page.inspector.service, run_page.inspector.patch_page, RunDirectory(real_run)
    saved = run.load_evaluation_details()
    assert saved is not None
    shown = {bar.name: bar.shares for bar in page.label.bars.bars}
    name = next(iter(shown))
    index = [page.label.subject.name(each) for each in range(10)].index(name)  # type: ignore[union-attr]
    assert shown[name] == pytest.approx(
        (float(run.load_snapshot(4).patch_labels[12, index]), float(saved.patch_predictions[12, index]))
    )

    page.history.header.click()
    wait_for(qtbot, service.history)
    assert service.history.result.steps == (0, 2, 4)
    np.testing.assert_array_equal(service.history.result.shares[1], run.load_snapshot(2).patch_labels[12])
    assert page.history.lines.isVisible()

    page.versions.header.click()
    wait_for(qtbot, service.versions)
    first = page.versions.grid.pictures
    assert [each.lines for each in first] == [("rotate",)] * 4
    page.versions.resample_button.click()
    wait_for(qtbot, service.versions)
    second = page.versions.grid.pictures
    assert any(before.image != after.image for before, after in zip(first, second, strict=True))

    page.nearest.header.click()
    wait_for(qtbot, service.nearest)
    nearest = page.nearest.grid.pictures
    assert len(nearest) == 8
    distances = [float(each.lines[1]) for each in nearest]
    assert distances == sorted(distances)

    page.gradient_map.header.click()
    assert page.picture.heat is None
    assert service.gradient_map.requested_key is None
    page.gradient_map.toggle.click()
    wait_for(qtbot, service.gradient_map)
    assert page.picture.heat is not None
    poster_map = service.gradient_map.result
    assert poster_map.shape == (20, 32)
    run_page.canvas.select_patch(13)
    assert service.gradient_map.result is poster_map  # one gradient for all patches of a poster
    wait_for(qtbot, service.nearest)
    page.gradient_map.toggle.click()
    assert page.picture.heat is None


def test_new_poster_is_inspected_only_after_a_click_on_update(
    qtbot: QtBot, session: Session, run_page: RunPage, real_run: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PODD_HOME", str(real_run.parent))
    open_run(qtbot, session, run_page, real_run)
    service, page = run_page.inspector.service, run_page.inspector.patch_page
    page.nearest.header.click()
    wait_for(qtbot, service.nearest)
    assert not page.nearest.update_button.isVisible()
    poster = session.run_history.poster
    assert poster is not None
    session.run_history.show_poster(replace(poster, step=5))
    assert not service.nearest.is_pending
    assert page.nearest.text_label.text().startswith("From the poster of step 4.")
    page.nearest.update_button.click()
    assert service.nearest.is_pending
    wait_for(qtbot, service.nearest)
    assert not page.nearest.text_label.text().startswith("From the poster")
    assert not page.nearest.update_button.isVisible()


def test_opening_a_run_cancels_pending_requests(
    qtbot: QtBot,
    services: Services,
    session: Session,
    run_page: RunPage,
    real_run: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("PODD_HOME", str(real_run.parent))
    open_run(qtbot, session, run_page, real_run)
    service, page = run_page.inspector.service, run_page.inspector.patch_page
    for section in (page.versions, page.nearest, page.gradient_map):
        section.header.click()
    page.gradient_map.toggle.click()
    assert service.gradient_map.is_pending
    session.run_history.open(RunMetadata(CONFIG, NAMES, real_run / "elsewhere"))
    assert not any(
        request.is_pending for request in (service.gradient_map, service.nearest, service.versions)
    )
    assert not page.gradient_map.toggle.isChecked()
    services.close()
    qtbot.wait(0)
    assert service.gradient_map.result is None


def test_run_in_another_process_is_inspected(
    qtbot: QtBot, session: Session, run_page: RunPage, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PODD_HOME", str(tmp_path))
    path = tmp_path / "tiny-001"
    events = begin_run(path, REAL)
    first = run_until(events, Evaluation)
    assert isinstance(first, Evaluation)
    open_run(qtbot, session, run_page, path)
    service = run_page.inspector.service
    assert service.details.result.step == 2
    second = run_until(events, Evaluation)
    session.run_history.add_evaluation(second)  # type: ignore[arg-type]
    wait_for(qtbot, service.details)
    assert service.details.result.step == 4
    run_to_end(events)


def test_concurrent_inspections_equal_those_one_after_the_other(
    real_run: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PODD_HOME", str(real_run.parent))
    run = load_run(real_run, ignore_progress)
    assert run.poster is not None
    # An inner step of these networks takes long enough that two computations would overlap.
    config = run.metadata.config.with_values({"network.width": 64, "truncation.total": 12})
    posters = [replace(run.poster, step=step) for step in range(4)]
    reference = Inspection(real_run, config)
    expected = [reference.gradient_map(poster, ignore_progress) for poster in posters]
    together = Inspection(real_run, config)
    with ThreadPoolExecutor(len(posters)) as pool:
        maps = [pool.submit(together.gradient_map, poster, ignore_progress) for poster in posters]
        images = [pool.submit(together.nearest, posters[0], patch, ignore_progress) for patch in range(4)]
    for found, exact in zip(maps, expected, strict=True):
        np.testing.assert_array_equal(found.result(), exact)
    for patch, nearest in enumerate(images):
        exact_images = reference.nearest(posters[0], patch, ignore_progress)
        assert [each.distance for each in nearest.result()] == [each.distance for each in exact_images]
