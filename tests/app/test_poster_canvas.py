"""Poster canvas: zoom and pan, exact pixels, overlays, selection, and repainted areas."""

from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest
from PySide6.QtCore import QCoreApplication, QEvent, QObject, QPoint, QPointF, Qt
from PySide6.QtGui import QImage, QPaintEvent, QRegion
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from podd_app.canvas.poster_canvas import PosterCanvas
from podd_app.canvas.poster_geometry import PosterGeometry, Spot
from podd_app.canvas.rulers import ticks
from podd_app.models.class_order import index_grid
from podd_engine.config.presets import load_preset
from podd_engine.poster.layout import PosterLayout


def view_of(preset: str) -> PosterGeometry:
    layout = load_preset(preset).layout
    names = tuple(f"class_{index}" for index in range(layout.classes))
    return PosterGeometry(layout, index_grid(*layout.class_grid), names)


@pytest.fixture
def canvas(qtbot: QtBot) -> PosterCanvas:
    canvas = PosterCanvas()
    qtbot.addWidget(canvas)
    canvas.resize(800, 600)
    canvas.set_view(view_of("cifar10-0.9ipc"))
    canvas.show()
    qtbot.waitExposed(canvas)
    return canvas


def to_viewport(canvas: PosterCanvas, x: float, y: float) -> QPoint:
    return canvas.mapFromScene(QPointF(x, y))


def grab(canvas: PosterCanvas) -> QImage:
    return canvas.viewport().grab().toImage()


def test_new_poster_is_fitted_and_stays_fitted_after_a_resize(canvas: PosterCanvas) -> None:
    for width, height in ((800, 600), (1000, 400)):
        canvas.resize(width, height)
        shown = canvas.viewportTransform().mapRect(canvas.view.bounds)
        assert canvas.viewport().rect().toRectF().contains(shown)
        assert max(shown.width() / width, shown.height() / height) > 0.7


def test_zoom_keeps_the_point_under_the_pointer(canvas: PosterCanvas) -> None:
    at = QPoint(300, 280)
    before = canvas.mapToScene(at)
    canvas.zoom(3, at)
    after = canvas.mapToScene(at)
    assert (before - after).manhattanLength() < 1.0
    assert not canvas.fitted


def test_new_images_do_not_change_zoom_and_position(canvas: PosterCanvas) -> None:
    canvas.look_at(QPointF(40, 20), 11.0)
    before = canvas.viewportTransform()
    rng = np.random.default_rng(0)
    for _ in range(3):
        canvas.set_image(rng.random((60, 153, 3)))
        canvas.set_view(view_of("cifar10-0.9ipc"))
        canvas.resize(800, 600)
    assert canvas.viewportTransform() == before


def test_pixels_are_exact_when_enlarged(canvas: PosterCanvas) -> None:
    canvas.show_classes(False)
    canvas.show_patches(False)
    canvas.show_rulers(False)
    rng = np.random.default_rng(1)
    pixels = rng.integers(0, 256, (60, 153, 3), dtype=np.uint8)
    canvas.set_image(pixels)
    canvas.look_at(QPointF(50, 30), 16.0)
    image = grab(canvas)
    for x, y in ((45, 25), (50, 30), (60, 33)):
        corner = canvas.mapFromScene(QPointF(x, y))
        for dx, dy in ((2, 2), (13, 13), (2, 13)):
            color = image.pixelColor(corner + QPoint(dx, dy))
            assert color.getRgb()[:3] == tuple(pixels[y, x])


@pytest.mark.parametrize("shape", [(60, 153, 1), (60, 153), (60, 153, 3)])
def test_images_can_be_gray_or_color_bytes_or_floats(canvas: PosterCanvas, shape: tuple[int, ...]) -> None:
    canvas.show_classes(False)
    canvas.show_patches(False)
    center = to_viewport(canvas, 76.5, 30.5)
    for pixels in (np.full(shape, 51, np.uint8), np.full(shape, 0.2), np.full(shape, 0.2, np.float32)):
        canvas.set_image(pixels)
        assert grab(canvas).pixelColor(center).getRgb()[:3] == (51, 51, 51)


def test_overlays_toggle_independently(canvas: PosterCanvas) -> None:
    def grab_bytes() -> bytes:
        picture = grab(canvas)  # a variable, because the image must live longer than its buffer is used
        return bytes(picture.constBits())

    at_first = grab_bytes()
    canvas.show_classes(False)
    without_classes = grab_bytes()
    canvas.show_classes(True)
    canvas.show_patches(True)
    with_patches = grab_bytes()
    canvas.show_patches(False)
    canvas.show_rulers(False)
    without_rulers = grab_bytes()
    canvas.show_rulers(True)
    assert grab_bytes() == at_first
    assert len({at_first, without_classes, with_patches, without_rulers}) == 4


