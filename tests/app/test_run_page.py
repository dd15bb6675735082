"""The Run place: what it shows before, while and after; plots, crosshair, files, patch, view."""

import csv
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from fake_engine import CONFIG, evaluation, picture, snapshot, step
from PySide6.QtCore import QPoint, QPointF, Qt
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
from podd_app.services.services import Services
from podd_app.style.formatting import THIN_SPACE

NAMES = ("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine")
STORY = RunMetadata(CONFIG, NAMES, Path("runs/digits-001"))


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
def watching(page: RunPage, session: Session) -> RunPage:
    """The place, 40 steps and two evaluations into a run."""
    session.run_history.open(STORY)
    session.run_history.add_reports([step(number) for number in range(1, 41)])
    session.run_history.add_evaluation(evaluation(20, 0.4))
    session.run_history.add_evaluation(evaluation(40, 0.6))
    session.run_history.show_poster(picture(snapshot(40)))
    page._redraw_scheduler.flush()
    return page


def middle_of(page: RunPage, patch: int) -> QPoint:
    """Where the middle of a patch is on the canvas."""
    assert page.canvas.view is not None
    return page.canvas.mapFromScene(page.canvas.view.patch(patch).center())


def test_says_what_will_be_here_before_there_is_a_run(qtbot: QtBot, page: RunPage, session: Session) -> None:
    assert page.empty_state.isVisible()
    assert not page.canvas.isVisible()
    # Start itself is in the top bar, and only there.
    assert [made.text() for made in page.findChildren(QPushButton) if made.isVisible()] == [
        "Draw the poster",
        "Look at a finished example",
    ]
    with qtbot.waitSignal(session.page_requested) as asked:
        page.empty_state.action_triggered.emit()
    assert asked.args == ["poster"]
    session.run_history.open(STORY)
    assert not page.empty_state.isVisible()
    assert page.canvas.isVisible()
    assert page.canvas.view is not None
    assert page.canvas.view.class_names == NAMES
    session.run_history.open(None)
    assert page.empty_state.isVisible()


def test_plots_hold_what_was_told(watching: RunPage) -> None:
    loss = watching.loss.table()
    assert loss.columns == ("step", "loss", "average")
    assert [row[0] for row in loss.rows] == list(range(1, 41))
    assert loss.rows[3][1] == pytest.approx(2.0 / 4)
    assert watching.gradient.table().rows[-1] == (40.0, 40.5, 3.0)
    assert watching.windows.table().rows[9] == (10.0, 3.0, 10.0)
    accuracy = watching.accuracy.table()
    assert [row[:2] for row in accuracy.rows] == [(20, 30), (20, 60), (40, 30), (40, 60)]
    assert accuracy.rows[-1][2:] == pytest.approx((0.66, 0.01, 0.7, 0.02))


def test_accuracy_is_in_per_cent_on_its_axis_too(watching: RunPage) -> None:
    def written(card: PlotCard) -> list[str]:
        axis = card.view.plotItem.getAxis("left")
        return axis.tickStrings([0, 50, 100], scale=1, spacing=50)

    assert written(watching.accuracy) == [f"{number}{THIN_SPACE}%" for number in (0, 50, 100)]
    assert written(watching.loss) == ["0", "50", "100"]


def test_plots_go_on_across_a_resume_and_start_anew_for_another_run(
    watching: RunPage, session: Session
) -> None:
    past = replace(
        STORY, reports=tuple(session.run_history.reports), evaluations=tuple(session.run_history.evaluations)
    )
    session.run_history.open(past)
    session.run_history.add_reports([step(41)])
    watching._redraw_scheduler.flush()
    assert [row[0] for row in watching.loss.table().rows] == list(range(1, 42))
    assert len(watching.accuracy.table().rows) == 4
    session.run_history.open(replace(STORY, path=Path("runs/digits-002")))
    assert watching.loss.table().rows == []
    assert watching.accuracy.table().rows == []
    assert session.run_history.poster is None


def test_all_plots_show_the_same_steps_until_the_user_zooms(watching: RunPage, session: Session) -> None:
    def shown(card: object) -> list[float]:
        return card.view.plotItem.getViewBox().viewRange()[0]  # type: ignore[attr-defined]

    for card in watching._plots:
        low, high = shown(card)
        assert low <= 1
        assert 40 <= high <= 45
    box = watching.gradient.view.plotItem.getViewBox()
    box.setXRange(10, 20, padding=0)
    box.sigRangeChangedManually.emit([True, True])
    session.run_history.add_reports([step(number) for number in range(41, 61)])
    watching._redraw_scheduler.flush()
    for card in watching._plots:
        assert shown(card) == pytest.approx([10, 20], abs=0.5)
    watching.accuracy.view.show_everything()
    for card in watching._plots:
        assert shown(card)[1] >= 60


def test_the_crosshair_reads_values_and_shows_on_every_plot(watching: RunPage) -> None:
    box = watching.loss.view.plotItem.getViewBox()
    at = box.mapViewToScene(QPointF(20, 1.0))
    watching.loss.view.scene().sigMouseMoved.emit(QPointF(at.x(), box.sceneBoundingRect().center().y()))
    assert watching.loss._readout.isVisible()
    assert "step 20" in watching.loss._readout.text
    assert "0.100" in watching.loss._readout.text
    assert all(card.view.crosshair_step is not None for card in watching._plots)
    assert watching.accuracy.view.crosshair_step == 20
    watching.loss.view.scene().sigMouseMoved.emit(QPointF(-5, -5))
    assert not any(card.view.crosshair_step is not None for card in watching._plots)
    found = watching.accuracy.readings(31)
    assert found is not None
    assert found[0] == 40
    assert [reading.name for reading in found[1]] == [
        "test after 60",
        "training after 60",
        "test after 30",
        "training after 30",
    ]
    assert found[1][0].text.startswith("66.0 ± 1.0")


