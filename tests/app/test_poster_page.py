"""Poster page: dragging, typing, selecting and undoing."""

import json
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from pytestqt.qtbot import QtBot

from podd_app.models.class_order import ClassOrderRequest, ClassOrderResult, index_grid
from podd_app.models.run_status import Phase, RunStatus
from podd_app.models.session import Session
from podd_app.pages.poster.label_mix import initial_soft_label
from podd_app.pages.poster.page import PosterPage
from podd_app.qt.plain_text import rich_text
from podd_app.services.services import Services
from podd_app.style.formatting import format_percent
from podd_engine.config.presets import load_preset
from podd_engine.config.sections import LabelsConfig


@pytest.fixture
def page(qtbot: QtBot, services: Services) -> PosterPage:
    made = PosterPage(services)
    qtbot.addWidget(made)
    qtbot.addWidget(made.controls)
    made.resize(900, 700)
    made.show()
    made.controls.show()
    qtbot.waitExposed(made)
    return made


def drag(qtbot: QtBot, page: PosterPage, start: QPoint, end: QPoint) -> None:
    viewport = page.canvas.viewport()
    qtbot.mousePress(viewport, Qt.MouseButton.LeftButton, pos=start)
    qtbot.mouseMove(viewport, start + (end - start) / 2)
    qtbot.mouseMove(viewport, end)
    qtbot.mouseRelease(viewport, Qt.MouseButton.LeftButton, pos=end)


def viewport_point(page: PosterPage, x: float, y: float) -> QPoint:
    return page.canvas.mapFromScene(QPointF(x, y))


def type_into(qtbot: QtBot, field: object, text: str) -> None:
    field.selectAll()
    qtbot.keyClicks(field, text)
    qtbot.keyClick(field, Qt.Key.Key_Return)


@pytest.mark.parametrize(
    ("grip", "by", "size"),
    [
        ((32, 10), (6, 0), (38, 20)),
        ((16, 20), (0, 5), (32, 25)),
        ((32, 20), (3, 4), (35, 24)),
        ((32, 10), (-60, 0), (8, 20)),
    ],
)
def test_dragging_an_edge_resizes_the_poster_as_one_undo_step(
    qtbot: QtBot,
    page: PosterPage,
    grip: tuple[int, int],
    by: tuple[int, int],
    size: tuple[int, int],
) -> None:
    start = viewport_point(page, *grip)
    scale = page.canvas.scale_factor
    drag(qtbot, page, start, start + QPoint(round(by[0] * scale), round(by[1] * scale)))
    assert page.session.layout.poster == size
    assert page.canvas.view.layout.poster == size
    assert page.canvas.fitted
    page.session.undo_stack.undo()
    assert page.session.layout.poster == (32, 20)


def history(page: PosterPage) -> tuple[int, bool, bool]:
    stack = page.session.undo_stack
    return stack.count(), stack.canUndo(), stack.canRedo()


def begin_drag(qtbot: QtBot, page: PosterPage, start: QPoint, end: QPoint) -> None:
    """Press the left button at ``start`` and move the pointer to ``end``."""
    qtbot.mousePress(page.canvas.viewport(), Qt.MouseButton.LeftButton, pos=start)
    for share in (0.5, 1):
        qtbot.mouseMove(page.canvas.viewport(), start + (end - start) * share)


def cell_point(page: PosterPage, cell: int) -> QPoint:
    center = page.canvas.view.cells[cell].center()
    return viewport_point(page, center.x(), center.y())


@pytest.mark.parametrize("what", ["edge", "class"])
@pytest.mark.parametrize("how", ["escape", "hide", "undo", "preset"])
def test_a_canceled_drag_leaves_settings_and_history_unchanged(
    qtbot: QtBot, page: PosterPage, what: str, how: str
) -> None:
    page.session.edit({"inner.patch_batch": 7}, "before")
    page.session.edit({"inner.patch_batch": 8}, "before")
    page.session.undo()
    draft, before = page.session.draft, history(page)
    start = viewport_point(page, 32, 10) if what == "edge" else cell_point(page, 0)
    end = start + QPoint(90, 0) if what == "edge" else cell_point(page, 1)
    begin_drag(qtbot, page, start, end)
    assert page.session.draft is draft
    if what == "edge":
        assert page.canvas.view.layout.poster[0] > 32
    if how == "escape":
        qtbot.keyClick(page.canvas, Qt.Key.Key_Escape)
    elif how == "hide":
        page.hide()
        page.show()
    elif how == "undo":
        page.session.undo()
        draft, before = page.session.draft, history(page)
    else:
        page.session.use_preset("cifar10-laptop")
        draft, before = page.session.draft, history(page)
    qtbot.mouseMove(page.canvas.viewport(), end + QPoint(3, 0))
    qtbot.mouseRelease(page.canvas.viewport(), Qt.MouseButton.LeftButton, pos=end)
    assert page.session.draft is draft
    assert history(page) == before
    assert page.canvas.view.layout == page.session.layout
    assert page.canvas.fitted


