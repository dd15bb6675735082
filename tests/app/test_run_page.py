"""Run page: empty state, plots, crosshair, file export, patch inspection and view."""

import csv
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from fake_engine import CONFIG, evaluation, picture, snapshot, step
from PySide6.QtCore import QCoreApplication, QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QPushButton
from pytestqt.qtbot import QtBot

from podd_app.models.run_messages import RunMetadata
from podd_app.models.run_status import Phase, RunStatus
from podd_app.models.session import Session
from podd_app.pages.run.page import RunPage
from podd_app.pages.run.plot_card import PlotCard
from podd_app.pages.run.plot_menu import make_plot_menu, render_csv, render_png
from podd_app.pages.run.redraw_scheduler import RedrawScheduler
from podd_app.pages.run.series import Series
from podd_app.pages.run.value_range import range_without_outliers
from podd_app.qt.plain_text import Html, to_plain_text
from podd_app.services.services import Services

NAMES = ("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine")
METADATA = RunMetadata(CONFIG, NAMES, Path("runs/digits-001"))


@pytest.fixture
def page(qtbot: QtBot, services: Services) -> RunPage:
    made = RunPage(services)
    assert made.panel is not None
    qtbot.addWidget(made)
    qtbot.addWidget(made.panel)
    made.resize(880, 720)
    made.show()
    made.panel.resize(312, 720)
    made.panel.show()
    qtbot.waitExposed(made)
    return made


@pytest.fixture
def page_with_run(page: RunPage, session: Session) -> RunPage:
    """Run page with an open run of 40 steps and two evaluations."""
    session.run_history.open(METADATA)
    session.run_history.add_reports([step(number) for number in range(1, 41)])
    session.run_history.add_evaluation(evaluation(20, 0.4))
    session.run_history.add_evaluation(evaluation(40, 0.6))
    session.run_history.show_poster(picture(snapshot(40)))
    page._redraw_scheduler.flush()
    return page


def patch_center(page: RunPage, patch: int) -> QPoint:
    """Return the center of a patch in canvas coordinates."""
    assert page.canvas.view is not None
    return page.canvas.mapFromScene(page.canvas.view.patch(patch).center())


def test_empty_state_is_shown_until_a_run_opens(qtbot: QtBot, page: RunPage, session: Session) -> None:
    assert page.empty_state.isVisible()
    assert not page.canvas.isVisible()
    # Only the top bar has a Start button.
    assert [made.text() for made in page.findChildren(QPushButton) if made.isVisible()] == [
        "Draw the poster",
        "Look at a finished example",
    ]
    with qtbot.waitSignal(session.page_requested) as requested:
        page.empty_state.action_triggered.emit()
    assert requested.args == ["poster"]
    session.run_history.open(METADATA)
    assert not page.empty_state.isVisible()
    assert page.canvas.isVisible()
    assert page.canvas.view is not None
    assert page.canvas.view.class_names == NAMES
    session.run_history.open(None)
    assert page.empty_state.isVisible()


def test_plots_contain_all_reported_values(page_with_run: RunPage) -> None:
    loss = page_with_run.loss.table()
    assert loss.columns == ("step", "loss", "average")
    assert [row[0] for row in loss.rows] == list(range(1, 41))
    assert loss.rows[3][1] == pytest.approx(2.0 / 4)
    assert page_with_run.gradient.table().rows[-1] == (40.0, 40.5, 3.0)
    assert page_with_run.windows.table().rows[9] == (10.0, 3.0, 10.0)
    accuracy = page_with_run.accuracy.table()
    assert [row[:2] for row in accuracy.rows] == [(20, 30), (20, 60), (40, 30), (40, 60)]
    assert accuracy.rows[-1][2:] == pytest.approx((0.66, 0.01, 0.7, 0.02))


