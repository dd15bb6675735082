"""Run loop: a generator of events that always ends with exactly one terminal event."""

import shutil
import time
import traceback
from collections.abc import Generator, Iterator
from dataclasses import replace
from pathlib import Path
from typing import TypeVar

from podd_engine.distillation.evaluator import evaluate_state
from podd_engine.distillation.state import State
from podd_engine.errors import CancelledError, PoddError, RunError, StorageError
from podd_engine.io.os_errors import error_text
from podd_engine.runs.bundle import make_bundle, save_bundle
from podd_engine.runs.checkpoint import check_fits, load_checkpoint, save_checkpoint
from podd_engine.runs.directory import RunDirectory
from podd_engine.runs.event_log import EventLog, Resumed
from podd_engine.runs.preparation import PreparedRun
from podd_engine.runtime.coroutines import Computation
from podd_engine.runtime.events import PausePoint, PosterSnapshot, RunEvent, Terminal

Result = TypeVar("Result")

RunEvents = Generator[RunEvent, None, None]
"""Events of a run. Throwing `CancelledError` into the generator stops the run."""

CHECKPOINT_SECONDS = 30
"""Time between checkpoints. A crash loses at most about this much work."""


def distill(prepared: PreparedRun, path: Path) -> RunEvents:
    """Start a run in a new directory. See `_RunLifecycle.events`.

    Args:
        prepared: the prepared run.
        path: the new run directory.

    Raises:
        RunError: ``path`` is already in use. No file is written.
        StorageError: the first checkpoint cannot be written. ``path`` is removed.
    """
    RunDirectory.check_available(path)
    state = prepared.distiller.init_state(prepared.config.seed)
    try:
        run = RunDirectory.create(path, prepared.config)
        save_checkpoint(run.checkpoint_path, state, prepared.config.dataset.classes)
    except StorageError:
        shutil.rmtree(path, ignore_errors=True)  # the original error matters more than a failed cleanup
        raise
    return _RunLifecycle(prepared, run, state).events()


def resume(prepared: PreparedRun, path: Path) -> RunEvents:
    """Resume a run from its checkpoint. See `_RunLifecycle.events`.

    Args:
        prepared: the run prepared from its own config. The number of outer steps and the device may be
            changed. The changed config replaces the config of the run.
        path: the run directory.

    Raises:
        RunError: ``path`` contains no run or no checkpoint, the checkpoint does not fit the config, or the
            run already has more outer steps than the config allows.
    """
    run, distiller = RunDirectory.open(path), prepared.distiller
    state = load_checkpoint(run.checkpoint_path, distiller.device)
    poster = (distiller.channels, *distiller.layout.poster[::-1])
    labels = distiller.label_scheme.initial.shape
    check_fits(run.checkpoint_path, state, poster, labels, distiller.dtype)
    names = run.poster_class_names()
    if names and names != prepared.config.dataset.classes:
        raise RunError(
            f"{path}: config.toml lists other classes than the checkpoint; restore dataset.classes"
        )
    if state.step > prepared.config.outer.steps:
        raise RunError(
            f"{path}: the run already has {state.step} outer steps, but outer.steps is "
            f"{prepared.config.outer.steps}; use at least {state.step}"
        )
    return _RunLifecycle(prepared, run, state, resumed=True).events()