def test_a_drag_back_to_its_start_is_no_edit(qtbot: QtBot, page: PosterPage) -> None:
    start = viewport_point(page, 32, 10)
    begin_drag(qtbot, page, start, start + QPoint(90, 0))
    qtbot.mouseMove(page.canvas.viewport(), start)
    qtbot.mouseRelease(page.canvas.viewport(), Qt.MouseButton.LeftButton, pos=start)
    assert history(page) == (0, False, False)
    assert page.canvas.view.layout == page.session.layout


@pytest.mark.parametrize("button", [Qt.MouseButton.RightButton, Qt.MouseButton.MiddleButton])
def test_only_the_button_that_started_a_drag_ends_it(
    qtbot: QtBot, page: PosterPage, button: Qt.MouseButton
) -> None:
    viewport, end = page.canvas.viewport(), cell_point(page, 1)
    begin_drag(qtbot, page, cell_point(page, 0), end)
    qtbot.mousePress(viewport, button, pos=end)
    qtbot.mouseRelease(viewport, button, pos=end)
    assert page.session.draft.values["order.grid"] == ()
    qtbot.mouseRelease(viewport, Qt.MouseButton.LeftButton, pos=end)
    assert page.session.draft.values["order.grid"][0][:2] == (1, 0)


def test_the_keyboard_swaps_no_class_during_a_drag(qtbot: QtBot, page: PosterPage) -> None:
    begin_drag(qtbot, page, cell_point(page, 0), cell_point(page, 1))
    qtbot.keyClick(page.canvas, Qt.Key.Key_Right, Qt.KeyboardModifier.ShiftModifier)
    assert history(page) == (0, False, False)
    qtbot.keyClick(page.canvas, Qt.Key.Key_Escape)


def test_dragging_a_class_onto_another_swaps_them(qtbot: QtBot, page: PosterPage) -> None:
    session = page.session
    distances = np.abs(np.subtract.outer(np.arange(10.0), np.arange(10.0)))
    session.class_order.provide(
        ClassOrderResult(ClassOrderRequest.from_config(session.config), index_grid(5, 2), distances, "images")
    )
    first, second = (page.canvas.view.cells[cell].center() for cell in (0, 8))
    drag(
        qtbot, page, viewport_point(page, first.x(), first.y()), viewport_point(page, second.x(), second.y())
    )
    assert session.class_order.shown.grid == ((8, 1, 2, 3, 4), (5, 6, 7, 0, 9))
    assert page.canvas.view.cell_names[0] == "8"
    assert (session.class_order.shown.base_cost, session.class_order.shown.cost) == (33, 49)
    assert "(+48%)" in page._order.text()


def test_the_poster_of_the_draft_can_be_edited_during_a_run(qtbot: QtBot, page: PosterPage) -> None:
    page.session.set_run_status(RunStatus(Phase.RUNNING))
    assert page.controls.isEnabled()
    drag(qtbot, page, viewport_point(page, 32, 10), viewport_point(page, 36, 10))
    assert page.session.layout.poster == (36, 20)
    page._undo.click()
    assert page.session.layout.poster == (32, 20)


def test_sizes_can_be_typed_with_or_without_unit(qtbot: QtBot, page: PosterPage) -> None:
    type_into(qtbot, page.controls.width_row.control, "48 px")
    type_into(qtbot, page.controls.height_row.control, "24")
    assert page.session.layout.poster == (48, 24)
    assert page.controls.width_row.control.text() == "48 px"


def test_an_invalid_value_is_explained_below_its_field(qtbot: QtBot, page: PosterPage) -> None:
    row = page.controls.width_row
    type_into(qtbot, row.control, "5")
    assert "width of 5 px is smaller than a patch (8 px)" in row.error
    assert row.control.property("trouble") == "true"
    type_into(qtbot, row.control, "five")
    assert row.error == "“five” is not a whole number. Example: 10,000. The value is still 5 px."
    type_into(qtbot, row.control, "40")
    assert row.error == ""
    assert page.session.can_start


def test_the_slider_keeps_the_aspect_ratio(qtbot: QtBot, page: PosterPage) -> None:
    slider = page.controls.budget.slider
    page.session.use_preset("cifar10-0.9ipc")
    slider.setSliderDown(True)
    for tick in (slider.value() + 10, slider.value() + 30):
        slider.setValue(tick)
    slider.setSliderDown(False)
    layout = page.session.layout
    assert 1.0 < layout.images_per_class < 1.3
    assert layout.poster[0] / layout.poster[1] == pytest.approx(153 / 60, rel=0.03)
    assert page.session.can_start
    assert page.session.undo_stack.count() == 2  # the preset and the drag
    page.session.undo_stack.undo()
    assert page.session.layout.poster == (153, 60)