def test_accuracy_axis_shows_percent(page_with_run: RunPage) -> None:
    def tick_labels(card: PlotCard) -> list[str]:
        axis = card.view.plotItem.getAxis("left")
        return axis.tickStrings([0, 50, 100], scale=1, spacing=50)

    assert tick_labels(page_with_run.accuracy) == [f"{number}%" for number in (0, 50, 100)]
    assert tick_labels(page_with_run.loss) == ["0", "50", "100"]


def test_plots_continue_after_resume_and_clear_for_another_run(
    page_with_run: RunPage, session: Session
) -> None:
    earlier = replace(
        METADATA,
        reports=tuple(session.run_history.reports),
        evaluations=tuple(session.run_history.evaluations),
    )
    session.run_history.open(earlier)
    session.run_history.add_reports([step(41)])
    page_with_run._redraw_scheduler.flush()
    assert [row[0] for row in page_with_run.loss.table().rows] == list(range(1, 42))
    assert len(page_with_run.accuracy.table().rows) == 4
    session.run_history.open(replace(METADATA, path=Path("runs/digits-002")))
    assert page_with_run.loss.table().rows == []
    assert page_with_run.accuracy.table().rows == []
    assert session.run_history.poster is None


def test_linked_plots_follow_the_run_until_the_user_zooms(page_with_run: RunPage, session: Session) -> None:
    def x_range(card: object) -> list[float]:
        return card.view.plotItem.getViewBox().viewRange()[0]  # type: ignore[attr-defined]

    for card in page_with_run._plots:
        low, high = x_range(card)
        assert low <= 1
        assert 40 <= high <= 45
    box = page_with_run.gradient.view.plotItem.getViewBox()
    box.setXRange(10, 20, padding=0)
    box.sigRangeChangedManually.emit([True, True])
    session.run_history.add_reports([step(number) for number in range(41, 61)])
    page_with_run._redraw_scheduler.flush()
    for card in page_with_run._plots:
        assert x_range(card) == pytest.approx([10, 20], abs=0.5)
    page_with_run.accuracy.view.reset_zoom()
    for card in page_with_run._plots:
        assert x_range(card)[1] >= 60


def test_crosshair_shows_values_and_appears_on_every_plot(page_with_run: RunPage) -> None:
    box = page_with_run.loss.view.plotItem.getViewBox()
    at = box.mapViewToScene(QPointF(20, 1.0))
    page_with_run.loss.view.scene().sigMouseMoved.emit(QPointF(at.x(), box.sceneBoundingRect().center().y()))
    assert page_with_run.loss._readout.isVisible()
    assert "step 20" in page_with_run.loss._readout.text
    assert "0.100" in page_with_run.loss._readout.text
    assert all(card.view.crosshair_step is not None for card in page_with_run._plots)
    assert page_with_run.accuracy.view.crosshair_step == 20
    page_with_run.loss.view.scene().sigMouseMoved.emit(QPointF(-5, -5))
    assert not any(card.view.crosshair_step is not None for card in page_with_run._plots)
    result = page_with_run.accuracy.readings(31)
    assert result is not None
    assert result[0] == 40
    assert [reading.name for reading in result[1]] == [
        "test after 60",
        "training after 60",
        "test after 30",
        "training after 30",
    ]
    assert result[1][0].text.startswith("66.0 ± 1.0")


def test_plot_supports_log_scale_and_saves_png_and_csv(page_with_run: RunPage, session: Session) -> None:
    names = [action.text() for action in make_plot_menu(page_with_run.loss, session).actions()]
    assert "Logarithmic scale" in names
    page_with_run.loss.view.set_logarithmic(True)
    page_with_run.loss.view.grab()
    assert page_with_run.loss.view.plotItem.getViewBox().viewRange()[1][1] < 1
    image = QImage.fromData(render_png(page_with_run.loss))
    assert image.width() == 3 * page_with_run.loss.width()
    rows = list(csv.reader(render_csv(page_with_run.gradient).decode().splitlines()))
    assert rows[0] == ["step", "gradient_norm", "clip_level"]
    assert [float(cell) for cell in rows[40]] == [40, 40.5, 3]


