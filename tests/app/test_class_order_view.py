"""Distances between classes as a map, and sources of class orders side by side."""

from pathlib import Path

import numpy as np
import pytest
from local_hub import local_hub
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QColor
from pytestqt.qtbot import QtBot

from podd_app.models.class_order import Grid, OrderAnswer, OrderRequest
from podd_app.models.class_order_sources import survey
from podd_app.models.run_status import Phase, RunStatus
from podd_app.models.session import Session
from podd_app.pages.poster.class_order_view import OrderSheet
from podd_app.pages.poster.distance_map import DistanceMap
from podd_app.pages.poster.page import DesignerPlace
from podd_app.services.clip_weights_service import weights_desk_of
from podd_app.style.colormap import heat_scale
from podd_app.window.main_window import MainWindow
from podd_app.workers.class_order import answer_order
from podd_engine.class_order.distances import DistancesUnavailable
from podd_engine.class_order.placement import chance_cost, greedy_order, order_cost
from podd_engine.progress import silent

WAIT_MS = 60_000


def distances(classes: int, seed: int = 1) -> np.ndarray:
    points = np.random.default_rng(seed).normal(size=(classes, 3))
    return np.linalg.norm(points[:, None] - points[None], axis=-1)


def answered(request: OrderRequest, seed: int = 1) -> OrderAnswer:
    between = distances(request.columns * request.rows, seed)
    grid = greedy_order(between, request.columns, request.rows)
    return OrderAnswer(request, tuple(map(tuple, grid.tolist())), between, request.source)


@pytest.fixture
def asked(session: Session) -> list[OrderRequest]:
    requests: list[OrderRequest] = []
    session.orders.requested.connect(requests.append)
    return requests


@pytest.fixture
def place(qtbot: QtBot, session: Session, asked: list[OrderRequest]) -> DesignerPlace:
    made = DesignerPlace(session)
    qtbot.addWidget(made)
    qtbot.addWidget(made.controls)
    made.resize(900, 700)
    made.show()
    made.controls.show()
    qtbot.waitExposed(made)
    return made


@pytest.fixture
def sheet(qtbot: QtBot, place: DesignerPlace) -> OrderSheet:
    place.session.orders.provide(answered(OrderRequest.of(place.session.config)))
    place.controls.order_row.compare.click()
    return place.sheet


def spot(shown: DistanceMap, row: float, column: float) -> QPoint:
    return shown.mapFromScene(QPointF(column, row))


def test_the_sheet_takes_the_posters_place_and_gives_it_back(
    qtbot: QtBot, place: DesignerPlace, sheet: OrderSheet
) -> None:
    assert sheet.isVisible()
    assert not place.frame.isVisible()
    assert "Similar classes are dark" in place._hint.text()
    qtbot.keyClick(sheet.map, Qt.Key.Key_Escape)
    assert place.frame.isVisible()
    assert not sheet.isVisible()
    assert "Drag an edge" in place._hint.text()


def test_the_map_shows_distances_in_the_order_of_the_grid(
    qtbot: QtBot, place: DesignerPlace, sheet: OrderSheet
) -> None:
    session = place.session
    cells = np.ravel(session.orders.shown.grid)
    between = distances(10)[np.ix_(cells, cells)]
    image = sheet.map._cells.image
    assert (image.width(), image.height()) == (10, 10)
    apart = ~np.eye(10, dtype=bool)
    order = np.argsort(between[apart], kind="stable")
    luminance = np.array([[QColor(image.pixel(x, y)).lightnessF() for x in range(10)] for y in range(10)])[
        apart
    ][order]
    assert luminance[0] < luminance[45] < luminance[-1]
    assert QColor(image.pixel(*reversed(np.unravel_index(np.argmax(between), (10, 10))))).getRgb()[
        :3
    ] == tuple(heat_scale()[-1])
    assert "Looks alike" in sheet._title.text()
    session.swap_classes(0, 9)
    assert sheet.map._names[0] == str(cells[9])


def test_pointing_names_two_classes_and_their_distance(
    qtbot: QtBot, place: DesignerPlace, sheet: OrderSheet
) -> None:
    cells = np.ravel(place.session.orders.shown.grid)
    qtbot.mouseMove(sheet.map.viewport(), spot(sheet.map, 2.5, 7.5))
    assert sheet.map.pair == (2, 7)
    assert sheet._pair.text() == f"{cells[2]} – {cells[7]}"
    assert sheet.legend.text.endswith(f"{distances(10)[cells[2], cells[7]]:.3f}")
    qtbot.keyClick(sheet.map, Qt.Key.Key_Down)
    qtbot.keyClick(sheet.map, Qt.Key.Key_Left)
    assert sheet.map.pair == (3, 6)
    assert f"{cells[3]} – {cells[6]}" in sheet.map.accessibleDescription()
    qtbot.mouseMove(sheet.map.viewport(), QPoint(2, 2))
    assert sheet.map.pair is None
    assert sheet._pair.text() == ""