def test_hover_reports_class_and_patch(qtbot: QtBot, canvas: PosterCanvas) -> None:
    with qtbot.waitSignal(canvas.hovered) as signal:
        qtbot.mouseMove(canvas.viewport(), to_viewport(canvas, 76.5, 40.5))
    (spot,) = signal.args
    assert spot == Spot(76, 40, 7, spot.patch)
    x0, y0, x1, y1 = canvas.view.layout.windows[spot.patch]
    assert x0 <= 76 < x1
    assert y0 <= 40 < y1
    with qtbot.waitSignal(canvas.hovered) as signal:
        qtbot.mouseMove(canvas.viewport(), QPoint(5, 5))
    assert signal.args == [None]


def test_click_selects_the_patch_with_the_nearest_center(qtbot: QtBot, canvas: PosterCanvas) -> None:
    windows = canvas.view.layout.windows
    x, y = (windows[43, :2] + windows[43, 2:]) / 2
    with qtbot.waitSignal(canvas.patch_selected) as signal:
        qtbot.mouseClick(canvas.viewport(), Qt.MouseButton.LeftButton, pos=to_viewport(canvas, x, y))
    assert signal.args == [43]
    qtbot.keyClick(canvas, Qt.Key.Key_Right)
    assert canvas.selected_patch == 49
    qtbot.keyClick(canvas, Qt.Key.Key_Up)
    assert canvas.selected_patch == 48
    qtbot.keyClick(canvas, Qt.Key.Key_Up)
    assert canvas.selected_patch == 48
    qtbot.keyClick(canvas, Qt.Key.Key_Escape)
    assert canvas.selected_patch is None


def test_drag_pans_and_does_not_select(qtbot: QtBot, canvas: PosterCanvas) -> None:
    before = canvas.center
    start = to_viewport(canvas, 70, 30)
    with qtbot.assertNotEmitted(canvas.patch_selected):
        qtbot.mousePress(canvas.viewport(), Qt.MouseButton.LeftButton, pos=start)
        qtbot.mouseMove(canvas.viewport(), start + QPoint(40, 0))
        qtbot.mouseRelease(canvas.viewport(), Qt.MouseButton.LeftButton, pos=start + QPoint(40, 0))
    assert (before - canvas.center).x() == pytest.approx(40 / canvas.scale_factor, abs=0.5)


def test_keys_zoom_and_fit(qtbot: QtBot, canvas: PosterCanvas) -> None:
    fitted = canvas.scale_factor
    qtbot.keyClick(canvas, Qt.Key.Key_Plus)
    assert canvas.scale_factor == pytest.approx(fitted * 1.25)
    qtbot.keyClick(canvas, Qt.Key.Key_0)
    assert canvas.scale_factor == pytest.approx(fitted)
    assert canvas.fitted


@pytest.mark.parametrize("patch", [0, 95])
def test_selection_is_cleared_by_another_grid(qtbot: QtBot, canvas: PosterCanvas, patch: int) -> None:
    canvas.select_patch(patch)
    with qtbot.waitSignal(canvas.patch_selected, check_params_cb=lambda index: index is None):
        canvas.set_view(view_of("digits"))


def test_selection_is_kept_by_another_class_order(canvas: PosterCanvas) -> None:
    canvas.select_patch(20)
    canvas.set_view(replace(canvas.view, grid=canvas.view.grid[::-1]))
    assert canvas.selected_patch == 20


@pytest.mark.parametrize("preset", ["digits", "cifar10-0.9ipc", "tiny-imagenet-0.9ipc"])
def test_spot_is_inside_its_cell_region_and_patch(preset: str) -> None:
    view = view_of(preset)
    width, height = view.layout.poster
    rng = np.random.default_rng(2)
    for x, y in zip(rng.integers(0, width, 60) + 0.5, rng.integers(0, height, 60) + 0.5, strict=True):
        spot = view.spot(x, y)
        assert spot is not None
        assert view.cells[spot.cell].contains(x, y)
        assert view.region(spot.cell).contains(x, y)
        assert spot.patch is not None
        assert view.patch(spot.patch).contains(x, y)
    assert view.spot(width, 0) is None
    assert view.spot(-0.1, 0) is None


def test_cells_cover_the_poster_without_gaps() -> None:
    view = view_of("cifar10-0.9ipc")
    assert sum(cell.width() * cell.height() for cell in view.cells) == pytest.approx(view.layout.pixels)


def test_pixels_between_patches_have_no_patch() -> None:
    layout = PosterLayout((40, 8), (8, 8), (2, 1), (2, 1), (20, 8))
    view = PosterGeometry(layout, ((0, 1),), ("a", "b"))
    assert [(center.x(), center.y()) for center in view.patch_centers] == [(4, 4), (36, 4)]
    assert view.spot(20, 4) == Spot(20, 4, 1, None)


def test_patches_are_counted_from_1() -> None:
    view = view_of("digits")
    columns, rows = view.layout.patch_grid
    assert view.patch_numbers(0) == (1, 1, 1)
    assert view.patch_numbers(view.layout.patches - 1) == (view.layout.patches, columns, rows)