def test_clicked_patch_is_inspected_and_updated_with_new_posters(
    qtbot: QtBot, page_with_run: RunPage, session: Session
) -> None:
    qtbot.mouseClick(
        page_with_run.canvas.viewport(), Qt.MouseButton.LeftButton, pos=patch_center(page_with_run, 17)
    )
    assert page_with_run.inspector.patch == 17
    image = page_with_run.inspector.picture.image
    assert image is not None
    assert (image.width(), image.height()) == (8, 8)
    assert image.pixelColor(0, 0).red() == 40
    session.run_history.show_poster(picture(snapshot(41)))
    updated = page_with_run.inspector.picture.image
    assert updated is not None
    assert updated.pixelColor(0, 0).red() == 41
    page_with_run.as_seen.click()
    trained = page_with_run.inspector.picture.image
    assert trained is not None
    assert trained.pixelColor(0, 0).red() == 255 - 41


def test_hover_label_shows_class_and_patch(qtbot: QtBot, page_with_run: RunPage) -> None:
    qtbot.mouseMove(page_with_run.canvas.viewport(), patch_center(page_with_run, 0))
    text = page_with_run._hover_label.text()
    assert "zero" in text
    assert "patch 1 (column 1, row 1)" in text


def test_run_never_moves_the_view_set_by_the_user(page_with_run: RunPage, session: Session) -> None:
    page_with_run.canvas.look_at(QPointF(10, 10), 20.0)
    session.run_history.show_poster(picture(snapshot(41)))
    session.run_history.add_evaluation(evaluation(60))
    session.run_history.open(replace(METADATA, reports=(step(1),)))
    assert page_with_run.canvas.scale_factor == 20.0
    assert page_with_run.canvas.center.x() == pytest.approx(10, abs=0.1)


def test_pending_redraws_are_cancelled_when_another_run_opens(
    qtbot: QtBot, page_with_run: RunPage, session: Session
) -> None:
    session.run_history.add_reports([step(41)])
    session.run_history.open(replace(METADATA, reports=(), path=Path("runs/digits-002")))
    session.run_history.add_reports([step(1)])
    qtbot.waitUntil(lambda: len(page_with_run.loss.table().rows) == 1)
    page_with_run._redraw_scheduler.flush()


def test_opened_run_is_drawn_immediately(page_with_run: RunPage, session: Session) -> None:
    session.run_history.open(replace(METADATA, reports=(step(1), step(2)), evaluations=(evaluation(2, 0.7),)))
    assert "76.0" in page_with_run.accuracy._value_label.text()


def test_paused_run_is_drawn_immediately(page_with_run: RunPage, session: Session) -> None:
    session.run_history.add_evaluation(evaluation(60, 0.8))
    assert "86.0" not in page_with_run.accuracy._value_label.text()
    session.set_run_status(RunStatus(Phase.PAUSED, "", 60, 100))
    assert "86.0" in page_with_run.accuracy._value_label.text()


def test_drawing_plots_does_not_leak_references_to_none(
    qtbot: QtBot, page_with_run: RunPage, session: Session
) -> None:
    def redraw(times: int) -> None:
        for number in range(times):
            session.run_history.add_reports([step(len(session.run_history.reports) + 1)])
            page_with_run._redraw_scheduler.flush()
            for card in page_with_run._plots:
                card.view.viewport().repaint()
            if number % 50 == 0:
                session.run_history.add_evaluation(evaluation(number))

    redraw(20)
    before = sys.getrefcount(None)
    redraw(300)
    # Since Python 3.12, None is immortal and its count is constant. Before, a leak shows as hundreds.
    assert sys.getrefcount(None) > before - 200


def test_series_grows_and_finds_the_nearest_row() -> None:
    series = Series("step", "value")
    assert series.row_at(3) is None
    for number in range(1000):
        series.append(2 * number, number)
    assert len(series) == 1000
    np.testing.assert_array_equal(series["value"], np.arange(1000))
    assert [series.row_at(x) for x in (-5, 0.9, 1.1, 1997.2, 9999)] == [0, 0, 1, 999, 999]


