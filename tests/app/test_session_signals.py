"""Session signals: each is emitted once per change, after all values have been updated."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from podd_app.canvas.poster_geometry import PosterGeometry
from podd_app.models.class_order import ClassOrderRequest, ClassOrderResult, index_grid
from podd_app.models.dataset_state import DatasetState
from podd_app.models.run_messages import RunMetadata
from podd_app.models.run_status import Phase, RunStatus
from podd_app.models.session import Session
from podd_app.pages.poster.page import PosterPage
from podd_app.services.services import Services
from podd_engine.config.presets import load_preset

RUNNING = "Another run is in progress. Stop that run, or start this draft when it has ended."
MISSING = "Digits is not installed. Download it."

Action = Callable[[Session], None]


class Recorder:
    """Records the signals of a session with all values at the time of each signal."""

    def __init__(self, session: Session) -> None:
        self.session = session
        self.names: list[str] = []
        self.states: list[tuple[object, ...]] = []
        for name in ("draft", "dataset", "run", "can_start"):
            getattr(session, f"{name}_changed").connect(lambda name=name: self._on_signal(name))
        session.run_progressed.connect(lambda: self._on_signal("progress"))
        session.run_moved.connect(lambda: self._on_signal("moved"))
        session.run_history.opened.connect(lambda: self._on_signal("history"))
        session.class_order.changed.connect(lambda: self._on_signal("order"))
        session.class_order.requested.connect(lambda: self._on_signal("request"))

    def _on_signal(self, name: str) -> None:
        self.names.append(name)
        self.states.append(self.state())

    def state(self) -> tuple[object, ...]:
        """Return all values that a receiver can read."""
        session, metadata = self.session, self.session.run_history.metadata
        return (
            session.draft.values,
            session.layout,
            session.origin,
            session.differences,
            session.dataset,
            session.class_names,
            session.class_order.shown,
            session.start_blocker,
            session.can_start,
            session.run,
            metadata.path if metadata else None,
            session.undo_stack.count(),
            session.undo_stack.undoText(),
            session.undo_stack.redoText(),
        )


def check(session: Session) -> None:
    """Assert that the values of the session are consistent."""
    draft, dataset = session.draft, session.dataset
    assert session.class_order.shown.fits(session.layout.class_grid)
    assert session.class_order.shown.by_hand == bool(draft.values["order.grid"])
    assert (dataset.name, dataset.path) == (draft.values["dataset.name"], draft.values["dataset.path"])
    assert session.layout == (draft.layout or session.layout)
    if session.run.phase.active:
        expected = RUNNING
    elif draft.problems:
        expected = next(iter(draft.problems.values()))
    else:
        expected = "" if dataset.ready else dataset.reason
    assert session.start_blocker == expected
    assert session.can_start == (not expected)


def swap(session: Session) -> None:
    session.swap_classes(0, 7)


def change_grid(session: Session) -> None:
    session.edit({"poster.class_columns": 2, "poster.class_rows": 5}, "Class grid")


def make_invalid(session: Session) -> None:
    session.edit({"poster.width": 5}, "Poster width")


def lose_dataset(session: Session) -> None:
    session.set_dataset_state(replace(session.dataset, ready=False, reason=MISSING))


def make_ready_again(session: Session) -> None:
    session.edit({"poster.width": 40}, "Poster width")


def use_other_preset(session: Session) -> None:
    session.use_preset("cifar10-0.9ipc")


def drag(session: Session) -> None:
    session.edit({"poster.width": 34}, "Poster size", DRAG)


def begin_run(session: Session) -> None:
    session.set_run_status(RunStatus(Phase.RUNNING, path=Path("a")))


def show_finished_run(session: Session) -> None:
    config = load_preset("digits")
    session.run_history.open(RunMetadata(config, session.class_names, path=Path("a")))
    session.set_run_status(RunStatus(Phase.FINISHED, path=Path("a")))


DRAG = object()


def nothing(session: Session) -> None:
    """Do nothing."""


CASES: dict[str, tuple[Action, Action, list[str]]] = {
    "swap": (nothing, swap, ["draft", "order"]),
    "undo": (swap, lambda session: session.undo(), ["draft", "order"]),
    "undo by the stack": (swap, lambda session: session.undo_stack.undo(), ["draft", "order"]),
    "drag": (drag, lambda session: session.edit({"poster.width": 36}, "Poster size", DRAG), ["draft"]),
    "grid": (nothing, change_grid, ["draft", "order", "request"]),
    "invalid": (nothing, make_invalid, ["draft", "can_start"]),
    "valid again": (make_invalid, make_ready_again, ["draft", "can_start"]),
    "preset of another dataset": (
        make_invalid,
        use_other_preset,
        ["dataset", "draft", "order", "can_start", "request"],
    ),
    "dataset missing": (nothing, lose_dataset, ["dataset", "can_start"]),
    "preset after a missing dataset": (
        lose_dataset,
        use_other_preset,
        ["dataset", "draft", "order", "can_start", "request"],
    ),
    "undo of a preset": (
        use_other_preset,
        lambda session: session.undo(),
        ["dataset", "draft", "order"],
    ),
    "start": (nothing, lambda session: session.start(), ["run", "can_start"]),
    "progress": (
        begin_run,
        lambda session: session.set_run_status(replace(session.run, step=3)),
        ["progress"],
    ),
    "move": (
        show_finished_run,
        lambda session: session.move_run(Path("a"), Path("b")),
        ["moved", "history", "run"],
    ),
    "close": (show_finished_run, lambda session: session.close_run(), ["history", "run"]),
}


@pytest.mark.parametrize("case", CASES)
def test_every_receiver_sees_final_values(session: Session, case: str) -> None:
    prepare, act, _ = CASES[case]
    session.class_order.request()
    prepare(session)
    recorder = Recorder(session)
    act(session)
    assert recorder.names
    check(session)
    for name, state in zip(recorder.names, recorder.states, strict=True):
        assert state == recorder.state(), f"outdated values at {name}"


@pytest.mark.parametrize("case", CASES)
def test_change_emits_each_signal_once_and_requests_last(session: Session, case: str) -> None:
    prepare, act, names = CASES[case]
    session.class_order.request()
    prepare(session)
    recorder = Recorder(session)
    act(session)
    assert recorder.names == names


def test_receiver_may_change_the_session_again(session: Session) -> None:
    widths: list[int] = []

    def widen() -> None:
        check(session)
        widths.append(session.layout.poster[0])
        if widths[-1] < 42:
            session.edit({"poster.width": widths[-1] + 1}, "Poster width")

    session.draft_changed.connect(widen)
    session.edit({"poster.width": 40}, "Poster width")
    assert widths == [40, 41, 42]
    assert session.undo_stack.count() == 3
    session.draft_changed.disconnect(widen)
    session.undo()
    assert session.layout.poster[0] == 41


@pytest.fixture
def page(qtbot: QtBot, session: Session, services: Services) -> PosterPage:
    """Poster page with a known class order."""
    assert session.config is not None
    session.class_order.provide(
        ClassOrderResult(ClassOrderRequest.from_config(session.config), index_grid(5, 2), None, "images")
    )
    page = PosterPage(services)
    qtbot.addWidget(page)
    qtbot.addWidget(page.controls)
    return page


@pytest.fixture
def views(page: PosterPage, monkeypatch: pytest.MonkeyPatch) -> list[PosterGeometry]:
    """Views that the page passes to its canvas from now on."""
    recorded: list[PosterGeometry] = []
    set_view = page.canvas.set_view

    def record(view: PosterGeometry) -> None:
        recorded.append(view)
        set_view(view)

    monkeypatch.setattr(page.canvas, "set_view", record)
    return recorded


def test_swap_updates_canvas_once(page: PosterPage, views: list[PosterGeometry]) -> None:
    page.session.swap_classes(0, 7)
    assert [view.grid for view in views] == [((7, 1, 2, 3, 4), (5, 6, 0, 8, 9))]
    page.session.undo()
    assert [view.grid for view in views[1:]] == [index_grid(5, 2)]


def test_swap_by_keyboard_updates_canvas_once(
    qtbot: QtBot, page: PosterPage, views: list[PosterGeometry]
) -> None:
    page.canvas.select_patch(0)
    qtbot.keyClick(page.canvas, Qt.Key.Key_Right, Qt.KeyboardModifier.ShiftModifier)
    assert [view.grid for view in views] == [((1, 0, 2, 3, 4), (5, 6, 7, 8, 9))]


def test_edit_that_moves_no_class_does_not_update_canvas(
    page: PosterPage, views: list[PosterGeometry]
) -> None:
    page.session.edit({"outer.steps": 7}, "Outer steps")
    assert not views


def test_new_grid_or_class_names_update_canvas_once(page: PosterPage, views: list[PosterGeometry]) -> None:
    session = page.session
    change_grid(session)
    assert [view.layout.class_grid for view in views] == [(2, 5)]
    session.set_dataset_state(
        DatasetState("digits", session.dataset.path, "Digits", tuple("abcdefghij"), 1000, 1)
    )
    assert [view.class_names for view in views[1:]] == [tuple("abcdefghij")]
