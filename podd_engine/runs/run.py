"""Start and resume runs: prepare the run, then drive it as a generator of events."""

import os
import warnings
from collections.abc import Callable, Generator
from dataclasses import replace
from os import PathLike
from pathlib import Path
from types import TracebackType

import torch

from podd_engine.config.schema import DistillationConfig
from podd_engine.progress import ProgressCallback, ignore_progress
from podd_engine.runs import loop
from podd_engine.runs.class_names import complete_class_names
from podd_engine.runs.directory import RunDirectory
from podd_engine.runs.event_log import read_events
from podd_engine.runs.load_config import load_config
from podd_engine.runs.preparation import PreparedRun, prepare_run
from podd_engine.runs.reservation import Reservation
from podd_engine.runs.summary import RunSummary, summarize
from podd_engine.runtime.events import RunEvent, Terminal
from podd_engine.runtime.memory import peak_memory_bytes

RUNS_FOLDER = Path("runs")
"""Parent of new run directories, relative to the current folder."""


class Run(Generator[RunEvent, None, None]):
    """Prepared run: a generator of events that distills the poster while you iterate over it.

    The run writes no file to its directory before the first event. The last event is always a
    `Terminal`. The run does no work between two events, so a loop that waits pauses the run.

    Args:
        path: run directory.
        config: complete configuration of the run, including the class order.
        events: events of the run loop.
        device: device of the run.
        reservation: reserved folder of a new run. `close` releases it if the run has written no file.

    Attributes:
        path: run directory.
        config: complete configuration of the run, including the class order.
        terminal: the terminal event. None before the end of the run, and after `close`.
    """

    def __init__(
        self,
        path: Path,
        config: DistillationConfig,
        events: loop.RunEvents,
        device: torch.device,
        reservation: Reservation | None = None,
    ) -> None:
        self.path, self.config, self._reservation = path, config, reservation
        self._device = device
        self.terminal: Terminal | None = None
        self._events = events

    def send(self, value: None = None, /) -> RunEvent:
        """Continue the run until its next event and return this event."""
        return self._record(self._events.send(value))

    def throw(
        self,
        error: type[BaseException] | BaseException,
        value: object = None,
        _trace: TracebackType | None = None,
        /,
    ) -> RunEvent:
        """Raise an exception inside the run and return the next event.

        A `CancelledError` stops the run and saves its state. The next event is then the `Terminal`.
        """
        return self._record(self._events.throw(value if isinstance(value, BaseException) else error))

    def close(self) -> None:
        """Stop the run and save its state. Delete the reserved folder if the run has written no file."""
        self._events.close()
        if self._reservation is not None:
            self._reservation.release()

    def summary(self) -> RunSummary:
        """Return steps, accuracies, time and memory of the run up to now."""
        events = read_events(RunDirectory(self.path).events_path)
        summary = summarize(self.path, events, peak_memory_bytes(self._device))
        if self.terminal is None:
            return summary
        return replace(summary, terminal=self.terminal.kind, message=self.terminal.message)

    def _record(self, event: RunEvent) -> RunEvent:
        if isinstance(event, Terminal):
            self.terminal = event
        return event


def _warn(text: str) -> None:
    warnings.warn(text, stacklevel=2)