def test_the_window_of_a_patch_is_outlined_only_if_it_is_hovered_or_selected(canvas: PosterCanvas) -> None:
    """At first, the canvas shows only the classes. The toggle adds one dot per patch."""
    blank = grab(canvas)
    assert not canvas.patches_shown
    center, window = canvas.view.patch_centers[20], canvas.view.patch(20)
    edge = to_viewport(canvas, window.left(), window.top() + 3)
    canvas.hover(canvas.view.spot(center.x(), center.y()))
    assert grab(canvas).pixel(edge) != blank.pixel(edge)
    canvas.hover(None)
    assert grab(canvas) == blank
    canvas.select_patch(20)
    assert grab(canvas).pixel(edge) != blank.pixel(edge)
    canvas.select_patch(None)
    canvas.show_patches(True)
    with_dots = grab(canvas)
    assert with_dots.pixel(to_viewport(canvas, center.x(), center.y())) != blank.pixel(
        to_viewport(canvas, center.x(), center.y())
    )
    assert with_dots.pixel(edge) == blank.pixel(edge)


@pytest.mark.parametrize("scale", [0.5, 1.0, 5.2, 30.0])
def test_ruler_numbers_have_a_minimum_distance(scale: float) -> None:
    at = ticks(153, 32, scale)
    assert at[0] == 0
    assert at[-1] == 153
    assert all((late - early) * scale >= 39 for early, late in pairwise(at)) or len(at) == 2


def test_reduced_poster_averages_its_pixels(canvas: PosterCanvas) -> None:
    width, height = canvas.view.layout.poster
    stripes = np.zeros((height, width, 1), dtype=np.uint8)
    stripes[:, ::4] = 255  # a quarter is white
    canvas.show_classes(False)
    canvas.show_patches(False)
    canvas.show_rulers(False)
    canvas.set_image(stripes)
    canvas.look_at(canvas.view.bounds.center(), 0.25)
    picture, center = grab(canvas), to_viewport(canvas, width / 2, height / 2)
    values = [picture.pixelColor(center.x() + dx, center.y()).red() for dx in range(-8, 9)]
    assert all(abs(value - 255 / 4) < 16 for value in values)


@pytest.mark.parametrize("with_image", [False, True])
def test_cached_overlays_are_exact_and_follow_each_change(canvas: PosterCanvas, with_image: bool) -> None:
    if with_image:
        canvas.set_image(np.full((60, 153, 3), 90, dtype=np.uint8))
    first = grab(canvas)
    cached = [grab(canvas) for _ in range(2)]
    for image in cached:  # the additional blending of the cached image can change the rounding
        difference = np.abs(pixels_of(image).astype(int) - pixels_of(first).astype(int))
        assert difference.max() <= 2
    canvas.pan(QPoint(17, 9))
    moved = grab(canvas)
    assert np.abs(pixels_of(moved).astype(int) - pixels_of(first).astype(int)).max() > 2
    canvas.pan(QPoint(-17, -9))
    canvas.highlight_cells(None, 3)
    assert grab(canvas) != cached[0]
    canvas.highlight_cells(None, None)
    assert np.abs(pixels_of(grab(canvas)).astype(int) - pixels_of(first).astype(int)).max() <= 2


class PaintRecorder(QObject):
    """Records the regions that a viewport repaints."""

    def __init__(self, viewport: QWidget) -> None:
        super().__init__(viewport)
        self.regions: list[QRegion] = []
        viewport.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if isinstance(event, QPaintEvent):
            self.regions.append(event.region())
        return False


@pytest.mark.parametrize("scale", [None, 0.4, 3.7, 20.0])
def test_new_image_repaints_only_its_area(qtbot: QtBot, canvas: PosterCanvas, scale: float | None) -> None:
    rng = np.random.default_rng(3)
    canvas.select_patch(0)
    canvas.set_image(rng.random((60, 153, 3)))
    if scale is not None:
        canvas.look_at(QPointF(20, 20), scale)
    before = pixels_of(grab(canvas))
    QCoreApplication.processEvents()  # finish pending paint events
    recorder = PaintRecorder(canvas.viewport())
    canvas.set_image(rng.random((60, 153, 3)))
    qtbot.waitUntil(lambda: bool(recorder.regions))
    (region,) = recorder.regions
    recorder.regions.clear()
    after = pixels_of(grab(canvas))
    changed = np.abs(after.astype(int) - before.astype(int)).max(axis=-1) > 2
    assert changed.any()
    for y, x in np.argwhere(changed):
        assert region.contains(QPoint(int(x), int(y)))
    shown = canvas.viewportTransform().mapRect(canvas.view.bounds).toAlignedRect()
    assert region.subtracted(QRegion(shown.adjusted(-3, -3, 3, 3))).isEmpty()


def pixels_of(image: QImage) -> np.ndarray:
    """Return the pixels of an image, uint8 [height, width, 4]."""
    image = image.convertToFormat(QImage.Format.Format_RGB32)
    return np.frombuffer(image.constBits(), np.uint8).reshape(image.height(), image.width(), 4).copy()
