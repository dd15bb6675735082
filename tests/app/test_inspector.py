"""The inspector: patch and class, what is asked when, what is remembered; then all of it on a real run."""

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
from podd_app.workers.live_run import load_run
from podd_engine.errors import RunError
from podd_engine.progress import ProgressCallback, ignore_progress
from podd_engine.runs import RunDirectory
from podd_engine.runtime.events import Evaluation, EvaluationDetails

NAMES = ("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine")
TIMEOUT_MS = 60_000
REAL = TINY.with_values({"labels.kind": "learned", "augmentation.patches": ("rotate",)})


def details(step: int = 40) -> EvaluationDetails:
    """Two networks that take half of the zeros for ones, and nothing else wrong."""
    confusion = np.diag(np.full(10, 20))
    confusion[0, :2] = 10
    predictions = np.full((50, 10), 0.02, dtype=np.float32)
    predictions[:, 3] = 0.82
    return EvaluationDetails(step, 2, 60, confusion, predictions)


@pytest.fixture
def run_page(qtbot: QtBot, services: Services) -> RunPage:
    made = RunPage(services)
    assert made.panel is not None
    qtbot.addWidget(made)
    qtbot.addWidget(made.panel)
    made.resize(880, 720)
    made.show()
    made.panel.resize(312, 900)
    made.panel.show()
    qtbot.waitExposed(made)
    return made


def open_story(qtbot: QtBot, session: Session, run_page: RunPage, path: Path) -> None:
    """A run that was evaluated at step 40, as far as it lies at ``path``."""
    session.run_history.open(RunMetadata(CONFIG, NAMES, path, (), (evaluation(40),)))
    session.run_history.show_poster(picture(snapshot(40)))
    run_page.canvas.select_patch(17)
    wait_for(qtbot, run_page.inspector.desk.details)


def wait_for(qtbot: QtBot, question: CachedRequest) -> None:
    if question.is_pending:
        with qtbot.waitSignal(
            question.changed, timeout=TIMEOUT_MS, check_params_cb=lambda: not question.is_pending
        ):
            pass


# What is asked


def test_an_answer_that_nobody_wants_any_more_is_dropped(qtbot: QtBot, services: Services) -> None:
    question = CachedRequest(services.pool.lane(serial=True), kept=2)
    asked: list[str] = []

    def work(name: str, report: ProgressCallback) -> str:
        asked.append(name)
        return name.upper()

    question.fetch("a", lambda report: work("a", report))
    question.fetch("b", lambda report: work("b", report))
    wait_for(qtbot, question)
    assert (question.key, question.result) == ("b", "B")
    question.fetch("b", lambda report: work("b", report))
    assert not question.is_pending
    question.fetch("c", lambda report: work("c", report))
    assert (question.key, question.requested_key) == ("b", "c")
    wait_for(qtbot, question)
    question.fetch("b", lambda report: work("b", report))
    assert (question.key, question.result) == ("b", "B")
    assert asked[-2:] == ["b", "c"]

    def broken(report: ProgressCallback) -> None:
        raise RunError("it is gone")

    question.fetch("d", broken)
    wait_for(qtbot, question)
    assert question.error is not None
    assert question.error.what == "it is gone"
    assert question.result == "B"
    question.reset()
    assert question.result is question.error is question.requested_key is None


def test_figures_of_a_class() -> None:
    figures = class_figures(details().confusion, 2, 0)
    assert (figures.images, figures.accuracy) == (10, 0.5)
    np.testing.assert_array_equal(figures.taken_for[:3], [0.5, 0.5, 0])
    one = class_figures(details().confusion, 2, 1)
    assert one.accuracy == 1
    assert one.mistaken[0] == pytest.approx(10 / 30)
    empty = np.zeros((10, 10), dtype=np.int64)
    assert np.isnan(class_figures(empty, 2, 4).accuracy)
    assert accuracies(empty) == [None] * 10
    assert accuracies(details().confusion) == [0.5, *[1.0] * 9]


# The patch


def test_predictions_stand_beside_the_soft_label(
    qtbot: QtBot, session: Session, run_page: RunPage, tmp_path: Path
) -> None:
    RunDirectory(tmp_path).save_evaluation_details(details())
    open_story(qtbot, session, run_page, tmp_path)
    part = run_page.inspector.patch_page.label
    assert part.is_expanded
    strongest = part.bars.bars[0]
    assert (strongest.name, strongest.shares) == ("three", pytest.approx((0.1, 0.82)))
    assert "networks: 82\u2009% three" in part.bars.accessibleDescription()
    assert "evaluated at step 40" in part.words.text()


