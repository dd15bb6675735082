"""Fake engine that yields the events that a test feeds to it."""

import queue
from collections.abc import Callable, Generator
from pathlib import Path

import numpy as np

from podd_app.models.run_messages import NewRunRequest, RenderedPoster, RunMetadata, RunRequest, RunStream
from podd_engine.config.schema import DistillationConfig
from podd_engine.errors import CancelledError
from podd_engine.progress import ProgressCallback, ignore_progress
from podd_engine.runtime.events import (
    Evaluation,
    LengthResult,
    PausePoint,
    PosterSnapshot,
    RunEvent,
    StepReport,
    Terminal,
)

TIMEOUT_S = 20
CONFIG = DistillationConfig().with_values(
    {
        "order.grid": tuple(tuple(range(row * 5, row * 5 + 5)) for row in range(2)),
        "evaluation.steps": (30, 60),
    }
)
REQUEST = NewRunRequest(CONFIG, Path("runs"))


def step(number: int, seconds: float = 0.5) -> StepReport:
    """Return the report of an outer step."""
    return StepReport(number, 2.0 / number, 0.5 + number, 3.0, 0.1, number % 7, 10, seconds)


def evaluation(number: int, accuracy: float = 0.5, *, best: bool = True) -> Evaluation:
    """Return an evaluation in which longer training gives better results."""
    results = tuple(
        LengthResult(steps, accuracy + steps / 1000, 0.01, accuracy + 0.1, 0.02, 2.0 - steps / 100, 2.0)
        for steps in CONFIG.evaluation.steps
    )
    return Evaluation(number, 2, results, best, 3.0)


def snapshot(number: int) -> PosterSnapshot:
    """Return a poster whose values all equal its step."""
    labels = np.full((50, 10), 0.1, dtype=np.float32)
    return PosterSnapshot(number, np.full((1, 20, 32), number, dtype=np.float32), labels)


def picture(snapshot: PosterSnapshot) -> RenderedPoster:
    """Render a poster as one gray value that depends on the step."""
    pixels = np.full((20, 32, 1), snapshot.step % 256, dtype=np.uint8)
    return RenderedPoster(
        snapshot.step, pixels, 255 - pixels, snapshot.patch_labels, (0.0, 255.0), snapshot.poster
    )


class FakeEngine:
    """Replacement for the engine. `feed` supplies the events of the run.

    Args:
        prepare: function that is called during the preparation of a run.
        picture: function that renders a snapshot.

    Attributes:
        stop_error: error message of a stop that fails; empty if stops succeed.
    """

    def __init__(
        self,
        prepare: Callable[[ProgressCallback], None] = lambda report: None,
        picture: Callable[[PosterSnapshot], RenderedPoster] = picture,
    ) -> None:
        self.requests: list[RunRequest] = []
        self.path = Path("nowhere")
        self.past_events: tuple[StepReport, ...] = ()
        self.events_requested = 0
        self.stop_error = ""
        self.raised_errors: list[BaseException] = []
        self._prepare, self._picture = prepare, picture
        self._script: queue.Queue[RunEvent | BaseException] = queue.Queue()

    def feed(self, *events: RunEvent | BaseException) -> None:
        """Let the run yield these events. An exception is raised by its generator."""
        for event in events:
            self._script.put(event)

    def begin(
        self,
        request: RunRequest,
        report: ProgressCallback = ignore_progress,
        notify: Callable[[str], None] = print,
    ) -> RunStream:
        """Prepare a run; see `podd_app.models.run_messages.PrepareRun`."""
        self.requests.append(request)
        self._prepare(report)
        names = tuple(str(digit) for digit in range(10))
        metadata = RunMetadata(CONFIG, names, self.path, self.past_events)
        return RunStream(metadata, self._events(), self._picture, lambda: 10**9, self.path / "checkpoint")

    def _events(self) -> Generator[RunEvent, None, None]:
        last = 0
        while True:
            event = self._script.get(timeout=TIMEOUT_S)
            self.events_requested += 1
            if isinstance(event, BaseException):
                raise event
            if isinstance(event, StepReport):
                last = event.step
            try:
                yield event
            except CancelledError:
                failed = Terminal("failed", last, self.stop_error)
                yield failed if self.stop_error else Terminal("stopped", last)
                return
            except Exception as error:  # noqa: BLE001 - the real loop catches all errors, too
                self.raised_errors.append(error)
                yield Terminal("failed", last, f"{type(error).__name__}: {error}")
                return
            if isinstance(event, Terminal):
                return


TICK = PausePoint()