def test_scheduler_runs_callbacks_one_at_a_time_and_coalesces_them(qtbot: QtBot) -> None:
    scheduler, drawn = RedrawScheduler(), []

    def first() -> None:
        drawn.append("first")

    def second() -> None:
        drawn.append("second")
        if drawn.count("second") == 1:
            scheduler.schedule(first)

    for draw in (first, second, first, second):
        scheduler.schedule(draw)
    assert drawn == []
    qtbot.waitUntil(lambda: len(drawn) == 3)
    assert drawn == ["first", "second", "first"]


def header(card: PlotCard) -> str:
    return to_plain_text(Html(card._value_label.text())).replace("\u00a0", " ")


def test_best_and_last_accuracy_are_named_in_the_result_and_in_the_plot(
    page_with_run: RunPage, session: Session
) -> None:
    session.run_history.add_evaluation(evaluation(60, 0.5, best=False))
    page_with_run._redraw_scheduler.flush()
    result = to_plain_text(Html(page_with_run._outcome._text.text())).replace("\u00a0", " ")
    assert "Best 66.0% (step 40)\nLast 56.0% (step 60)" in result
    page_with_run.accuracy.resize(700, 172)
    assert header(page_with_run.accuracy) == "Best 66.0% (step 40) · Last 56.0% (step 60)"
    page_with_run.accuracy.resize(280, 172)
    assert header(page_with_run.accuracy) == "Best 66.0% · Last 56.0%"
    assert "Best 66.0% (step 40)" in page_with_run.accuracy.accessibleDescription().replace("\u00a0", " ")
    session.run_history.add_evaluation(evaluation(80, 0.7))
    page_with_run._redraw_scheduler.flush()
    assert header(page_with_run.accuracy).startswith("Best and last 76.0%")


@pytest.mark.parametrize("width", [600, 760, 880, 1000, 1400])
def test_plot_headers_are_one_line_and_the_plots_line_up(page_with_run: RunPage, width: int) -> None:
    page_with_run.resize(width, 720)
    QCoreApplication.sendPostedEvents(None, QEvent.Type.LayoutRequest)
    cards = (page_with_run.accuracy, page_with_run.loss, page_with_run.gradient)
    assert len({card.view.geometry().top() for card in cards}) == 1
    assert len({card.view.height() for card in cards}) == 1
    for card in cards:
        assert card._value_label.geometry().right() < card.width()
        assert card._title_label.geometry().right() < card._value_label.geometry().left()


def test_compute_time_is_updated_during_the_run(page_with_run: RunPage, session: Session) -> None:
    text = page_with_run._outcome._text
    assert "Compute time: 26 s" in text.text()
    session.run_history.add_reports([step(number, seconds=30) for number in range(41, 51)])
    page_with_run._redraw_scheduler.flush()
    assert "Compute time: 5 min" in text.text()


def test_plot_headers_belong_to_the_step_on_screen(
    page_with_run: RunPage, monkeypatch: pytest.MonkeyPatch
) -> None:
    player = page_with_run._snapshot_player
    page_with_run.resize(1400, 720)
    latest = {card.title: header(card) for card in page_with_run._plots}
    monkeypatch.setattr(type(player), "selected_step", property(lambda _: 25))
    player.position_changed.emit()
    assert header(page_with_run.accuracy) == "Step 20: 46.0 ± 1.0%"  # the last evaluation up to step 25
    assert header(page_with_run.gradient) == "Step 25: clip at 3.00"
    assert header(page_with_run.loss).startswith("Step 25: ")
    assert [card.view.crosshair_step for card in page_with_run._plots] == [20, 25, 25, 25]
    page_with_run._on_step_hovered(31)
    page_with_run._on_step_hovered(None)
    assert page_with_run.loss.view.crosshair_step == 25  # the line at the step returns
    monkeypatch.setattr(type(player), "selected_step", property(lambda _: 5))
    player.position_changed.emit()
    assert header(page_with_run.accuracy) == "first at step 100"
    monkeypatch.setattr(type(player), "selected_step", property(lambda _: None))
    player.position_changed.emit()
    assert {card.title: header(card) for card in page_with_run._plots} == latest
    assert page_with_run.loss.view.crosshair_step is None