def test_a_run_that_kept_no_details_says_what_to_do(
    qtbot: QtBot, session: Session, run_page: RunPage, tmp_path: Path
) -> None:
    open_story(qtbot, session, run_page, tmp_path)
    part = run_page.inspector.patch_page.label
    assert part.bars.bars[0].shares == pytest.approx((0.1,))
    assert "Go on with the run" in part.words.text()
    (tmp_path / "evaluation.npz").write_bytes(b"torn")
    session.run_history.add_evaluation(evaluation(60))
    wait_for(qtbot, run_page.inspector.desk.details)
    assert "cannot be read" in part.words.text()
    RunDirectory(tmp_path).save_evaluation_details(details(80))
    session.run_history.add_evaluation(evaluation(80))
    wait_for(qtbot, run_page.inspector.desk.details)
    assert "evaluated at step 80" in part.words.text()
    session.run_history.open(RunMetadata(CONFIG, NAMES, tmp_path / "other"))
    session.run_history.show_poster(picture(snapshot(0)))
    assert not run_page.inspector.patch_page.isVisible()
    run_page.canvas.select_patch(17)
    wait_for(qtbot, run_page.inspector.desk.details)
    assert part.words.text() == "What networks say comes with the first evaluation."


def test_fixed_labels_and_no_augmentation_are_said(
    qtbot: QtBot, session: Session, run_page: RunPage, tmp_path: Path
) -> None:
    open_story(qtbot, session, run_page, tmp_path)
    page = run_page.inspector.patch_page
    plain = replace(
        RunMetadata(CONFIG.with_values({"augmentation.patches": (), "labels.kind": "fixed"}), NAMES, tmp_path)
    )
    session.run_history.open(plain)
    for part in (page.history, page.versions):
        part.header.click()
    assert "Labels are fixed" in page.history.words.text()
    assert not page.history.lines.isVisible()
    assert "augments no patches" in page.versions.words.text()
    assert not page.versions.grid.isVisible()
    assert run_page.inspector.desk.versions.requested_key is None


def test_which_parts_are_open_is_remembered(qtbot: QtBot, services: Services, run_page: RunPage) -> None:
    page = run_page.inspector.patch_page
    assert [part.key for part in page.sections if part.is_expanded] == ["label"]
    page.label.header.click()
    page.gradient_map.header.click()
    other = RunPage(services)
    qtbot.addWidget(other)
    assert other.panel is not None
    qtbot.addWidget(other.panel)
    again = other.inspector.patch_page
    assert [part.key for part in again.sections if part.is_expanded] == ["pull"]
    assert not again.gradient_map.toggle.isChecked()


# The class


def test_the_class_follows_the_clicked_spot(
    qtbot: QtBot, session: Session, run_page: RunPage, tmp_path: Path
) -> None:
    RunDirectory(tmp_path).save_evaluation_details(details())
    open_story(qtbot, session, run_page, tmp_path)
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
    said = page._facts._text.text()
    assert "of 10 test images recognized" in said
    assert "even: 10" in said
    assert page.bars.accessibleDescription() == "taken for: 50\u2009% one; taken for it: 0\u2009% one"
    at = run_page.canvas.mapFromScene(view.cells[view.cell_classes.index(5)].center())
    qtbot.mouseClick(run_page.canvas.viewport(), Qt.MouseButton.LeftButton, pos=at)
    assert page.bars.bars == []
    assert page.bars.accessibleDescription() == "No class"
    run_page.canvas.select_patch(None)
    assert run_page.canvas._values.outlined_cell is None
    assert not page.isVisible()


def test_tints_show_accuracy_or_confusions_with_a_legend(
    qtbot: QtBot, session: Session, run_page: RunPage, tmp_path: Path
) -> None:
    RunDirectory(tmp_path).save_evaluation_details(details())
    open_story(qtbot, session, run_page, tmp_path)
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
    assert page.legend.text.startswith("0\u2009% – 50\u2009%")
    inspector.patch_button.click()
    assert overlay.values is overlay.outlined_cell is None
    inspector.class_button.click()
    assert overlay.values is not None
    page.confusions.click()
    assert overlay.values is None


# With the real engine