@pytest.mark.parametrize("preset", ["digits", "cifar10-laptop", "cub200-0.9ipc"])
@pytest.mark.parametrize("key", [Qt.Key.Key_Right, Qt.Key.Key_Left, Qt.Key.Key_PageUp, Qt.Key.Key_PageDown])
def test_each_key_press_on_the_slider_reaches_another_size(
    qtbot: QtBot, page: PosterPage, preset: str, key: Qt.Key
) -> None:
    page.session.use_preset(preset)
    slider = page.controls.budget.slider
    grows = key in (Qt.Key.Key_Right, Qt.Key.Key_PageUp)
    pixels = page.session.layout.pixels
    for _ in range(6):
        at_end = slider.value() == (slider.maximum() if grows else slider.minimum())
        qtbot.keyClick(slider, key)
        after = page.session.layout.pixels
        assert at_end or ((after > pixels) if grows else (after < pixels))
        pixels = after


def test_invalid_settings_mark_the_poster_as_outdated(qtbot: QtBot, page: PosterPage) -> None:
    def shows_poster_of(width: int) -> bool:
        note = page._outdated_note.isVisible()
        assert page.canvas.outdated is note
        return page.canvas.view.layout.poster[0] == width and not note

    assert shows_poster_of(32)
    up_to_date = page.canvas.viewport().grab().toImage()
    type_into(qtbot, page.controls.width_row.control, "5")
    assert page._outdated_note.isVisible()
    assert page._outdated_note.text() == "Last valid poster"
    assert page.canvas.viewport().grab().toImage() != up_to_date
    assert "Last valid poster" in page.controls._facts._text.text()
    assert page.controls.budget._value.text() == "–"
    type_into(qtbot, page.controls.width_row.control, "40")
    assert shows_poster_of(40)
    page.session.edit({"truncation.window": 10_000}, "invalid, but not for the poster")
    assert page.session.config is None
    assert shows_poster_of(40)


@pytest.mark.parametrize(
    "change",
    [
        lambda session: session.use_preset("cifar10-laptop"),
        lambda session: session.edit({"patches.columns": 3}, "patches"),
        lambda session: session.edit({"poster.class_columns": 2, "poster.class_rows": 5}, "classes"),
        lambda session: session.edit({"dataset.path": "/elsewhere"}, "dataset"),
    ],
    ids=["preset", "patch grid", "class grid", "dataset"],
)
def test_the_selection_is_cleared_with_its_poster(
    page: PosterPage, change: Callable[[Session], None]
) -> None:
    page.session.edit({"outer.steps": 7}, "steps")
    page.canvas.select_patch(3)
    page.session.edit({"outer.steps": 8}, "steps")
    page.session.swap_classes(0, 1)
    assert page.canvas.selected_patch == 3
    change(page.session)
    assert page.canvas.selected_patch is None


def test_only_grids_with_one_cell_per_class_are_offered(qtbot: QtBot, page: PosterPage) -> None:
    choice = page.controls._grid
    assert [choice.itemText(row) for row in range(choice.count())] == ["1 × 10", "2 × 5", "5 × 2", "10 × 1"]
    choice.setCurrentIndex(1)
    choice.activated.emit(1)
    assert page.session.layout.class_grid == (2, 5)
    assert page.session.draft.values["poster.class_rows"] == 5


def test_hovering_over_a_patch_shows_its_soft_label(qtbot: QtBot, page: PosterPage) -> None:
    qtbot.mouseMove(page.canvas.viewport(), viewport_point(page, 3, 4))
    bars = page.controls._bars
    assert bars.accessibleDescription().startswith(f"{format_percent(1)} 0")
    assert "patch 1 (column 1, row 1)" in page._hint.text()


def test_fixed_soft_labels_equal_the_golden_values(golden: Path) -> None:
    values = json.loads((golden / "fixed_labels.json").read_text())
    layout = load_preset("cifar10-0.9ipc").layout
    for index, patch in enumerate(values["patch"]):
        soft_label = initial_soft_label(LabelsConfig(rule="area"), layout, index_grid(5, 2), patch)
        assert np.allclose(soft_label, values["area_fraction"][index], atol=1e-6)


@pytest.mark.parametrize("kind", ["fixed", "learned"])
@pytest.mark.parametrize("rule", ["softmax", "area"])
def test_initial_soft_labels_equal_those_of_the_engine(kind: str, rule: str) -> None:
    from podd_engine.distillation.soft_labels import build_label_scheme

    labels = LabelsConfig(kind=kind, rule=rule, cover_all=True)
    layout = load_preset("cifar10-0.9ipc").layout
    grid = ((3, 1, 4, 0, 5), (9, 2, 6, 8, 7))
    engine = build_label_scheme(labels, layout, np.array(grid)).patch_labels
    for patch in range(layout.patches):
        assert np.allclose(initial_soft_label(labels, layout, grid, patch), engine[patch])


def test_the_class_order_stays_at_the_right_edge_when_its_text_gets_shorter(
    qtbot: QtBot, page: PosterPage
) -> None:
    page._order.set_html(rich_text("class order: <b>Visual similarity</b> · cost <b>11.22</b>"))
    page._arrange_order()
    long_px = page._order.width()
    page._order.set_html(rich_text("class order: <b>Index</b>"))
    page._arrange_order()
    assert page._order.width() < long_px / 1.5