def distill(
    config: DistillationConfig | str | PathLike[str],
    path: str | PathLike[str] | None = None,
    *,
    device: str | None = None,
    cache: Path | None = None,
    report: ProgressCallback = ignore_progress,
    notify: Callable[[str], None] = _warn,
) -> Run:
    """Prepare a run that distills a dataset into a poster. Iterating over the result drives the run.

    The preparation reads and preprocesses the dataset, computes the class order, and compiles the inner
    step if that saves time. It takes seconds to minutes. It writes to the cache only, and creates the empty
    run directory if ``path`` is None, so that no other run takes its name.

    Closing the returned generator stops the run and saves its state. `resume` continues the run with
    exactly the result of an uninterrupted run.

    Args:
        config: configuration, or what `load_config` accepts: the name of a preset, the path of a TOML
            file, or the path of a folder of images.
        path: new run directory. None creates ``runs/NAME-001``, ``runs/NAME-002``, … in the current
            folder. NAME is the name of the configuration, with hyphens for characters that file names
            must not contain.
        device: ``"auto"``, ``"cpu"``, ``"cuda"`` or ``"mps"``. None uses ``compute.device`` of the
            configuration.
        cache: cache folder for decoded images, preprocessed images and compiled code. None uses the
            cache folder of the system.
        report: receives the progress of the preparation. A `CancelledError` raised by it ends the
            preparation.
        notify: receives notes about the preparation, for example about skipped files or an unavailable
            source of class distances. The default issues a `UserWarning`.

    Returns:
        The run, a generator of `RunEvent`. Errors during the run do not raise. They end the run with a
        `Terminal` event of kind ``"failed"``.

    Raises:
        ConfigError: the configuration does not exist or is invalid.
        DataError: the dataset is missing or damaged.
        DeviceError: the device is not available.
        RunError: ``path`` exists and is not empty.
        StorageError: the cache cannot be written. The first event raises StorageError if the run
            directory cannot be created.

    Example:
        >>> import podd_engine
        >>> run = podd_engine.distill("digits")
        >>> for event in run:
        ...     if isinstance(event, podd_engine.Evaluation):
        ...         print(f"step {event.step}: test accuracy {event.best_result.test_accuracy:.1%}")
        >>> poster = podd_engine.load_poster(run.path / "best.safetensors")
    """
    chosen = config if isinstance(config, DistillationConfig) else load_config(os.fspath(config), notify)
    chosen = _with_given(chosen, device=device)
    if path is not None:
        RunDirectory.check_available(Path(path))
        return _start(loop.distill, prepare_run(chosen, cache, report, notify), Path(path))
    with Reservation(RUNS_FOLDER, chosen) as reservation:
        prepared = prepare_run(chosen, cache, report, notify)
        return _start(loop.distill, prepared, reservation.path, reservation)


def resume(
    path: str | PathLike[str],
    *,
    steps: int | None = None,
    device: str | None = None,
    cache: Path | None = None,
    report: ProgressCallback = ignore_progress,
    notify: Callable[[str], None] = _warn,
) -> Run:
    """Prepare an existing run to continue from its last checkpoint. Iterating over the result drives the run.

    On the CPU, the result equals that of an uninterrupted run bit for bit.

    Args:
        path: run directory.
        steps: new total number of outer steps. None keeps ``outer.steps`` of the run.
        device: ``"auto"``, ``"cpu"``, ``"cuda"`` or ``"mps"``. None keeps ``compute.device`` of the run.
        cache: cache folder. None uses the cache folder of the system.
        report: receives the progress of the preparation. A `CancelledError` raised by it ends the
            preparation.
        notify: receives notes about the preparation. The default issues a `UserWarning`.

    Returns:
        The run, a generator of `RunEvent`, as for `distill`.

    Raises:
        ConfigError: ``steps`` or ``device`` is invalid.
        DataError: the dataset is missing or damaged, or has other classes than the poster.
        DeviceError: the device is not available.
        RunError: ``path`` is not a run directory. The first event raises RunError if the run has no
            readable checkpoint or has already taken more than ``steps`` steps.

    Example:
        >>> import podd_engine
        >>> *_, terminal = podd_engine.resume("runs/digits-001", steps=400)
        >>> terminal.kind
        'finished'
    """
    run_path = Path(path)
    config = complete_class_names(RunDirectory.open(run_path).config)
    config = _with_given(config, steps=steps, device=device)
    return _start(loop.resume, prepare_run(config, cache, report, notify), run_path)


def _with_given(
    config: DistillationConfig, steps: int | None = None, device: str | None = None
) -> DistillationConfig:
    """Return ``config`` with the settings that are not None."""
    given = {"outer.steps": steps, "compute.device": device}
    return config.with_values({key: value for key, value in given.items() if value is not None})


def _start(
    start: Callable[[PreparedRun, Path], loop.RunEvents],
    prepared: PreparedRun,
    path: Path,
    reservation: Reservation | None = None,
) -> Run:
    """Return a run that calls ``start``, which writes to the run directory, at its first event."""

    def events() -> loop.RunEvents:
        try:
            yield from start(prepared, path)
        except BaseException:
            if reservation is not None:
                reservation.release()
            raise

    return Run(path, prepared.config, events(), prepared.distiller.device, reservation)
