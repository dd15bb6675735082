"""Comparison stage: divider, linked canvases and names."""

from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import QCoreApplication, QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import QAccessible
from pytestqt.qtbot import QtBot
from snapshot_samples import TIMEOUT_MS, show

from podd_app.canvas.poster_geometry import Spot
from podd_app.models.session import Session
from podd_app.pages.run.page import RunPage
from podd_app.timeline.comparison_stage import ComparisonStage


@pytest.fixture
def page(qtbot: QtBot, session: Session, run_page: RunPage, tiny_run: Path) -> RunPage:
    """Run page that compares with the start of the run in swipe mode."""
    show(qtbot, session, run_page, tiny_run)
    run_page.compare.click()
    qtbot.waitUntil(lambda: run_page.comparison.source.compared is not None, timeout=TIMEOUT_MS)
    assert run_page.comparison.stage.arrangement == "swipe"
    return run_page


@pytest.fixture
def stage(page: RunPage) -> ComparisonStage:
    return page.comparison.stage


def lay_out() -> None:
    """Update all nested layouts."""
    for _ in range(5):
        QCoreApplication.sendPostedEvents(None, QEvent.Type.LayoutRequest)


def color_at(stage: ComparisonStage, pixel: tuple[int, int]) -> int:
    """Return the red value that the stage shows at a pixel of the poster."""
    lay_out()
    picture = stage.grab().toImage()
    at = stage.canvas.mapFromScene(QPointF(pixel[0] + 0.5, pixel[1] + 0.5))
    return picture.pixelColor(stage.canvas.geometry().topLeft() + at).red()


def hide_classes(page: RunPage) -> None:
    page.frame.classes.click()


def test_divider_separates_the_posters(page: RunPage, stage: ComparisonStage) -> None:
    hide_classes(page)
    poster, compared = page._snapshot_player.poster, page.comparison.source.compared
    assert poster is not None
    assert compared is not None
    width = poster.seen.shape[1]
    for x in (1, width - 2):
        stage.divider.setValue(0)
        assert color_at(stage, (x, 1)) == poster.seen[1, x, 0]
        stage.divider.setValue(1000)
        assert color_at(stage, (x, 1)) == compared.poster.seen[1, x, 0]
    stage.divider.setValue(500)
    assert color_at(stage, (1, 1)) == compared.poster.seen[1, 1, 0]
    assert color_at(stage, (width - 2, 1)) == poster.seen[1, width - 2, 0]


def test_names_are_below_the_posters(page: RunPage, stage: ComparisonStage) -> None:
    for mode_button in page.comparison.bar.modes.values():
        mode_button.click()
        lay_out()
        assert stage.canvas_name.text()
        for canvas, name in ((stage.canvas, stage.canvas_name), (stage.reference, stage.reference_name)):
            if name.isVisible():
                center = canvas.geometry().top() + canvas.mapFromScene(canvas.sceneRect().center()).y()
                assert canvas.view is not None
                height = canvas.view.layout.poster[1] * canvas.scale_factor
                assert center + height / 2 <= name.geometry().top()