def test_two_hundred_classes_can_be_zoomed_into(qtbot: QtBot, place: DesignerPlace) -> None:
    session = place.session
    session.use_preset("tiny-imagenet-0.9ipc")
    session.orders.provide(answered(OrderRequest.of(session.config)))
    place.show_sheet(True)
    shown = place.sheet.map
    before = shown.scale_factor
    shown.zoom(8)
    assert shown.scale_factor == pytest.approx(8 * before)
    centre = shown.centre
    viewport = shown.viewport()
    qtbot.mousePress(viewport, Qt.MouseButton.LeftButton, pos=QPoint(200, 200))
    qtbot.mouseMove(viewport, QPoint(230, 200))
    qtbot.mouseRelease(viewport, Qt.MouseButton.LeftButton, pos=QPoint(230, 200))
    assert (centre - shown.centre).x() == pytest.approx(30 / shown.scale_factor, abs=0.5)
    session.swap_classes(0, 1)
    assert not shown.fitted, "another order moves nothing"


def test_only_what_is_quickly_answered_is_asked_for(
    place: DesignerPlace, sheet: OrderSheet, asked: list[OrderRequest]
) -> None:
    assert {request.source for request in asked if request.alone} == {"clip", "bundled"}
    place.session.use_preset("cifar10-0.9ipc")
    asked.clear()
    place.session.orders.provide(answered(OrderRequest.of(place.session.config)))
    card = sheet.cards["images"]
    assert "images" not in {request.source for request in asked}
    assert card.measure.isVisible()
    assert not sheet.cards["bundled"].measure.isVisible()
    card.measure.click()
    assert asked[-1].source == "images"
    assert card.text == "Measuring…"
    assert not card.measure.isVisible()


def test_costs_of_sources_stand_side_by_side(
    place: DesignerPlace, sheet: OrderSheet, asked: list[OrderRequest]
) -> None:
    session = place.session
    bundled = next(request for request in asked if request.source == "bundled")
    answer = answered(bundled, seed=2)
    session.orders.provide(answer)
    finding = next(each for each in survey(session, "") if each.source == "bundled")
    assert finding.cost == order_cost(np.array(answer.grid), answer.distances)
    assert finding.chance == finding.cost / chance_cost(answer.distances, 5, 2)
    text = sheet.cards["bundled"].text
    assert f"{finding.cost:.2f}" in text
    assert f"{1 - finding.chance:.0%}".rstrip("%") in text
    assert sheet.cards["images"].use.text() == "In use"


def test_a_click_chooses_a_source_and_undo_takes_it_back(
    place: DesignerPlace, sheet: OrderSheet, asked: list[OrderRequest]
) -> None:
    session = place.session
    bundled = next(request for request in asked if request.source == "bundled")
    answer = answered(bundled, seed=2)
    session.orders.provide(answer)
    before = session.orders.shown
    asked.clear()
    sheet.cards["bundled"].use.click()
    assert session.config.order.source == "bundled"
    assert session.orders.shown.grid == answer.grid
    assert asked == [], "what is known is not asked for again"
    assert "Word meanings" in sheet._title.text()
    assert sheet.cards["bundled"].use.text() == "In use"
    session.undo()
    assert session.orders.shown == before


def test_a_source_without_an_order_says_why(
    place: DesignerPlace, sheet: OrderSheet, asked: list[OrderRequest]
) -> None:
    clip = next(request for request in asked if request.source == "clip")
    place.session.orders.fail(clip, "the weights of CLIP are not here; name their file in order.file")
    card = sheet.cards["clip"]
    assert card.text == "The weights of CLIP are not here; name their file in ‘Distances or weights’."
    assert card.file.isVisible()
    assert not card.use.isVisible()
    assert place.session.orders.shown.failure == "", "the order in use has nothing to do with it"
    asked.clear()
    assert card.measure.text() == "Try again"
    card.measure.click()
    assert asked == [clip]
    assert card.text == "Measuring…"
    place.session.orders.fail(clip, "the weights of CLIP are still not here; name their file in order.file")
    assert asked == [clip], "what fails is asked for again only when somebody wants it"
    assert "choose a CSV" in sheet.cards["file"].text


