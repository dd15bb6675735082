"""Class order view: distance matrix and source cards."""

from pathlib import Path

import numpy as np
import pytest
from local_hub import local_hub
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QColor
from pytestqt.qtbot import QtBot

from podd_app.models.class_order import ClassOrderRequest, ClassOrderResult, Grid
from podd_app.models.class_order_sources import class_order_sources
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


def make_result(request: ClassOrderRequest, seed: int = 1) -> ClassOrderResult:
    between = distances(request.columns * request.rows, seed)
    grid = greedy_order(between, request.columns, request.rows)
    return ClassOrderResult(request, tuple(map(tuple, grid.tolist())), between, request.source)


@pytest.fixture
def requests(session: Session) -> list[ClassOrderRequest]:
    made: list[ClassOrderRequest] = []
    session.class_order.requested.connect(made.append)
    return made


@pytest.fixture
def page(qtbot: QtBot, services: Services, requests: list[ClassOrderRequest]) -> PosterPage:
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
    page.session.class_order.provide(make_result(ClassOrderRequest.from_config(page.session.config)))
    page.controls.class_order_row.compare.click()
    return page.class_order_view


def cell_point(shown: DistanceMap, row: float, column: float) -> QPoint:
    return shown.mapFromScene(QPointF(column, row))


def test_the_view_replaces_the_poster_until_escape(
    qtbot: QtBot, page: PosterPage, class_order_view: ClassOrderView
) -> None:
    assert class_order_view.isVisible()
    assert not page.frame.isVisible()
    assert "Similar classes are dark" in page._hint.text()
    qtbot.keyClick(class_order_view.map, Qt.Key.Key_Escape)
    assert page.frame.isVisible()
    assert not class_order_view.isVisible()
    assert "Drag edges" in page._hint.text()