def test_divider_moves_with_keys_and_mouse(qtbot: QtBot, stage: ComparisonStage) -> None:
    divider = stage.divider
    for key, value in (
        (Qt.Key.Key_Right, 510),
        (Qt.Key.Key_Left, 500),
        (Qt.Key.Key_PageUp, 600),
        (Qt.Key.Key_Home, 0),
        (Qt.Key.Key_End, 1000),
    ):
        qtbot.keyClick(divider, key)
        assert divider.value() == value
    qtbot.mousePress(divider, Qt.MouseButton.LeftButton)
    qtbot.mouseMove(divider, divider.mapFromParent(QPoint(stage.width() // 4, 50)))
    qtbot.mouseRelease(divider, Qt.MouseButton.LeftButton)
    assert divider.share == pytest.approx(0.25, abs=0.01)
    assert divider.geometry().center().x() == pytest.approx(stage.width() / 4, abs=2)
    accessible = QAccessible.queryAccessibleInterface(divider)
    assert accessible is not None
    assert "Divider" in accessible.text(QAccessible.Text.Name)
    assert divider.toolTip()


def test_swiped_posters_are_aligned_exactly(stage: ComparisonStage) -> None:
    canvas, reference = stage.canvas, stage.reference
    for act in (
        canvas.fit,
        lambda: canvas.zoom(1.7, QPoint(311, 97)),
        lambda: canvas.pan(QPoint(-37, 11)),
        lambda: reference.zoom(1.3, QPoint(40, 200)),
        lambda: reference.pan(QPoint(15, 3)),
        reference.fit,
    ):
        act()
        for point in (QPointF(0, 0), QPointF(17.3, 5.9)):
            assert canvas.mapFromScene(point) == reference.mapFromScene(point)
        assert canvas.fitted == reference.fitted


def test_side_by_side_canvases_move_together(qtbot: QtBot, page: RunPage, stage: ComparisonStage) -> None:
    page.comparison.bar.modes["side"].click()
    canvas, reference = stage.canvas, stage.reference
    assert not stage.divider.isVisible()
    assert reference.geometry().right() < canvas.geometry().left()
    assert canvas.size() == reference.size()
    reference.zoom(2.5, QPoint(30, 80))
    reference.pan(QPoint(9, -4))
    assert canvas.scale_factor == reference.scale_factor
    assert canvas.center == reference.center
    canvas.fit()
    assert reference.fitted
    page.resize(1000, 760)
    assert canvas.scale_factor == reference.scale_factor
    page.compare.click()
    assert not reference.isVisible()
    assert canvas.geometry() == stage.rect()


def test_hover_shows_a_crosshair_on_the_other_canvas(
    qtbot: QtBot, page: RunPage, stage: ComparisonStage
) -> None:
    page.comparison.bar.modes["side"].click()
    lay_out()
    hovered: list[Spot | None] = []
    stage.canvas.hovered.connect(hovered.append)
    qtbot.mouseMove(stage.reference.viewport(), stage.reference.mapFromScene(QPointF(11.5, 4.5)))
    spot = hovered[-1]
    assert spot is not None
    assert (spot.x_px, spot.y_px) == (11, 4)
    assert "pixel 11, 4" in page._hover_label.text()
    canvas_mark, reference_mark = (stage.links.crosshair_of(each) for each in (stage.canvas, stage.reference))
    assert canvas_mark.isVisible()
    assert canvas_mark.pos() == QPointF(11.5, 4.5)
    assert not reference_mark.isVisible()
    assert stage.canvas._patches.hovered == stage.reference._patches.hovered == spot.patch
    qtbot.mouseMove(stage.canvas.viewport(), stage.canvas.mapFromScene(QPointF(3.5, 8.5)))
    assert reference_mark.isVisible()
    assert not canvas_mark.isVisible()
    qtbot.mouseMove(stage.canvas.viewport(), QPoint(3, stage.canvas.height() - 3))
    assert not reference_mark.isVisible()


def test_selection_and_overlays_are_synchronized(page: RunPage, stage: ComparisonStage) -> None:
    stage.canvas.select_patch(4)
    assert stage.reference.selected_patch == 4
    stage.reference.select_patch(7)
    assert page.inspector.patch == 7
    for toggle, shown in (
        (page.frame.classes, lambda: stage.reference.classes_shown),
        (page.frame.patches, lambda: stage.reference.patches_shown),
    ):
        assert shown() == toggle.isChecked()
        toggle.click()
        assert shown() == toggle.isChecked()


def test_right_to_left_layout_is_mirrored(page: RunPage, stage: ComparisonStage) -> None:
    page.setLayoutDirection(Qt.LayoutDirection.RightToLeft)
    hide_classes(page)
    poster, compared = page._snapshot_player.poster, page.comparison.source.compared
    assert poster is not None
    assert compared is not None
    assert color_at(stage, (1, 1)) == poster.seen[1, 1, 0]
    assert stage.reference_name.geometry().right() > stage.width() * 0.9
    page.comparison.bar.modes["side"].click()
    assert stage.reference.geometry().left() > stage.canvas.geometry().right()


def test_class_and_patch_are_outlined_on_both_sides(page: RunPage, stage: ComparisonStage) -> None:
    overlays = (stage.canvas._values, stage.reference._values)
    page.canvas.select_patch(7)
    assert stage.reference.selected_patch == 7
    page.inspector.class_button.click()
    cell = page.inspector.cell
    assert [overlay.outlined_cell for overlay in overlays] == [cell, cell]
    hide_classes(page)
    stage.divider.setValue(0)
    shown = outline_pixels(stage, cell)
    stage.divider.setValue(1000)
    assert outline_pixels(stage, cell) == shown == 4
    page.inspector.patch_button.click()
    assert [overlay.outlined_cell for overlay in overlays] == [None, None]


def outline_pixels(stage: ComparisonStage, cell: int) -> int:
    """Return how many middles of the sides of a cell are white."""
    assert stage.canvas.view is not None
    area = stage.canvas.view.cells[cell]
    center = area.center()
    middles = (
        QPointF(area.left(), center.y()),
        QPointF(area.right(), center.y()),
        QPointF(center.x(), area.top()),
        QPointF(center.x(), area.bottom()),
    )
    lay_out()
    picture = stage.grab().toImage()
    origin = stage.canvas.geometry().topLeft()
    colors = [picture.pixelColor(origin + stage.canvas.mapFromScene(at)) for at in middles]
    return sum(color.red() == color.green() == color.blue() == 255 for color in colors)


def test_the_same_class_is_outlined_on_a_poster_with_another_order(
    page: RunPage, stage: ComparisonStage
) -> None:
    view = stage.reference.view
    assert view is not None
    stage.reference.set_view(replace(view, grid=tuple(tuple(reversed(row)) for row in reversed(view.grid))))
    page.canvas.select_patch(0)
    page.inspector.class_button.click()
    cell = page.inspector.cell
    other = stage.reference._values.outlined_cell
    assert other is not None
    assert other != cell
    assert stage.canvas.view is not None
    assert stage.reference.view is not None
    assert stage.reference.view.cell_names[other] == stage.canvas.view.cell_names[cell]
