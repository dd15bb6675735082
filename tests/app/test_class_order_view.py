"""Distances between classes as a map, and sources of class orders side by side."""

from pathlib import Path

import numpy as np
import pytest
from local_hub import local_hub
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QColor
from pytestqt.qtbot import QtBot

from podd_app.models.class_order import ClassOrderRequest, ClassOrderResult, Grid
from podd_app.models.class_order_sources import class_order_sources
from podd_app.models.run_status import Phase, RunStatus
from podd_app.models.session import Session
from podd_app.pages.poster.class_order_view import ClassOrderView
from podd_app.pages.poster.distance_map import DistanceMap
from podd_app.pages.poster.page import PosterPage
from podd_app.services.services import Services
from podd_app.style.colormap import colormap_table
from podd_app.window.main_window import MainWindow
from podd_app.workers.class_order import compute_class_order
from podd_engine.class_order.distances import DistancesUnavailableError
from podd_engine.class_order.placement import greedy_order, order_cost, random_order_cost
from podd_engine.progress import ignore_progress

WAIT_MS = 60_000


def distances(classes: int, seed: int = 1) -> np.ndarray:
    points = np.random.default_rng(seed).normal(size=(classes, 3))
    return np.linalg.norm(points[:, None] - points[None], axis=-1)


def answered(request: ClassOrderRequest, seed: int = 1) -> ClassOrderResult:
    between = distances(request.columns * request.rows, seed)
    grid = greedy_order(between, request.columns, request.rows)
    return ClassOrderResult(request, tuple(map(tuple, grid.tolist())), between, request.source)


@pytest.fixture
def asked(session: Session) -> list[ClassOrderRequest]:
    requests: list[ClassOrderRequest] = []
    session.class_order.requested.connect(requests.append)
    return requests


@pytest.fixture
def page(qtbot: QtBot, services: Services, asked: list[ClassOrderRequest]) -> PosterPage:
    made = PosterPage(services)
    qtbot.addWidget(made)
    qtbot.addWidget(made.controls)
    made.resize(900, 700)
    made.show()
    made.controls.show()
    qtbot.waitExposed(made)
    return made


@pytest.fixture
def class_order_view(qtbot: QtBot, page: PosterPage) -> ClassOrderView:
    page.session.class_order.provide(answered(ClassOrderRequest.from_config(page.session.config)))
    page.controls.class_order_row.compare.click()
    return page.class_order_view


def spot(shown: DistanceMap, row: float, column: float) -> QPoint:
    return shown.mapFromScene(QPointF(column, row))


def test_the_sheet_takes_the_posters_place_and_gives_it_back(
    qtbot: QtBot, page: PosterPage, class_order_view: ClassOrderView
) -> None:
    assert class_order_view.isVisible()
    assert not page.frame.isVisible()
    assert "Similar classes are dark" in page._hint.text()
    qtbot.keyClick(class_order_view.map, Qt.Key.Key_Escape)
    assert page.frame.isVisible()
    assert not class_order_view.isVisible()
    assert "Drag an edge" in page._hint.text()


def test_the_map_shows_distances_in_the_order_of_the_grid(
    qtbot: QtBot, page: PosterPage, class_order_view: ClassOrderView
) -> None:
    session = page.session
    cells = np.ravel(session.class_order.shown.grid)
    between = distances(10)[np.ix_(cells, cells)]
    image = class_order_view.map._cells.image
    assert (image.width(), image.height()) == (10, 10)
    apart = ~np.eye(10, dtype=bool)
    order = np.argsort(between[apart], kind="stable")
    luminance = np.array([[QColor(image.pixel(x, y)).lightnessF() for x in range(10)] for y in range(10)])[
        apart
    ][order]
    assert luminance[0] < luminance[45] < luminance[-1]
    assert QColor(image.pixel(*reversed(np.unravel_index(np.argmax(between), (10, 10))))).getRgb()[
        :3
    ] == tuple(colormap_table()[-1])
    assert "Visual similarity" in class_order_view._title.text()
    session.swap_classes(0, 9)
    assert class_order_view.map._names[0] == str(cells[9])


def test_pointing_names_two_classes_and_their_distance(
    qtbot: QtBot, page: PosterPage, class_order_view: ClassOrderView
) -> None:
    cells = np.ravel(page.session.class_order.shown.grid)
    qtbot.mouseMove(class_order_view.map.viewport(), spot(class_order_view.map, 2.5, 7.5))
    assert class_order_view.map.pair == (2, 7)
    assert class_order_view._pair.text() == f"{cells[2]} – {cells[7]}"
    assert class_order_view.legend.text.endswith(f"{distances(10)[cells[2], cells[7]]:.3f}")
    qtbot.keyClick(class_order_view.map, Qt.Key.Key_Down)
    qtbot.keyClick(class_order_view.map, Qt.Key.Key_Left)
    assert class_order_view.map.pair == (3, 6)
    assert f"{cells[3]} – {cells[6]}" in class_order_view.map.accessibleDescription()
    qtbot.mouseMove(class_order_view.map.viewport(), QPoint(2, 2))
    assert class_order_view.map.pair is None
    assert class_order_view._pair.text() == ""


