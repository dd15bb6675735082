"""Coverage and label overlays of the Poster page, and the notice about classes without a label."""

from itertools import pairwise

import numpy as np
import pytest
from numpy.typing import NDArray
from PySide6.QtCore import QPoint, QPointF
from PySide6.QtGui import QImage
from pytestqt.qtbot import QtBot

from podd_app.models.class_order import ClassOrderRequest, ClassOrderResult
from podd_app.models.session import Session
from podd_app.pages.poster.page import PosterPage
from podd_app.pages.settings.page import SettingsPage
from podd_app.services.services import Services
from podd_app.style.colormap import apply_colormap, colormap_table
from podd_app.widgets.label_cells_notice import LabelCellsNotice
from podd_app.window.main_window import MainWindow

FIVE = ("airplane", "automobile", "bird", "cat", "deer")


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


def viewport_point(page: PosterPage, x: float, y: float) -> QPoint:
    return page.canvas.mapFromScene(QPointF(x, y))


def screenshot(page: PosterPage) -> QImage:
    return page.canvas.viewport().grab().toImage()


def levels(image: QImage) -> NDArray[np.int64]:
    return np.frombuffer(image.constBits(), np.uint8).astype(np.int64)


def learn_labels_of_cifar10(session: Session) -> None:
    session.use_preset("cifar10-0.9ipc")
    session.edit({"labels.kind": "learned", "order.source": "index"}, "Kind")


def test_the_colormap_gets_lighter_monotonically() -> None:
    luminance = colormap_table() @ [0.2126, 0.7152, 0.0722]
    assert (luminance[1:] - luminance[:-1] > -1).all()
    assert luminance[-1] - luminance[0] > 150


def test_a_constant_value_has_one_color() -> None:
    assert len(np.unique(apply_colormap(np.full((3, 4), 7.0), 7, 7).reshape(-1, 3), axis=0)) == 1


def test_coverage_colors_each_pixel_by_its_number_of_patches(page: PosterPage) -> None:
    page.frame.classes.click()
    page.frame.patches.click()
    page.overlays.coverage_toggle.click()
    coverage = page.session.layout.coverage
    expected = apply_colormap(coverage.astype(float), coverage.min(), coverage.max())
    picture = screenshot(page)
    for x, y in ((0, 0), (31, 19), (12, 9), (3, 7), (20, 1)):
        color = picture.pixelColor(viewport_point(page, x + 0.5, y + 0.5))
        assert color.getRgb()[:3] == tuple(expected[y, x])


def test_the_legend_shows_the_sampling_rate_of_the_hovered_pixel(qtbot: QtBot, page: PosterPage) -> None:
    assert not page.overlays.legend.isVisible()
    page.overlays.coverage_toggle.click()
    coverage = page.session.layout.coverage
    legend = page.overlays.legend
    assert legend.isVisible()
    assert legend.text == f"1 – {coverage.max()} patches per pixel"
    page.session.edit({"inner.patch_batch": 25}, "Patches per inner step")
    qtbot.mouseMove(page.canvas.viewport(), viewport_point(page, 12.5, 9.5))
    times = coverage[9, 12] * 25 / 50
    assert legend.text.endswith(f"{coverage[9, 12]} patches · sampled {times:.2f} times per inner step")
    qtbot.mouseMove(page.canvas.viewport(), viewport_point(page, 0.5, 0.5))
    assert legend.text.endswith("1 patch · sampled 0.50 times per inner step")
    qtbot.mouseMove(page.canvas.viewport(), QPoint(2, 200))
    assert legend.text.endswith("patches per pixel")
    page.session.edit({"patches.columns": 2}, "Patches across")
    assert legend.text.startswith(f"1 – {page.session.layout.coverage.max()} ")


def test_coverage_does_not_color_pixels_without_patches(page: PosterPage) -> None:
    page.session.edit({"patches.columns": 2, "patches.rows": 1, "inner.patch_batch": 2}, "Patches")
    page.frame.classes.click()
    page.frame.patches.click()
    before = screenshot(page)
    page.overlays.coverage_toggle.click()
    after = screenshot(page)
    inside, outside = viewport_point(page, 3.5, 3.5), viewport_point(page, 16.5, 10.5)
    assert after.pixelColor(inside) != before.pixelColor(inside)
    assert after.pixelColor(outside) == before.pixelColor(outside)
    assert page.overlays.legend.text.startswith("1 – 1 ")


def test_the_label_array_is_drawn_for_learned_labels(page: PosterPage) -> None:
    overlays = page.overlays
    assert overlays.labels.array is None
    assert not overlays.labels_toggle.isVisible()
    learn_labels_of_cifar10(page.session)
    assert overlays.labels_toggle.isVisible()
    assert (overlays.labels.array.rows, overlays.labels.array.columns) == (1, 6)
    third = overlays.labels.cell(0, 2)
    assert (third.left(), third.width(), third.height()) == (51, 25.5, 60)
    shown = screenshot(page)
    overlays.labels_toggle.click()
    assert screenshot(page) != shown
    overlays.labels_toggle.click()
    # Copied and newly painted pixels may differ by one level of 255 due to rounding.
    assert np.abs(levels(screenshot(page)) - levels(shown)).max() <= 1


