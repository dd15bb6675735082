"""Finished run with nine snapshots, and helper functions for the Run page."""

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QPoint, Qt
from pytestqt.qtbot import QtBot

from podd_app.models.session import Session
from podd_app.pages.run.page import RunPage
from podd_app.services.comparison_source import ComparisonChoice, ComparisonSource
from podd_app.services.snapshot_player import SnapshotPlayer
from podd_app.timeline.comparison import ComparisonController
from podd_app.workers.live_run import load_run
from podd_engine.config.schema import DistillationConfig
from podd_engine.progress import ignore_progress
from podd_engine.runs import distill, prepare_run

WaitUntil = Callable[[Callable[[], bool]], None]
"""Function that waits until a condition is true."""

STEPS = 24
EVERY = 3
TINY = [
    "name=tiny",
    "order.source=index",
    "network.width=4",
    "network.depth=1",
    f"outer.steps={STEPS}",
    "outer.real_batch=32",
    "truncation.window=2",
    "truncation.total=3",
    "augmentation.patches=[]",
    "augmentation.real=[]",
    f"evaluation.every={EVERY}",
    "evaluation.networks=1",
    "evaluation.steps=[3]",
    "compute.threads=1",
]
TIMEOUT_MS = 60_000


def make_tiny_run(path: Path, cache: Path, *changes: str) -> Path:
    """Write a finished run of the digits dataset and return its path."""
    config = DistillationConfig().with_overrides([*TINY, *changes])
    for _ in distill(prepare_run(config, cache), path):
        pass
    return path


def show(qtbot: QtBot, session: Session, page: RunPage, path: Path) -> None:
    """Open a run from disk, and wait until its snapshots are known."""
    run = load_run(path, ignore_progress)
    session.run_history.open(run.metadata)
    session.run_history.show_poster(run.poster)
    qtbot.waitUntil(lambda: bool(page._snapshot_player.snapshot_steps), timeout=TIMEOUT_MS)


def wait_for_poster(qtbot: QtBot, snapshot_player: SnapshotPlayer) -> None:
    """Wait until the selected poster is on screen."""
    qtbot.waitUntil(
        lambda: not snapshot_player.loading and not snapshot_player._load_job.running, timeout=TIMEOUT_MS
    )


def displayed_step(page: RunPage) -> int:
    """Return the step of the displayed poster."""
    poster = page._snapshot_player.poster
    assert poster is not None
    return poster.step


def canvas_pixel(page: RunPage) -> int:
    image = page.canvas._image.image
    assert image is not None
    return image.pixelColor(0, 0).red()


def click_step(qtbot: QtBot, page: RunPage, step: int) -> None:
    track = page.timeline.track
    at = QPoint(round(track.x_of(step)) + 2, round(track.groove_px))
    qtbot.mouseClick(track, Qt.MouseButton.LeftButton, pos=at)


def compare(until: WaitUntil, page: RunPage, choice: ComparisonChoice | None = None) -> None:
    """Switch the comparison on, and wait until the reference is read."""
    reference = page.comparison.source
    if choice is not None:
        reference.choose(choice)
    if not page.compare.isChecked():
        page.compare.click()
    until(lambda: reference.compared is not None and not reference.loading)


def comparison_step(reference: ComparisonSource) -> int:
    """Return the step of the reference poster."""
    assert reference.compared is not None
    return reference.compared.poster.step


def comparison_names(comparison: ComparisonController) -> tuple[str, str]:
    """Return the captions of the displayed poster and of the reference poster."""
    stage = comparison.stage
    return stage.canvas_name.text(), stage.reference_name.text()