def test_tooltip_of_a_plot_is_only_on_its_header(page_with_run: RunPage) -> None:
    for card in page_with_run._plots:
        assert card.toolTip() == card.view.toolTip() == card.view.viewport().toolTip() == ""
        head = card._title_label.parentWidget()
        assert head is not card
        assert head.toolTip().startswith("<qt>")
        assert head.height() < 40


def y_range(card: PlotCard) -> tuple[float, float]:
    low, high = card.view.plotItem.getViewBox().viewRange()[1]
    return low, high


def test_spikes_do_not_flatten_the_gradient_norm(page_with_run: RunPage, session: Session) -> None:
    calm = [replace(step(number), gradient_norm=0.3 + 0.01 * (number % 7)) for number in range(1, 200)]
    spike = replace(step(200), gradient_norm=200.0, clip_level=50.0)
    session.run_history.open(replace(METADATA, path=Path("runs/spike"), reports=(*calm, spike)))
    card = page_with_run.gradient
    low, high = y_range(card)
    assert low < 0.3
    assert high < 5
    actions = {action.text(): action for action in make_plot_menu(card, session).actions()}
    assert not actions["Show outliers"].isChecked()
    actions["Reset zoom"].trigger()
    card.view.grab()
    assert y_range(card)[1] >= 200
    session.run_history.add_reports([step(201)])
    page_with_run._redraw_scheduler.flush()
    card.view.grab()
    assert y_range(card)[1] >= 200  # all values stay visible while the run continues
    actions = {action.text(): action for action in make_plot_menu(card, session).actions()}
    actions["Show outliers"].trigger()
    assert y_range(card)[1] < 60
    card.view.plotItem.getViewBox().setYRange(1, 2, padding=0)
    card.view.plotItem.getViewBox().sigRangeChangedManually.emit([True, True])
    session.run_history.add_reports([step(202)])
    page_with_run._redraw_scheduler.flush()
    assert y_range(card) == pytest.approx((1, 2), abs=0.01)
    session.run_history.open(replace(METADATA, path=Path("runs/empty")))
    assert y_range(card)[1] < 2  # a new run does not keep the axis of the run before


@pytest.mark.parametrize(
    ("values", "low", "high"),
    [
        ([1.0], 0.9, 1.1),
        ([0.0], -1.0, 1.0),
        ([float("nan"), float("inf"), 2.0], 1.9, 2.1),
        ([2.0] * 50 + [900.0], 1.5, 3.0),
        ([-900.0] + [2.0] * 50, 1.0, 2.5),
        (list(np.linspace(2.3, 0.1, 40)), -0.1, 2.5),  # a steep curve has no outliers
        ([1.0, 2.0, 3.0], 0.8, 3.2),
        ([5.0] * 20 + [0.3] * 180, 0.0, 5.5),  # a tenth of the values is no outlier
    ],
)
def test_range_without_outliers(values: list[float], low: float, high: float) -> None:
    found = range_without_outliers(np.array(values))
    assert found is not None
    assert low <= found[0] < found[1] <= high
    shown = [value for value in values if np.isfinite(value) and abs(value) < 900]
    assert found[0] <= min(shown)
    assert max(shown) <= found[1]


def test_range_without_outliers_contains_the_middle_of_other_curves() -> None:
    assert range_without_outliers(np.array([])) is None
    assert range_without_outliers(np.array([float("nan")])) is None
    found = range_without_outliers(np.array([1.0, 2.0]), [np.array([7.0, 8.0, 500.0])])
    assert found is not None
    assert 8 <= found[1] < 10