def test_the_matrix_has_the_order_of_the_class_grid(
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


def test_pointing_shows_two_classes_and_their_distance(
    qtbot: QtBot, page: PosterPage, class_order_view: ClassOrderView
) -> None:
    cells = np.ravel(page.session.class_order.shown.grid)
    qtbot.mouseMove(class_order_view.map.viewport(), cell_point(class_order_view.map, 2.5, 7.5))
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


def test_a_matrix_of_two_hundred_classes_can_be_zoomed_and_panned(qtbot: QtBot, page: PosterPage) -> None:
    session = page.session
    session.use_preset("tiny-imagenet-0.9ipc")
    session.class_order.provide(make_result(ClassOrderRequest.from_config(session.config)))
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
    assert not shown.fitted, "a new order keeps the zoom"


def test_only_fast_sources_are_requested_automatically(
    page: PosterPage, class_order_view: ClassOrderView, requests: list[ClassOrderRequest]
) -> None:
    assert {request.source for request in requests if request.no_fallback} == {"clip", "bundled"}
    page.session.use_preset("cifar10-0.9ipc")
    requests.clear()
    page.session.class_order.provide(make_result(ClassOrderRequest.from_config(page.session.config)))
    card = class_order_view.cards["images"]
    assert "images" not in {request.source for request in requests}
    assert card.measure.isVisible()
    assert not class_order_view.cards["bundled"].measure.isVisible()
    card.measure.click()
    assert requests[-1].source == "images"
    assert card.text == "Computing…"
    assert not card.measure.isVisible()


def test_each_card_rates_its_order_against_random_orders(
    page: PosterPage, class_order_view: ClassOrderView, requests: list[ClassOrderRequest]
) -> None:
    session = page.session
    bundled = next(request for request in requests if request.source == "bundled")
    answer = make_result(bundled, seed=2)
    session.class_order.provide(answer)
    finding = next(each for each in class_order_sources(session, "") if each.source == "bundled")
    assert finding.cost == order_cost(np.array(answer.grid), answer.distances)
    assert finding.chance == finding.cost / random_order_cost(answer.distances, 5, 2)
    text = class_order_view.cards["bundled"].text
    assert "cost" not in text
    assert f"{finding.cost:.2f}" not in text
    assert f"{1 - finding.chance:.0%}".rstrip("%") in text
    assert class_order_view.cards["images"].use.text() == "In use"


def test_a_click_selects_a_source_and_undo_restores_it(
    page: PosterPage, class_order_view: ClassOrderView, requests: list[ClassOrderRequest]
) -> None:
    session = page.session
    bundled = next(request for request in requests if request.source == "bundled")
    answer = make_result(bundled, seed=2)
    session.class_order.provide(answer)
    before = session.class_order.shown
    requests.clear()
    class_order_view.cards["bundled"].use.click()
    assert session.config.order.source == "bundled"
    assert session.class_order.shown.grid == answer.grid
    assert requests == [], "a known result is not requested again"
    assert "Text similarity" in class_order_view._title.text()
    assert class_order_view.cards["bundled"].use.text() == "In use"
    session.undo()
    assert session.class_order.shown == before


def test_a_source_without_an_order_shows_the_reason(
    page: PosterPage, class_order_view: ClassOrderView, requests: list[ClassOrderRequest]
) -> None:
    clip = next(request for request in requests if request.source == "clip")
    page.session.class_order.fail(clip, "the weights of CLIP are not here; name their file in order.file")
    card = class_order_view.cards["clip"]
    assert card.text == "The weights of CLIP are not here; name their file in ‘Distances or weights’."
    assert card.file.isVisible()
    assert not card.use.isVisible()
    assert page.session.class_order.shown.failure == "", "the current order is not affected"
    requests.clear()
    assert card.measure.text() == "Try again"
    card.measure.click()
    assert requests == [clip]
    assert card.text == "Computing…"
    page.session.class_order.fail(
        clip, "the weights of CLIP are still not here; name their file in order.file"
    )
    assert requests == [clip], "a failed request is repeated only on a click"
    assert "Choose a CSV" in class_order_view.cards["file"].text


def test_a_chosen_file_is_remembered_for_later_use(
    page: PosterPage,
    class_order_view: ClassOrderView,
    requests: list[ClassOrderRequest],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    session = page.session
    monkeypatch.setattr(
        "podd_app.pages.poster.source_choice.QFileDialog.getOpenFileName", lambda *_: ("/my/table.csv", "")
    )
    class_order_view.cards["file"].file.click()
    assert (session.config.order.source, session.config.order.file) == ("file", "/my/table.csv")
    session.class_order.provide(make_result(ClassOrderRequest.from_config(session.config), seed=4))
    class_order_view.cards["images"].use.click()
    assert (session.config.order.source, session.config.order.file) == ("images", "")
    assert "random" in class_order_view.cards["file"].text
    class_order_view.cards["file"].use.click()
    assert session.config.order.file == "/my/table.csv"


def test_index_order_shows_no_matrix(page: PosterPage, class_order_view: ClassOrderView) -> None:
    page.session.edit({"order.source": "index"}, "Class order from")
    assert not class_order_view.map.isVisible()
    assert "uses no distances" in class_order_view._placeholder.text()
    page.session.edit({"poster.width": 5}, "Poster width")
    assert "width of 5 px is smaller than a patch (8 px)" in class_order_view._placeholder.text()
    assert "smaller than a patch (8 px)" in class_order_view.cards["bundled"].text


def test_a_result_for_another_grid_is_ignored(
    page: PosterPage, class_order_view: ClassOrderView, requests: list[ClassOrderRequest]
) -> None:
    late = next(request for request in requests if request.source == "bundled")
    page.session.edit({"poster.class_columns": 2, "poster.class_rows": 5}, "Class grid")
    page.session.class_order.provide(make_result(late))
    assert class_order_view.cards["bundled"].text == "Computing…"


def test_the_main_window_computes_orders_automatically(
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
    """Use an empty Hugging Face cache, so that no weights are installed."""
    monkeypatch.setattr("huggingface_hub.constants.HF_HUB_CACHE", str(tmp_path / "cache"))


def fail_without_weights(session: Session) -> ClassOrderRequest:
    """Let the CLIP request fail because of missing weights, and return the request."""
    finding = next(finding for finding in class_order_sources(session, "") if finding.source == "clip")
    assert finding.request is not None
    assert session.config is not None
    with pytest.raises(DistancesUnavailableError) as caught:
        compute_class_order(finding.request, finding.request.applied_to(session.config), [], ignore_progress)
    session.class_order.fail(finding.request, str(caught.value))
    return finding.request


@pytest.mark.usefixtures("empty_cache")
def test_weights_are_downloaded_and_clip_is_requested_again(
    qtbot: QtBot,
    services: Services,
    page: PosterPage,
    class_order_view: ClassOrderView,
    requests: list[ClassOrderRequest],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    session, card = page.session, class_order_view.cards["clip"]
    clip_weights = services.clip_weights
    request = fail_without_weights(session)
    assert card.text == "The CLIP weights are not on this machine; choose another source."
    assert card.fetch.isVisible()
    requests.clear()
    with local_hub(monkeypatch) as hub, qtbot.waitSignal(clip_weights.task.succeeded, timeout=WAIT_MS):
        card.fetch.click()
        assert not card.fetch.isVisible()
        clip_weights.fetch()  # a second call has no effect
    assert len(hub.asked) == 1
    assert requests == [request]
    assert card.text == "Computing…"
    session.class_order.provide(make_result(request))
    assert "random" in card.text
    assert not card.fetch.isVisible()


@pytest.mark.usefixtures("empty_cache")
def test_a_failed_download_of_weights_is_reported_on_its_card(
    qtbot: QtBot,
    services: Services,
    page: PosterPage,
    class_order_view: ClassOrderView,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("huggingface_hub.constants.HF_HUB_OFFLINE", True)
    card, clip_weights = class_order_view.cards["clip"], services.clip_weights
    fail_without_weights(page.session)
    with qtbot.waitSignal(clip_weights.task.failed, timeout=WAIT_MS):
        card.fetch.click()
    qtbot.waitUntil(lambda: "cannot be downloaded" in card.text)
    assert card.fetch.isVisible()
