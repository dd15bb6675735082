"""Accessible names, roles and descriptions on every page, and screen reader announcements."""

import numpy as np
import pytest
from focus_walk import PAGE_KEYS, describe_widget, show, shown, tab_stops
from PySide6.QtGui import QAccessible
from PySide6.QtWidgets import QLabel, QWidget
from pytestqt.qtbot import QtBot

from podd_app.canvas.poster_canvas import PosterCanvas
from podd_app.inspector.paired_bars import PairedBars
from podd_app.models.run_status import ErrorReport, Phase, RunStatus
from podd_app.models.session import Session
from podd_app.pages.run.page import RunPage
from podd_app.window.announcer import Announcer
from podd_app.window.main_window import MainWindow

_MEANINGLESS = {
    QAccessible.Role.NoRole,
    QAccessible.Role.Client,
    QAccessible.Role.Pane,
    QAccessible.Role.Border,
    QAccessible.Role.Window,
}


def name_of(widget: QWidget) -> str:
    interface = QAccessible.queryAccessibleInterface(widget)
    return interface.text(QAccessible.Text.Name).strip()


def role_of(widget: QWidget) -> QAccessible.Role:
    return QAccessible.queryAccessibleInterface(widget).role()


def description_of(widget: QWidget) -> str:
    return QAccessible.queryAccessibleInterface(widget).text(QAccessible.Text.Description)


def test_interactive_widgets_have_a_name_and_a_role(populated_window: MainWindow) -> None:
    nameless, unknown, checked = [], [], 0
    for key in PAGE_KEYS:
        show(populated_window, key)
        for widget in tab_stops(populated_window):
            checked += 1
            if not name_of(widget):
                nameless.append(f"{key}: {describe_widget(widget)}")
            if role_of(widget) in _MEANINGLESS:
                unknown.append(f"{key}: {describe_widget(widget)}: {role_of(widget)}")
    assert checked > 100
    assert not nameless, "\n".join(nameless)
    assert not unknown, "\n".join(unknown)


def test_custom_painted_widgets_have_a_name_and_a_role(populated_window: MainWindow) -> None:
    undescribed = []
    for key in PAGE_KEYS:
        show(populated_window, key)
        for widget in shown(populated_window):
            own = [kind for kind in type(widget).__mro__ if kind.__module__.startswith("podd_app")]
            if not any("paintEvent" in vars(kind) for kind in own) or isinstance(widget, QLabel):
                continue  # the text of a label is its accessible name
            if not name_of(widget) or role_of(widget) in _MEANINGLESS:
                undescribed.append(f"{key}: {describe_widget(widget)}")
    assert not undescribed, "\n".join(undescribed)


def test_the_poster_has_an_accessible_description(populated_window: MainWindow) -> None:
    show(populated_window, "poster")
    canvas = populated_window.page_widget("poster").canvas
    assert isinstance(canvas, PosterCanvas)
    assert (name_of(canvas), role_of(canvas)) == ("Poster", QAccessible.Role.Graphic)
    description = description_of(canvas)
    assert description.startswith(
        "32 by 20 pixels, 10 classes, 50 patches; patch 23 selected, column 5, row 3: "
    )
    shares = [part.split("%")[0] for part in description.rpartition(": ")[2].split(", ")]
    assert sum(float(share) for share in shares) == pytest.approx(100, abs=1)
    canvas.select_patch(None)
    assert description_of(canvas) == "32 by 20 pixels, 10 classes, 50 patches"


def test_soft_labels_and_plots_have_accessible_descriptions(
    qtbot: QtBot, populated_window: MainWindow
) -> None:
    show(populated_window, "run")
    page = populated_window.page_widget("run")
    assert isinstance(page, RunPage)
    bars = page.inspector.patch_page.label.bars
    assert isinstance(bars, PairedBars)
    assert role_of(bars) == QAccessible.Role.Chart
    assert "% " in description_of(bars)
    assert role_of(page.accuracy) == QAccessible.Role.Chart
    assert "%" in description_of(page.accuracy)
    assert np.isfinite(float(description_of(page.loss)))
    assert description_of(page.timeline.track).startswith("Step 4")


def test_run_changes_are_announced_once_and_progress_is_not(
    qtbot: QtBot, window: MainWindow, session: Session
) -> None:
    announcer = window.findChild(Announcer)
    announced: list[str] = []
    announcer.announced.connect(announced.append)
    session.set_run_status(RunStatus(Phase.STARTING, steps=9))
    for step in range(5):
        session.set_run_status(RunStatus(Phase.RUNNING, step=step, steps=9))
    session.set_run_status(RunStatus(Phase.PAUSED, step=5, steps=9))
    session.set_run_status(RunStatus(Phase.FINISHED, step=9, steps=9))
    assert announced == ["Run in progress", "Run paused at step 5", "Run finished after 9 steps"]
    session.report_error(ErrorReport("The disk is full", "Free some space."))
    assert announced[-1] == "The disk is full. Free some space."