class _RunLifecycle:
    """Execution of a run from its start or a checkpoint until one terminal event."""

    def __init__(self, prepared: PreparedRun, run: RunDirectory, state: State, resumed: bool = False) -> None:
        self.prepared, self.run, self.state, self.resumed = prepared, run, state, resumed
        self.distiller, self.config = prepared.distiller, prepared.config
        self.saved_at = time.monotonic()

    def events(self) -> RunEvents:
        """Yield the events of the run. At each yield, the caller may pause or throw `CancelledError`.

        The last event is always exactly one `Terminal`, which is also logged: finished, stopped by
        `CancelledError` or `KeyboardInterrupt`, or failed with the cause. The saved state always belongs
        to a complete outer step. Closing the generator also saves the state and logs a stop.
        """
        try:
            lock = self.run.lock()
        except PoddError as error:
            yield Terminal("failed", self.state.step, str(error))
            return
        with lock:
            try:
                self.log = EventLog(self.run.events_path)
            except StorageError as error:
                yield Terminal("failed", self.state.step, str(error))
                return
            try:
                yield from self._run_to_terminal()
            finally:
                self.log.close()

    def _run_to_terminal(self) -> RunEvents:
        try:
            if self.resumed:
                self.run.save_config(self.config)
                self.log.append(Resumed(self.state.step))
            yield from self._run_steps()
            self._save()
            end = Terminal("finished", self.state.step)
        except (CancelledError, KeyboardInterrupt):
            end = self._stopped()
        except GeneratorExit:
            self._log_terminal(self._stopped())
            raise
        except Exception as error:  # noqa: BLE001 - every error must end in one terminal event
            end = self._failed(error)
        yield self._log_terminal(end)

    def _run_steps(self) -> Iterator[RunEvent]:
        distiller, evaluation = self.distiller, self.config.evaluation
        last = self.config.outer.steps
        if self.state.step == 0:
            self._save_snapshot(distiller.snapshot(self.state))
        yield distiller.snapshot(self.state)
        while True:
            step = self.state.step
            due = step > 0 and (step % evaluation.every == 0 or step >= last)
            if due and self.state.evaluated != step:
                yield from self._evaluate()
            if step >= last:
                return
            (self.state, report), paused_seconds = yield from self._with_pause_points(
                distiller.step_coroutine(self.state)
            )
            report = replace(report, seconds=report.seconds - paused_seconds)
            self.log.append(report)
            yield report
            yield distiller.snapshot(self.state)
            if time.monotonic() - self.saved_at > CHECKPOINT_SECONDS:
                self._save()

    def _evaluate(self) -> Iterator[RunEvent]:
        self._save()
        (state, report, details), paused_seconds = yield from self._with_pause_points(
            evaluate_state(self.distiller, self.state)
        )
        report = replace(report, seconds=report.seconds - paused_seconds)
        snapshot = self.distiller.snapshot(state)
        self._save_snapshot(snapshot)
        self.run.save_evaluation_details(details)
        if report.best:
            bundle = make_bundle(self.config, self.prepared.data, snapshot, report)
            save_bundle(self.run.best_path, bundle)
        self.run.prune_snapshots()
        self.log.append(report)
        self.state = state
        self._save()
        yield report

    def _with_pause_points(
        self, computation: Computation[Result]
    ) -> Generator[RunEvent, None, tuple[Result, float]]:
        """Run a computation and yield an event at each of its pause points.

        Returns:
            Result of the computation, and the seconds it was suspended at pause points. These seconds do
            not count as compute time.
        """
        paused_seconds = 0.0
        while True:
            try:
                notice = next(computation)
            except StopIteration as stop:
                return stop.value, paused_seconds
            if notice is not None:
                self.log.append(notice)
            start = time.perf_counter()
            yield notice or PausePoint()
            paused_seconds += time.perf_counter() - start

    def _save_snapshot(self, snapshot: PosterSnapshot) -> None:
        self.run.save_snapshot(snapshot, self.config.dataset.classes)

    def _save(self) -> None:
        save_checkpoint(self.run.checkpoint_path, self.state, self.config.dataset.classes)
        self.saved_at = time.monotonic()

    def _stopped(self) -> Terminal:
        try:
            self._save()
        except StorageError as error:
            return Terminal(
                "failed", self.state.step, f"stopped, but the last steps could not be saved: {error}"
            )
        return Terminal("stopped", self.state.step)

    def _failed(self, error: Exception) -> Terminal:
        message = error_text(error)
        details = "".join(traceback.format_exception(error))
        try:
            self._save()
        except PoddError as save_error:
            message = f"{message}; the last steps could not be saved ({save_error})"
        return Terminal("failed", self.state.step, message, details)

    def _log_terminal(self, terminal: Terminal) -> Terminal:
        try:
            self.log.append(terminal)
        except StorageError as error:
            return replace(terminal, message=f"{terminal.message}; {error}".removeprefix("; "))
        return terminal