@pytest.fixture(scope="module")
def real_run(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A finished run of learned labels and rotated patches; not to be written to."""
    return make_run(tmp_path_factory.mktemp("runs") / "tiny-001", REAL)


def open_run(qtbot: QtBot, session: Session, run_page: RunPage, path: Path, patch: int = 12) -> None:
    read = load_run(path, ignore_progress)
    session.run_history.open(read.metadata)
    session.run_history.show_poster(read.poster)
    qtbot.waitUntil(lambda: bool(run_page._snapshot_player.snapshot_steps), timeout=TIMEOUT_MS)
    run_page.canvas.select_patch(patch)
    wait_for(qtbot, run_page.inspector.desk.details)


def test_all_of_it_on_a_run_from_disk(
    qtbot: QtBot, session: Session, run_page: RunPage, real_run: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PODD_HOME", str(real_run.parent))
    open_run(qtbot, session, run_page, real_run)
    desk, page, run = run_page.inspector.desk, run_page.inspector.patch_page, RunDirectory(real_run)
    kept = run.load_evaluation_details()
    assert kept is not None
    shown = {bar.name: bar.shares for bar in page.label.bars.bars}
    name = next(iter(shown))
    index = [page.label.subject.name(each) for each in range(10)].index(name)  # type: ignore[union-attr]
    assert shown[name] == pytest.approx(
        (float(run.load_snapshot(4).patch_labels[12, index]), float(kept.patch_predictions[12, index]))
    )

    page.history.header.click()
    wait_for(qtbot, desk.history)
    assert desk.history.result.steps == (0, 2, 4)
    np.testing.assert_array_equal(desk.history.result.shares[1], run.load_snapshot(2).patch_labels[12])
    assert page.history.lines.isVisible()

    page.versions.header.click()
    wait_for(qtbot, desk.versions)
    first = page.versions.grid.pictures
    assert [each.lines for each in first] == [("rotate",)] * 4
    page.versions.others.click()
    wait_for(qtbot, desk.versions)
    assert any(one.image != two.image for one, two in zip(first, page.versions.grid.pictures, strict=True))

    page.nearest.header.click()
    wait_for(qtbot, desk.nearest)
    near = page.nearest.grid.pictures
    assert len(near) == 8
    distances = [float(each.lines[1]) for each in near]
    assert distances == sorted(distances)

    page.gradient_map.header.click()
    assert page.picture.heat is None
    assert desk.gradient_map.requested_key is None
    page.gradient_map.toggle.click()
    wait_for(qtbot, desk.gradient_map)
    assert page.picture.heat is not None
    pulls = desk.gradient_map.result
    assert pulls.shape == (20, 32)
    run_page.canvas.select_patch(13)
    assert desk.gradient_map.result is pulls  # one gradient for every patch of a poster
    wait_for(qtbot, desk.nearest)
    page.gradient_map.toggle.click()
    assert page.picture.heat is None


def test_a_newer_poster_starts_nothing_until_it_is_asked_for(
    qtbot: QtBot, session: Session, run_page: RunPage, real_run: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PODD_HOME", str(real_run.parent))
    open_run(qtbot, session, run_page, real_run)
    desk, page = run_page.inspector.desk, run_page.inspector.patch_page
    page.nearest.header.click()
    wait_for(qtbot, desk.nearest)
    assert not page.nearest.update_button.isVisible()
    poster = session.run_history.poster
    assert poster is not None
    session.run_history.show_poster(replace(poster, step=5))
    assert not desk.nearest.is_pending
    assert page.nearest.words.text().startswith("Of the poster of step 4.")
    page.nearest.update_button.click()
    assert desk.nearest.is_pending
    wait_for(qtbot, desk.nearest)
    assert not page.nearest.words.text().startswith("Of the poster")
    assert not page.nearest.again.isVisible()


def test_a_gradient_under_way_is_dropped_with_its_run(
    qtbot: QtBot,
    services: Services,
    session: Session,
    run_page: RunPage,
    real_run: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("PODD_HOME", str(real_run.parent))
    open_run(qtbot, session, run_page, real_run)
    desk, page = run_page.inspector.desk, run_page.inspector.patch_page
    for part in (page.versions, page.nearest, page.gradient_map):
        part.header.click()
    page.gradient_map.toggle.click()
    assert desk.gradient_map.is_pending
    session.run_history.open(RunMetadata(CONFIG, NAMES, real_run / "elsewhere"))
    assert not any(question.is_pending for question in (desk.gradient_map, desk.nearest, desk.versions))
    assert not page.gradient_map.toggle.isChecked()
    services.close()
    qtbot.wait(0)
    assert desk.gradient_map.result is None


def test_a_run_that_goes_on_elsewhere_is_inspected_too(
    qtbot: QtBot, session: Session, run_page: RunPage, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PODD_HOME", str(tmp_path))
    path = tmp_path / "tiny-001"
    events = begin_run(path, REAL)
    first = run_until(events, Evaluation)
    assert isinstance(first, Evaluation)
    open_run(qtbot, session, run_page, path)
    desk = run_page.inspector.desk
    assert desk.details.result.step == 2
    second = run_until(events, Evaluation)
    session.run_history.add_evaluation(second)  # type: ignore[arg-type]
    wait_for(qtbot, desk.details)
    assert desk.details.result.step == 4
    run_to_end(events)
