"""The run loop: a generator of events, with one lifecycle however a run ends."""

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
from podd_engine.runs.bundle import make_bundle, save_bundle
from podd_engine.runs.checkpoint import load_checkpoint, save_checkpoint
from podd_engine.runs.directory import RunDirectory
from podd_engine.runs.event_log import EventLog, Resumed
from podd_engine.runs.preparation import PreparedRun
from podd_engine.runtime.coroutines import Computation
from podd_engine.runtime.events import PausePoint, RunEvent, Terminal

Result = TypeVar("Result")

RunEvents = Generator[RunEvent, None, None]
"""The events of a run; a thrown `CancelledError` stops it."""

CHECKPOINT_SECONDS = 30
"""A crash loses at most about this much work."""


def distill(prepared: PreparedRun, path: Path) -> RunEvents:
    """Start a run in a new directory; see `_RunLifecycle.events`.

    Raises:
        RunError: ``path`` is already in use, before anything is written there.
        StorageError: its first checkpoint cannot be written; nothing is left at ``path``.
    """
    RunDirectory.check_available(path)
    state = prepared.distiller.init_state(prepared.config.seed)
    try:
        run = RunDirectory.create(path, prepared.config)
        save_checkpoint(run.checkpoint_path, state)
    except StorageError:
        shutil.rmtree(path, ignore_errors=True)  # what cannot be removed is no worse than the error itself
        raise
    return _RunLifecycle(prepared, run, state).events()


def resume(prepared: PreparedRun, path: Path) -> RunEvents:
    """Go on with a run from its checkpoint; see `_RunLifecycle.events`.

    Args:
        prepared: made from the run's own config; its number of steps and its device may differ, and
            become the run's.
        path: the run directory.

    Raises:
        RunError: there is no run or no checkpoint at ``path``, or it is past its number of steps.
    """
    run = RunDirectory.open(path)
    state = load_checkpoint(run.checkpoint_path, prepared.distiller.device)
    if state.step > prepared.config.outer.steps:
        raise RunError(
            f"{path}: has already taken {state.step} outer steps, more than the "
            f"{prepared.config.outer.steps} asked for; ask for more"
        )
    return _RunLifecycle(prepared, run, state, resumed=True).events()


class _RunLifecycle:
    """One stretch of a run, from its start or a checkpoint to one terminal event."""

    def __init__(self, prepared: PreparedRun, run: RunDirectory, state: State, resumed: bool = False) -> None:
        self.prepared, self.run, self.state, self.resumed = prepared, run, state, resumed
        self.distiller, self.config = prepared.distiller, prepared.config
        self.saved_at = time.monotonic()

    def events(self) -> RunEvents:
        """Reports as they come; every yield is a point to pause, or to stop by throwing `CancelledError`.

        Ends in exactly one `Terminal`, logged and yielded last, whatever happens: finished, stopped
        by `CancelledError` or `KeyboardInterrupt`, or failed with the cause. The state saved is always
        that of a whole outer step. Closing the generator saves and logs a stop too.
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
        except Exception as error:  # noqa: BLE001 - a run ends in one terminal event, whatever the cause
            end = self._failed(error)
        yield self._log_terminal(end)

    def _run_steps(self) -> Iterator[RunEvent]:
        distiller, evaluation = self.distiller, self.config.evaluation
        last = self.config.outer.steps
        yield distiller.snapshot(self.state)
        if not self.resumed:
            self.run.save_snapshot(distiller.snapshot(self.state))
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
        self.run.save_snapshot(snapshot)
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
        """Run a computation, with an event at each of its pause points.

        Returns its result, and the seconds it was held at these points: a pause is not work.
        """
        paused_seconds = 0.0
        while True:
            try:
                notice = next(computation)
            except StopIteration as stop:
                return stop.value, paused_seconds
            if notice is not None:
                self.log.append(notice)
            began = time.perf_counter()
            yield notice or PausePoint()
            paused_seconds += time.perf_counter() - began

    def _save(self) -> None:
        save_checkpoint(self.run.checkpoint_path, self.state)
        self.saved_at = time.monotonic()

    def _stopped(self) -> Terminal:
        try:
            self._save()
        except StorageError as error:
            return Terminal("failed", self.state.step, f"stopped, but the last steps are lost: {error}")
        return Terminal("stopped", self.state.step)

    def _failed(self, error: Exception) -> Terminal:
        message = str(error) if isinstance(error, PoddError) else f"{type(error).__name__}: {error}"
        details = "".join(traceback.format_exception(error))
        try:
            self._save()
        except PoddError as unsaved:
            message = f"{message}; the last steps could not be saved either ({unsaved})"
        return Terminal("failed", self.state.step, " ".join(message.split()), details)

    def _log_terminal(self, terminal: Terminal) -> Terminal:
        try:
            self.log.append(terminal)
        except StorageError as error:
            return replace(terminal, message=f"{terminal.message}; {error}".removeprefix("; "))
        return terminal