def test_a_plot_can_be_logarithmic_and_saved(watching: RunPage, session: Session) -> None:
    names = [action.text() for action in make_plot_menu(watching.loss, session).actions()]
    assert "Logarithmic scale" in names
    watching.loss.view.set_logarithmic(True)
    watching.loss.view.grab()
    assert watching.loss.view.plotItem.getViewBox().viewRange()[1][1] < 1
    image = QImage.fromData(render_png(watching.loss))
    assert image.width() == 3 * watching.loss.width()
    rows = list(csv.reader(render_csv(watching.gradient).decode().splitlines()))
    assert rows[0] == ["step", "gradient_norm", "clip_level"]
    assert [float(cell) for cell in rows[40]] == [40, 40.5, 3]


def test_a_click_inspects_a_patch_and_new_posters_keep_it_live(
    qtbot: QtBot, watching: RunPage, session: Session
) -> None:
    qtbot.mouseClick(watching.canvas.viewport(), Qt.MouseButton.LeftButton, pos=middle_of(watching, 17))
    assert watching.inspector.patch == 17
    image = watching.inspector.picture.image
    assert image is not None
    assert (image.width(), image.height()) == (8, 8)
    assert image.pixelColor(0, 0).red() == 40
    session.run_history.show_poster(picture(snapshot(41)))
    after = watching.inspector.picture.image
    assert after is not None
    assert after.pixelColor(0, 0).red() == 41
    watching.as_seen.click()
    trained = watching.inspector.picture.image
    assert trained is not None
    assert trained.pixelColor(0, 0).red() == 255 - 41


def test_hovering_names_class_and_patch(qtbot: QtBot, watching: RunPage) -> None:
    qtbot.mouseMove(watching.canvas.viewport(), middle_of(watching, 0))
    text = watching._hover_label.text()
    assert "zero" in text
    assert "patch 0 (column 0, row 0)" in text


def test_a_run_never_moves_the_view_the_user_set(watching: RunPage, session: Session) -> None:
    watching.canvas.look_at(QPointF(10, 10), 20.0)
    session.run_history.show_poster(picture(snapshot(41)))
    session.run_history.add_evaluation(evaluation(60))
    session.run_history.open(replace(STORY, reports=(step(1),)))
    assert watching.canvas.scale_factor == 20.0
    assert watching.canvas.center.x() == pytest.approx(10, abs=0.1)


def test_what_waits_to_be_drawn_is_forgotten_with_its_run(
    qtbot: QtBot, watching: RunPage, session: Session
) -> None:
    session.run_history.add_reports([step(41)])
    session.run_history.open(replace(STORY, reports=(), path=Path("runs/digits-002")))
    session.run_history.add_reports([step(1)])
    qtbot.waitUntil(lambda: len(watching.loss.table().rows) == 1)
    watching._redraw_scheduler.flush()


def test_a_run_that_is_opened_is_drawn_at_once(watching: RunPage, session: Session) -> None:
    session.run_history.open(replace(STORY, reports=(step(1), step(2)), evaluations=(evaluation(2, 0.7),)))
    assert "76.0" in watching.accuracy._latest.text()


def test_a_run_that_pauses_is_drawn_as_it_is(watching: RunPage, session: Session) -> None:
    session.run_history.add_evaluation(evaluation(60, 0.8))
    assert "86.0" not in watching.accuracy._latest.text()
    session.set_run_status(RunStatus(Phase.PAUSED, "", 60, 100))
    assert "86.0" in watching.accuracy._latest.text()


def test_drawing_plots_loses_no_reference_to_none(qtbot: QtBot, watching: RunPage, session: Session) -> None:
    def redraw(times: int) -> None:
        for number in range(times):
            session.run_history.add_reports([step(len(session.run_history.reports) + 1)])
            watching._redraw_scheduler.flush()
            for card in watching._plots:
                card.view.viewport().repaint()
            if number % 50 == 0:
                session.run_history.add_evaluation(evaluation(number))

    redraw(20)
    before = sys.getrefcount(None)
    redraw(300)
    # Python 3.12 and later never count; where None is counted, a loss shows as hundreds.
    assert sys.getrefcount(None) > before - 200


def test_a_series_grows_and_finds_the_nearest_row() -> None:
    series = Series("step", "value")
    assert series.row_at(3) is None
    for number in range(1000):
        series.append(2 * number, number)
    assert len(series) == 1000
    np.testing.assert_array_equal(series["value"], np.arange(1000))
    assert [series.row_at(x) for x in (-5, 0.9, 1.1, 1997.2, 9999)] == [0, 0, 1, 999, 999]


def test_turns_draw_one_at_a_time_and_each_once(qtbot: QtBot) -> None:
    turns, drawn = RedrawScheduler(), []

    def first() -> None:
        drawn.append("first")

    def second() -> None:
        drawn.append("second")
        if drawn.count("second") == 1:
            turns.schedule(first)

    for draw in (first, second, first, second):
        turns.schedule(draw)
    assert drawn == []
    qtbot.waitUntil(lambda: len(drawn) == 3)
    assert drawn == ["first", "second", "first"]
