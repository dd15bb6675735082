"""A finished run with nine snapshots, and a Run place that shows it."""

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QPoint, Qt
from pytestqt.qtbot import QtBot

from podd_app.models.session import Session
from podd_app.pages.run.page import RunPlace
from podd_app.services.comparison_source import Choice, Reference
from podd_app.services.snapshot_player import Reel
from podd_app.timeline.comparison import Comparison
from podd_app.workers.live_run import read_run
from podd_engine.config.schema import DistillationConfig
from podd_engine.progress import silent
from podd_engine.runs import distil, prepare_run

Wait = Callable[[Callable[[], bool]], None]
"""Waits until something holds."""

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
PATIENCE_MS = 60_000


def make_tiny(path: Path, cache: Path, *changes: str) -> Path:
    """A finished run of the digits."""
    config = DistillationConfig().with_overrides([*TINY, *changes])
    for _ in distil(prepare_run(config, cache), path):
        pass
    return path


def show(qtbot: QtBot, session: Session, place: RunPlace, path: Path) -> None:
    """Open a run from disk, and wait until its snapshots are known."""
    read = read_run(path, silent)
    session.record.open(read.story)
    session.record.show_poster(read.poster)
    qtbot.waitUntil(lambda: bool(place._reel.stops), timeout=PATIENCE_MS)


def settle(qtbot: QtBot, reel: Reel) -> None:
    """Wait until the poster wanted is on screen."""
    qtbot.waitUntil(lambda: not reel.reading and reel._loading is None, timeout=PATIENCE_MS)


def step_on_screen(place: RunPlace) -> int:
    """The step of the poster shown."""
    poster = place._reel.poster
    assert poster is not None
    return poster.step


def canvas_pixel(place: RunPlace) -> int:
    image = place.canvas._image.image
    assert image is not None
    return image.pixelColor(0, 0).red()


def click_on(qtbot: QtBot, place: RunPlace, step: int) -> None:
    track = place.timeline.track
    at = QPoint(round(track.x_of(step)) + 2, round(track.groove_px))
    qtbot.mouseClick(track, Qt.MouseButton.LeftButton, pos=at)


def compare(until: Wait, place: RunPlace, choice: Choice | None = None) -> None:
    """Switch the comparison on, and wait until the reference is read."""
    reference = place.comparison.reference
    if choice is not None:
        reference.choose(choice)
    if not place.compare.isChecked():
        place.compare.click()
    until(lambda: reference.compared is not None and not reference.reading)


def step_compared(reference: Reference) -> int:
    """The step of the poster compared with."""
    assert reference.compared is not None
    return reference.compared.poster.step


def named(comparison: Comparison) -> tuple[str, str]:
    """What is said of the poster looked at, and of the one compared with."""
    stage = comparison.stage
    return stage.canvas_name.text(), stage.reference_name.text()
