"""Snapping of poster edges."""

import pytest
from PySide6.QtCore import QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import QMouseEvent
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from podd_app.models.session import Session
from podd_app.pages.poster.page import PosterPage
from podd_app.pages.poster.snapping import Snap, snap
from podd_app.services.services import Services
from podd_engine.config.presets import load_preset
from podd_engine.poster.layout import PosterLayout

CIFAR10 = load_preset("cifar10-0.9ipc").layout


@pytest.mark.parametrize(
    ("length_px", "axis", "other_px", "found"),
    [
        (158.9, 0, 60, Snap(160, "areas", 5, 32)),
        (154.2, 0, 60, Snap(153, "budget", 0.9)),
        (151.7, 0, 60, Snap(152, "stride", 8)),
        (151.7, 0, None, Snap(152, "stride", 8)),
        (154.0, 0, None, None),
        (63.4, 1, 153, Snap(64, "areas", 2, 32)),
        (57.2, 1, 153, Snap(57, "stride", 5)),
        (40.3, 1, 153, Snap(40, "budget", 0.6)),
        (205.0, 0, 60, None),
        (20.0, 0, 60, None),
    ],
)
def test_snap_returns_the_nearest_useful_size(
    length_px: float, axis: int, other_px: int | None, found: Snap | None
) -> None:
    assert snap(length_px, axis, CIFAR10, 32, other_px, tolerance_px=1.5) == found


def test_snapped_sizes_do_not_exceed_the_budget_and_steps_depend_on_it() -> None:
    unit = 10 * 32 * 32 / 60
    one_patch = PosterLayout((153, 60), (32, 32), (1, 1), (5, 2), (32, 32))
    for tenths in range(2, 10):
        found = snap(tenths / 10 * unit, 0, one_patch, 10_000, 60, tolerance_px=1)
        assert found == Snap(int(tenths / 10 * unit), "budget", tenths / 10)
    above = snap(1.5 * unit, 0, CIFAR10, 10_000, 60, tolerance_px=0)
    assert above == Snap(256, "budget", 1.5)
    assert snap(1.7 * unit, 0, CIFAR10, 10_000, 60, tolerance_px=1) is None


def test_a_single_patch_has_no_stride() -> None:
    layout = load_preset("digits").with_values({"patches.columns": 1, "inner.patch_batch": 5}).layout
    assert snap(35.0, 0, layout, 8, None, tolerance_px=1) is None


@pytest.fixture
def page(qtbot: QtBot, services: Services, session: Session) -> PosterPage:
    session.use_preset("cifar10-0.9ipc")
    made = PosterPage(services)
    qtbot.addWidget(made)
    qtbot.addWidget(made.controls)
    made.resize(900, 700)
    made.show()
    qtbot.waitExposed(made)
    return made


def drag_edge(page: PosterPage, start: QPoint, by_px: tuple[float, float], *, ctrl: bool = False) -> QPoint:
    """Press at ``start``, drag by poster pixels, and return the final position of the pointer."""
    viewport, scale = page.canvas.viewport(), page.canvas.scale_factor
    end = start + QPoint(round(by_px[0] * scale), round(by_px[1] * scale))
    modifiers = Qt.KeyboardModifier.ControlModifier if ctrl else Qt.KeyboardModifier.NoModifier
    for kind, at in (
        (QEvent.Type.MouseButtonPress, start),
        (QEvent.Type.MouseMove, start + (end - start) / 2),
        (QEvent.Type.MouseMove, end),
    ):
        button = Qt.MouseButton.LeftButton
        global_at = QPointF(viewport.mapToGlobal(at))
        QApplication.sendEvent(viewport, QMouseEvent(kind, QPointF(at), global_at, button, button, modifiers))
    return end


def release(qtbot: QtBot, page: PosterPage, at: QPoint) -> None:
    qtbot.mouseRelease(page.canvas.viewport(), Qt.MouseButton.LeftButton, pos=at)


def viewport_point(page: PosterPage, x: float, y: float) -> QPoint:
    return page.canvas.mapFromScene(QPointF(x, y))


def test_a_snapped_edge_shows_the_reason(qtbot: QtBot, page: PosterPage) -> None:
    end = drag_edge(page, viewport_point(page, 153, 30), (6.2, 0))
    assert page.canvas.view.layout.poster == (160, 60)
    assert page.canvas._tool._tag().endswith("5 class regions of 32 px")
    release(qtbot, page, end)
    assert page.session.layout.poster == (160, 60)
    assert "regions" not in page.canvas._tool._tag()
    page.session.undo_stack.undo()
    assert page.session.layout.poster == (153, 60)


def test_ctrl_turns_off_snapping(qtbot: QtBot, page: PosterPage) -> None:
    end = drag_edge(page, viewport_point(page, 153, 30), (6.2, 0), ctrl=True)
    assert page.canvas.view.layout.poster == (159, 60)
    assert "regions" not in page.canvas._tool._tag()
    release(qtbot, page, end)


def test_the_corner_snaps_in_both_directions(qtbot: QtBot, page: PosterPage) -> None:
    end = drag_edge(page, viewport_point(page, 153, 60), (7.4, 3.6))
    assert page.canvas.view.layout.poster == (160, 64)
    tag = page.canvas._tool._tag()
    assert "5 class regions of 32 px" in tag
    assert "2 class regions of 32 px" in tag
    release(qtbot, page, end)


def test_edges_snap_to_class_regions_of_the_configured_size(qtbot: QtBot, page: PosterPage) -> None:
    page.session.edit({"poster.class_width": 39}, "Class region width")
    end = drag_edge(page, viewport_point(page, 153, 30), (2.6, 0))
    assert page.canvas.view.layout.poster == (156, 60)
    assert "4 class regions of 39 px" in page.canvas._tool._tag()
    release(qtbot, page, end)


def test_a_snapped_edge_draws_a_line(qtbot: QtBot, page: PosterPage) -> None:
    start = viewport_point(page, 60, 60)
    end = drag_edge(page, start, (0, -3.1))
    assert page.canvas.view.layout.poster == (153, 57)
    level = page.canvas.mapFromScene(QPointF(0, 57)).y()
    accent = page.canvas._patches.accent.rgb()
    picture = page.canvas.viewport().grab().toImage()
    left_of_the_poster = [picture.pixel(x, level + dy) for x in range(2, 20) for dy in (-1, 0, 1)]
    assert accent in left_of_the_poster
    release(qtbot, page, end)
    picture = page.canvas.viewport().grab().toImage()
    assert accent not in [picture.pixel(x, level + dy) for x in range(2, 20) for dy in (-1, 0, 1)]