def test_two_hundred_classes_can_be_zoomed_into(qtbot: QtBot, page: PosterPage) -> None:
    session = page.session
    session.use_preset("tiny-imagenet-0.9ipc")
    session.class_order.provide(answered(ClassOrderRequest.from_config(session.config)))
    page.show_class_order_view(True)
    shown = page.class_order_view.map
    before = shown.scale_factor
    shown.zoom(8)
    assert shown.scale_factor == pytest.approx(8 * before)
    center = shown.center
    viewport = shown.viewport()
    qtbot.mousePress(viewport, Qt.MouseButton.LeftButton, pos=QPoint(200, 200))
    qtbot.mouseMove(viewport, QPoint(230, 200))
    qtbot.mouseRelease(viewport, Qt.MouseButton.LeftButton, pos=QPoint(230, 200))
    assert (center - shown.center).x() == pytest.approx(30 / shown.scale_factor, abs=0.5)
    session.swap_classes(0, 1)
    assert not shown.fitted, "another order moves nothing"


def test_only_what_is_quickly_answered_is_asked_for(
    page: PosterPage, class_order_view: ClassOrderView, asked: list[ClassOrderRequest]
) -> None:
    assert {request.source for request in asked if request.no_fallback} == {"clip", "bundled"}
    page.session.use_preset("cifar10-0.9ipc")
    asked.clear()
    page.session.class_order.provide(answered(ClassOrderRequest.from_config(page.session.config)))
    card = class_order_view.cards["images"]
    assert "images" not in {request.source for request in asked}
    assert card.measure.isVisible()
    assert not class_order_view.cards["bundled"].measure.isVisible()
    card.measure.click()
    assert asked[-1].source == "images"
    assert card.text == "Measuring…"
    assert not card.measure.isVisible()


def test_costs_of_sources_stand_side_by_side(
    page: PosterPage, class_order_view: ClassOrderView, asked: list[ClassOrderRequest]
) -> None:
    session = page.session
    bundled = next(request for request in asked if request.source == "bundled")
    answer = answered(bundled, seed=2)
    session.class_order.provide(answer)
    finding = next(each for each in class_order_sources(session, "") if each.source == "bundled")
    assert finding.cost == order_cost(np.array(answer.grid), answer.distances)
    assert finding.chance == finding.cost / random_order_cost(answer.distances, 5, 2)
    text = class_order_view.cards["bundled"].text
    assert f"{finding.cost:.2f}" in text
    assert f"{1 - finding.chance:.0%}".rstrip("%") in text
    assert class_order_view.cards["images"].use.text() == "In use"


def test_a_click_chooses_a_source_and_undo_takes_it_back(
    page: PosterPage, class_order_view: ClassOrderView, asked: list[ClassOrderRequest]
) -> None:
    session = page.session
    bundled = next(request for request in asked if request.source == "bundled")
    answer = answered(bundled, seed=2)
    session.class_order.provide(answer)
    before = session.class_order.shown
    asked.clear()
    class_order_view.cards["bundled"].use.click()
    assert session.config.order.source == "bundled"
    assert session.class_order.shown.grid == answer.grid
    assert asked == [], "what is known is not asked for again"
    assert "Text similarity" in class_order_view._title.text()
    assert class_order_view.cards["bundled"].use.text() == "In use"
    session.undo()
    assert session.class_order.shown == before


def test_a_source_without_an_order_says_why(
    page: PosterPage, class_order_view: ClassOrderView, asked: list[ClassOrderRequest]
) -> None:
    clip = next(request for request in asked if request.source == "clip")
    page.session.class_order.fail(clip, "the weights of CLIP are not here; name their file in order.file")
    card = class_order_view.cards["clip"]
    assert card.text == "The weights of CLIP are not here; name their file in ‘Distances or weights’."
    assert card.file.isVisible()
    assert not card.use.isVisible()
    assert page.session.class_order.shown.failure == "", "the order in use has nothing to do with it"
    asked.clear()
    assert card.measure.text() == "Try again"
    card.measure.click()
    assert asked == [clip]
    assert card.text == "Measuring…"
    page.session.class_order.fail(
        clip, "the weights of CLIP are still not here; name their file in order.file"
    )
    assert asked == [clip], "what fails is asked for again only when somebody wants it"
    assert "Choose a CSV" in class_order_view.cards["file"].text


