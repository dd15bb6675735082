"""Sizes that edges snap to, and dragging past them."""

import pytest
from PySide6.QtCore import QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import QMouseEvent
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from podd_app.models.session import Session
from podd_app.pages.poster.page import DesignerPlace
from podd_app.pages.poster.snapping import Snap, snap
from podd_engine.config.presets import load_preset
from podd_engine.poster.layout import PosterLayout

CIFAR10 = load_preset("cifar10-0.9ipc").layout


@pytest.mark.parametrize(
    ("held_px", "axis", "other_px", "found"),
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
def test_the_nearest_size_that_helps_is_found(
    held_px: float, axis: int, other_px: int | None, found: Snap | None
) -> None:
    assert snap(held_px, axis, CIFAR10, 32, other_px, reach_px=1.5) == found


def test_budgets_are_never_exceeded_and_steps_grow_with_them() -> None:
    unit = 10 * 32 * 32 / 60
    one_patch = PosterLayout((153, 60), (32, 32), (1, 1), (5, 2), (32, 32))
    for tenths in range(2, 10):
        found = snap(tenths / 10 * unit, 0, one_patch, 10_000, 60, reach_px=1)
        assert found == Snap(int(tenths / 10 * unit), "budget", tenths / 10)
    above = snap(1.5 * unit, 0, CIFAR10, 10_000, 60, reach_px=0)
    assert above == Snap(256, "budget", 1.5)
    assert snap(1.7 * unit, 0, CIFAR10, 10_000, 60, reach_px=1) is None


def test_a_single_patch_across_has_no_stride() -> None:
    layout = load_preset("digits").with_values({"patches.columns": 1, "inner.patch_batch": 5}).layout
    assert snap(35.0, 0, layout, 8, None, reach_px=1) is None


@pytest.fixture
def place(qtbot: QtBot, session: Session) -> DesignerPlace:
    session.use_preset("cifar10-0.9ipc")
    made = DesignerPlace(session)
    qtbot.addWidget(made)
    qtbot.addWidget(made.controls)
    made.resize(900, 700)
    made.show()
    qtbot.waitExposed(made)
    return made


def pull(place: DesignerPlace, start: QPoint, by_px: tuple[float, float], *, ctrl: bool = False) -> QPoint:
    """Press at ``start`` and drag by poster pixels; gives where the pointer is now."""
    viewport, scale = place.canvas.viewport(), place.canvas.scale_factor
    end = start + QPoint(round(by_px[0] * scale), round(by_px[1] * scale))
    held = Qt.KeyboardModifier.ControlModifier if ctrl else Qt.KeyboardModifier.NoModifier
    for kind, at in (
        (QEvent.Type.MouseButtonPress, start),
        (QEvent.Type.MouseMove, start + (end - start) / 2),
        (QEvent.Type.MouseMove, end),
    ):
        button = Qt.MouseButton.LeftButton
        global_at = QPointF(viewport.mapToGlobal(at))
        QApplication.sendEvent(viewport, QMouseEvent(kind, QPointF(at), global_at, button, button, held))
    return end


def drop(qtbot: QtBot, place: DesignerPlace, at: QPoint) -> None:
    qtbot.mouseRelease(place.canvas.viewport(), Qt.MouseButton.LeftButton, pos=at)


def grip(place: DesignerPlace, x: float, y: float) -> QPoint:
    return place.canvas.mapFromScene(QPointF(x, y))


def test_an_edge_snaps_and_says_to_what(qtbot: QtBot, place: DesignerPlace) -> None:
    end = pull(place, grip(place, 153, 30), (6.2, 0))
    assert place.session.layout.poster == (160, 60)
    assert place.canvas._tool._tag().endswith("5 class areas of 32 px")
    drop(qtbot, place, end)
    assert place.session.layout.poster == (160, 60)
    assert "areas" not in place.canvas._tool._tag()
    place.session.undo_stack.undo()
    assert place.session.layout.poster == (153, 60)


def test_ctrl_drags_freely(qtbot: QtBot, place: DesignerPlace) -> None:
    end = pull(place, grip(place, 153, 30), (6.2, 0), ctrl=True)
    assert place.session.layout.poster == (159, 60)
    assert "areas" not in place.canvas._tool._tag()
    drop(qtbot, place, end)


def test_the_corner_snaps_both_ways(qtbot: QtBot, place: DesignerPlace) -> None:
    end = pull(place, grip(place, 153, 60), (7.4, 3.6))
    assert place.session.layout.poster == (160, 64)
    tag = place.canvas._tool._tag()
    assert "5 class areas of 32 px" in tag
    assert "2 class areas of 32 px" in tag
    drop(qtbot, place, end)


def test_class_areas_of_a_given_size_count(qtbot: QtBot, place: DesignerPlace) -> None:
    place.session.edit({"poster.class_width": 39}, "Class region width")
    end = pull(place, grip(place, 153, 30), (2.6, 0))
    assert place.session.layout.poster == (156, 60)
    assert "4 class areas of 39 px" in place.canvas._tool._tag()
    drop(qtbot, place, end)


def test_a_line_shows_where_an_edge_snapped(qtbot: QtBot, place: DesignerPlace) -> None:
    start = grip(place, 60, 60)
    end = pull(place, start, (0, -3.1))
    assert place.session.layout.poster == (153, 57)
    level = place.canvas.mapFromScene(QPointF(0, 57)).y()
    accent = place.canvas._patches.accent.rgb()
    picture = place.canvas.viewport().grab().toImage()
    left_of_the_poster = [picture.pixel(x, level + dy) for x in range(2, 20) for dy in (-1, 0, 1)]
    assert accent in left_of_the_poster
    drop(qtbot, place, end)
    picture = place.canvas.viewport().grab().toImage()
    assert accent not in [picture.pixel(x, level + dy) for x in range(2, 20) for dy in (-1, 0, 1)]