def test_a_file_is_chosen_kept_at_hand_and_taken_again(
    place: DesignerPlace,
    sheet: OrderSheet,
    asked: list[OrderRequest],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    session = place.session
    monkeypatch.setattr(
        "podd_app.pages.poster.source_choice.QFileDialog.getOpenFileName", lambda *_: ("/my/table.csv", "")
    )
    sheet.cards["file"].file.click()
    assert (session.config.order.source, session.config.order.file) == ("file", "/my/table.csv")
    session.orders.provide(answered(OrderRequest.of(session.config), seed=4))
    sheet.cards["images"].use.click()
    assert (session.config.order.source, session.config.order.file) == ("images", "")
    assert "cost" in sheet.cards["file"].text
    sheet.cards["file"].use.click()
    assert session.config.order.file == "/my/table.csv"


def test_a_run_holds_the_sources_still(place: DesignerPlace, sheet: OrderSheet) -> None:
    place.session.set_run_status(RunStatus(Phase.RUNNING))
    assert not any(card.isEnabled() for card in sheet.cards.values())
    place.session.set_run_status(RunStatus(Phase.FINISHED))
    assert all(card.isEnabled() for card in sheet.cards.values())


def test_index_order_has_no_distances_to_show(place: DesignerPlace, sheet: OrderSheet) -> None:
    place.session.edit({"order.source": "index"}, "Class order from")
    assert not sheet.map.isVisible()
    assert "needs no distances" in sheet._none.text()
    place.session.edit({"poster.width": 5}, "Poster width")
    assert "8 px wide but the poster only 5 px" in sheet._none.text()
    assert "8 px wide" in sheet.cards["bundled"].text


def test_an_answer_for_another_grid_counts_for_nothing_now(
    place: DesignerPlace, sheet: OrderSheet, asked: list[OrderRequest]
) -> None:
    late = next(request for request in asked if request.source == "bundled")
    place.session.edit({"poster.class_columns": 2, "poster.class_rows": 5}, "Class grid")
    place.session.orders.provide(answered(late))
    assert sheet.cards["bundled"].text == "Measuring…"


def test_in_the_program_the_sources_answer_by_themselves(
    qtbot: QtBot, window: MainWindow, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PODD_HOME", str(tmp_path))
    session = window.session
    window.show_place("poster")
    place = window.place_widget("poster")
    assert isinstance(place, DesignerPlace)
    table = tmp_path / "table.csv"
    table.write_text("\n".join(",".join(f"{each:.6f}" for each in row) for row in distances(10)))
    session.edit({"order.source": "file", "order.file": str(table)}, "Class order from a file")
    place.show_sheet(True)

    def grids() -> dict[str, Grid]:
        return {
            each.source: each.answer.grid for each in survey(session, str(table)) if each.answer is not None
        }

    qtbot.waitUntil(lambda: {"bundled", "images", "file"} <= set(grids()), timeout=WAIT_MS)
    assert sorted(np.ravel(grids()["bundled"])) == list(range(10))
    assert place.sheet.cards["bundled"].use.isVisible()
    assert place.sheet.map.isVisible()


@pytest.fixture
def empty_cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """No weights on this machine."""
    monkeypatch.setattr("huggingface_hub.constants.HF_HUB_CACHE", str(tmp_path / "cache"))


def lack_weights(session: Session) -> OrderRequest:
    """Let CLIP be asked for, and have nothing; what was asked."""
    finding = next(finding for finding in survey(session, "") if finding.source == "clip")
    assert finding.request is not None
    assert session.config is not None
    with pytest.raises(DistancesUnavailable) as caught:
        answer_order(finding.request, finding.request.applied_to(session.config), [], silent)
    session.orders.fail(finding.request, str(caught.value))
    return finding.request


@pytest.mark.usefixtures("empty_cache")
def test_weights_are_fetched_and_clip_asked_again(
    qtbot: QtBot,
    place: DesignerPlace,
    sheet: OrderSheet,
    asked: list[OrderRequest],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    session, card = place.session, sheet.cards["clip"]
    desk = weights_desk_of(session)
    request = lack_weights(session)
    assert card.text == "The weights of CLIP are not on this machine; take another source."
    assert card.fetch.isVisible()
    asked.clear()
    with local_hub(monkeypatch) as hub, qtbot.waitSignal(desk.task.succeeded, timeout=WAIT_MS):
        card.fetch.click()
        assert not card.fetch.isVisible()
        desk.fetch()  # once, if asked twice
    assert len(hub.asked) == 1
    assert asked == [request]
    assert card.text == "Measuring…"
    session.orders.provide(answered(request))
    assert card.text.startswith("cost")
    assert not card.fetch.isVisible()
    desk.close()


@pytest.mark.usefixtures("empty_cache")
def test_a_failed_download_of_weights_is_said_on_its_card(
    qtbot: QtBot, place: DesignerPlace, sheet: OrderSheet, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("huggingface_hub.constants.HF_HUB_OFFLINE", True)
    card, desk = sheet.cards["clip"], weights_desk_of(place.session)
    lack_weights(place.session)
    with qtbot.waitSignal(desk.task.failed, timeout=WAIT_MS):
        card.fetch.click()
    qtbot.waitUntil(lambda: "cannot be downloaded" in card.text)
    assert card.fetch.isVisible()
    desk.close()