def test_a_file_is_chosen_kept_at_hand_and_taken_again(
    page: PosterPage,
    class_order_view: ClassOrderView,
    asked: list[ClassOrderRequest],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    session = page.session
    monkeypatch.setattr(
        "podd_app.pages.poster.source_choice.QFileDialog.getOpenFileName", lambda *_: ("/my/table.csv", "")
    )
    class_order_view.cards["file"].file.click()
    assert (session.config.order.source, session.config.order.file) == ("file", "/my/table.csv")
    session.class_order.provide(answered(ClassOrderRequest.from_config(session.config), seed=4))
    class_order_view.cards["images"].use.click()
    assert (session.config.order.source, session.config.order.file) == ("images", "")
    assert "cost" in class_order_view.cards["file"].text
    class_order_view.cards["file"].use.click()
    assert session.config.order.file == "/my/table.csv"


def test_a_run_holds_the_sources_still(page: PosterPage, class_order_view: ClassOrderView) -> None:
    page.session.set_run_status(RunStatus(Phase.RUNNING))
    assert not any(card.isEnabled() for card in class_order_view.cards.values())
    page.session.set_run_status(RunStatus(Phase.FINISHED))
    assert all(card.isEnabled() for card in class_order_view.cards.values())


def test_index_order_has_no_distances_to_show(page: PosterPage, class_order_view: ClassOrderView) -> None:
    page.session.edit({"order.source": "index"}, "Class order from")
    assert not class_order_view.map.isVisible()
    assert "needs no distances" in class_order_view._placeholder.text()
    page.session.edit({"poster.width": 5}, "Poster width")
    assert "width of 5 px is smaller than a patch (8 px)" in class_order_view._placeholder.text()
    assert "smaller than a patch (8 px)" in class_order_view.cards["bundled"].text


def test_an_answer_for_another_grid_counts_for_nothing_now(
    page: PosterPage, class_order_view: ClassOrderView, asked: list[ClassOrderRequest]
) -> None:
    late = next(request for request in asked if request.source == "bundled")
    page.session.edit({"poster.class_columns": 2, "poster.class_rows": 5}, "Class grid")
    page.session.class_order.provide(answered(late))
    assert class_order_view.cards["bundled"].text == "Measuring…"


def test_in_the_program_the_sources_answer_by_themselves(
    qtbot: QtBot, window: MainWindow, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PODD_HOME", str(tmp_path))
    session = window.session
    window.show_page("poster")
    page = window.page_widget("poster")
    assert isinstance(page, PosterPage)
    table = tmp_path / "table.csv"
    table.write_text("\n".join(",".join(f"{each:.6f}" for each in row) for row in distances(10)))
    session.edit({"order.source": "file", "order.file": str(table)}, "Class order from a file")
    page.show_class_order_view(True)

    def grids() -> dict[str, Grid]:
        return {
            each.source: each.answer.grid
            for each in class_order_sources(session, str(table))
            if each.answer is not None
        }

    qtbot.waitUntil(lambda: {"bundled", "images", "file"} <= set(grids()), timeout=WAIT_MS)
    assert sorted(np.ravel(grids()["bundled"])) == list(range(10))
    assert page.class_order_view.cards["bundled"].use.isVisible()
    assert page.class_order_view.map.isVisible()


@pytest.fixture
def empty_cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """No weights on this machine."""
    monkeypatch.setattr("huggingface_hub.constants.HF_HUB_CACHE", str(tmp_path / "cache"))


def lack_weights(session: Session) -> ClassOrderRequest:
    """Let CLIP be asked for, and have nothing; what was asked."""
    finding = next(finding for finding in class_order_sources(session, "") if finding.source == "clip")
    assert finding.request is not None
    assert session.config is not None
    with pytest.raises(DistancesUnavailableError) as caught:
        compute_class_order(finding.request, finding.request.applied_to(session.config), [], ignore_progress)
    session.class_order.fail(finding.request, str(caught.value))
    return finding.request


@pytest.mark.usefixtures("empty_cache")
def test_weights_are_fetched_and_clip_asked_again(
    qtbot: QtBot,
    services: Services,
    page: PosterPage,
    class_order_view: ClassOrderView,
    asked: list[ClassOrderRequest],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    session, card = page.session, class_order_view.cards["clip"]
    desk = services.clip_weights
    request = lack_weights(session)
    assert card.text == "The CLIP weights are not on this machine; choose another source."
    assert card.fetch.isVisible()
    asked.clear()
    with local_hub(monkeypatch) as hub, qtbot.waitSignal(desk.task.succeeded, timeout=WAIT_MS):
        card.fetch.click()
        assert not card.fetch.isVisible()
        desk.fetch()  # once, if asked twice
    assert len(hub.asked) == 1
    assert asked == [request]
    assert card.text == "Measuring…"
    session.class_order.provide(answered(request))
    assert card.text.startswith("cost")
    assert not card.fetch.isVisible()


@pytest.mark.usefixtures("empty_cache")
def test_a_failed_download_of_weights_is_said_on_its_card(
    qtbot: QtBot,
    services: Services,
    page: PosterPage,
    class_order_view: ClassOrderView,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("huggingface_hub.constants.HF_HUB_OFFLINE", True)
    card, desk = class_order_view.cards["clip"], services.clip_weights
    lack_weights(page.session)
    with qtbot.waitSignal(desk.task.failed, timeout=WAIT_MS):
        card.fetch.click()
    qtbot.waitUntil(lambda: "cannot be downloaded" in card.text)
    assert card.fetch.isVisible()