def test_a_label_cell_shows_the_color_of_its_initial_class(page: PosterPage) -> None:
    learn_labels_of_cifar10(page.session)
    page.frame.classes.click()
    page.overlays.labels_toggle.click()
    picture, view, array = screenshot(page), page.canvas.view, page.overlays.labels.array
    for column in range(array.columns):
        class_color = view.colors[array.cell_owner[0, column]].rgb()
        area = page.canvas.viewportTransform().mapRect(page.overlays.labels.cell(0, column)).toRect()
        colors = {
            picture.pixel(x, y)
            for x in range(area.center().x() - 20, area.center().x() + 20)
            for y in range(area.center().y() - 20, area.center().y() + 20)
        }
        assert class_color in colors


def test_only_classes_without_a_label_are_hatched(page: PosterPage) -> None:
    learn_labels_of_cifar10(page.session)
    page.frame.classes.click()
    page.overlays.labels_toggle.click()
    picture, view = screenshot(page), page.canvas.view

    def colors(cell: int) -> int:
        area = page.canvas.viewportTransform().mapRect(view.cells[cell]).toRect().adjusted(6, 6, -6, -60)
        inside = range(area.left(), area.right()), range(area.top(), area.bottom())
        return len({picture.pixel(x, y) for x in inside[0] for y in inside[1]})

    assert all(colors(cell) > 3 for cell in range(5))
    assert all(colors(cell) <= 3 for cell in range(5, 10)), "background and a line between label cells"


def test_classes_without_a_label_are_listed_and_a_click_covers_them(page: PosterPage) -> None:
    session, notice = page.session, page.controls.label_cells
    assert not notice.isVisible()
    learn_labels_of_cifar10(session)
    assert notice.warning == f"5 of 10 classes start without a label: {', '.join(FIVE)}."
    assert notice.cover.isVisible()
    notice.cover.click()
    assert session.config.labels.cover_all
    assert notice.warning == ""
    assert not notice.cover.isVisible()
    assert (page.overlays.labels.array.rows, page.overlays.labels.array.columns) == (2, 6)
    assert session.undo_stack.undoText() == "Label cells for all classes"
    session.undo()
    assert notice.warning != ""


def test_the_warning_follows_the_class_order(page: PosterPage) -> None:
    learn_labels_of_cifar10(page.session)
    page.session.swap_classes(0, 5)
    assert "dog, automobile, bird, cat, deer" in page.controls.label_cells.warning


def test_only_the_first_of_many_classes_without_a_label_are_listed(page: PosterPage) -> None:
    page.session.use_preset("cifar100-0.9ipc")
    warning = page.controls.label_cells.warning
    assert warning.startswith("10 of 100 classes start without a label: ")
    assert warning.endswith(" and 2 more.")


def test_the_settings_page_warns_about_classes_without_a_label(
    qtbot: QtBot, services: Services, session: Session
) -> None:
    page = SettingsPage(services)
    qtbot.addWidget(page)
    qtbot.addWidget(page.panel)
    learn_labels_of_cifar10(session)
    notice = page.form.findChild(LabelCellsNotice)
    assert "airplane" in notice.warning
    notice.cover.click()
    assert page.form.rows["labels.cover_all"].control.isChecked()
    assert notice.warning == ""


def test_a_hovered_patch_is_cleared_by_a_new_dataset(qtbot: QtBot, page: PosterPage) -> None:
    qtbot.mouseMove(page.canvas.viewport(), viewport_point(page, 20, 10))
    page.session.use_preset("tiny-imagenet-0.9ipc")
    assert page.session.layout.classes == 200
    assert page.controls.label_cells.warning.startswith("10 of 200 classes")


def test_all_toggles_fit_into_the_smallest_window(qtbot: QtBot, window: MainWindow) -> None:
    window.resize(window.minimumSize())
    window.show_page("poster")
    page = window.page_widget("poster")
    assert isinstance(page, PosterPage)
    learn_labels_of_cifar10(window.session)
    toggles = [page.frame.classes, page.frame.patches, page.overlays.coverage_toggle]
    toggles += [page.overlays.labels_toggle, page.frame._fit]

    def toggles_fit() -> bool:
        places = [page._redo, *toggles]
        edges = [(each.mapTo(page.frame, QPoint()).x(), each.width()) for each in places]
        apart = all(x + width < after for (x, width), (after, _) in pairwise(edges))
        return apart and edges[-1][0] + edges[-1][1] <= page.frame.width()

    qtbot.waitUntil(toggles_fit)
    assert all(toggle.width() >= toggle.sizeHint().width() for toggle in toggles)


def test_a_computed_order_updates_the_classes_without_a_label(page: PosterPage) -> None:
    session = page.session
    session.use_preset("cifar10-0.9ipc")
    session.edit({"labels.kind": "learned"}, "Kind")
    grid = ((9, 8, 7, 6, 5), (4, 3, 2, 1, 0))
    session.class_order.provide(
        ClassOrderResult(ClassOrderRequest.from_config(session.config), grid, None, "clip")
    )
    assert page.controls.label_cells.warning.endswith("truck, ship, horse, frog, dog.")
