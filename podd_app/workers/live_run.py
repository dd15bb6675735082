"""Prepares runs for the engine thread, and reads runs from disk."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from podd_app.models.run_messages import (
    NewRunRequest,
    RenderedPoster,
    ResumeRequest,
    RunMetadata,
    RunRequest,
    RunStream,
)
from podd_app.workers.pixels import render_poster
from podd_app.workers.run_follower import RunFollower
from podd_engine import runs
from podd_engine.config.schema import DistillationConfig
from podd_engine.data.preprocessing import Preprocessing, prepare_dataset
from podd_engine.poster.layout import PosterLayout
from podd_engine.progress import Progress, ProgressCallback
from podd_engine.runs.bundle import load_bundle
from podd_engine.runs.class_names import complete_class_names
from podd_engine.runs.event_log import LoggedEvent, read_events
from podd_engine.runs.load_source import checkpoint_snapshot
from podd_engine.runs.reservation import Reservation
from podd_engine.runtime.events import Evaluation, PosterSnapshot, StepReport, Terminal
from podd_engine.runtime.memory import peak_memory_bytes


def prepare_live_run(
    request: RunRequest, report: ProgressCallback, notify: Callable[[str], None]
) -> RunStream:
    """Prepare a run. If the preparation of a new run fails or is canceled, no folder remains.

    Args:
        request: run to start or to resume.
        report: callback for progress.
        notify: callback for notices.

    Raises:
        PoddError: see `podd_engine.runs.prepare_run`, `distill` and `resume`.
        CancelledError: ``report`` canceled the preparation.
    """
    match request:
        case NewRunRequest(config, folder):
            with Reservation(folder, config) as reservation:
                path = reservation.path
                prepared = runs.prepare_run(config, report=report, notify=notify)
                report(Progress("saving the first checkpoint", 0, 1))  # the last chance to cancel
                events = runs.distill(prepared, path)
            past_events: list[StepReport | Evaluation] = []
        case ResumeRequest(path):
            run = runs.RunDirectory.open(path)
            prepared = runs.prepare_run(complete_class_names(run.config), report=report, notify=notify)
            events = runs.resume(prepared, path)
            step = checkpoint_snapshot(run).step
            past_events = [event for event in _steps(read_events(run.events_path)) if event.step <= step]
    data = prepared.data
    return RunStream(
        metadata=_metadata(prepared.config, data.dataset.class_names, path, past_events),
        events=events,
        render=_make_renderer(prepared.config.layout, data.preprocessing),
        memory_bytes=partial(peak_memory_bytes, prepared.distiller.device),
        checkpoint=runs.RunDirectory(path).checkpoint_path,
    )


@dataclass(frozen=True)
class LoadedRun:
    """Run that was read from disk.

    Args:
        metadata: the run with its past reports and evaluations.
        poster: poster of the last checkpoint.
        terminal: terminal event; None if the run is in progress or was interrupted.
        follower: reader of later events; None if no process writes the run.
    """

    metadata: RunMetadata
    poster: RenderedPoster
    terminal: Terminal | None
    follower: RunFollower | None


def load_run(path: Path, report: ProgressCallback) -> LoadedRun:
    """Read the run at ``path``.

    Raises:
        RunError: there is no run, or the run has no checkpoint yet or is damaged.
        DataError: the run has no evaluation yet and its dataset is missing.
    """
    run = runs.RunDirectory.open(path)
    config = run.config
    snapshot = checkpoint_snapshot(run)
    if run.best_path.is_file():
        bundle = load_bundle(run.best_path)
        class_names, preprocessing = bundle.class_names, bundle.preprocessing
    else:
        config = complete_class_names(config)
        data = prepare_dataset(config.dataset, report=report)
        class_names, preprocessing = data.dataset.class_names, data.preprocessing
    render = _make_renderer(config.layout, preprocessing)
    follower = RunFollower(run, config, render)
    return LoadedRun(
        _metadata(config, class_names, path, _steps(follower.past_events)),
        render(snapshot),
        follower.terminal,
        follower if follower.being_written else None,
    )


def _steps(events: list[LoggedEvent]) -> list[StepReport | Evaluation]:
    return [event for event in events if isinstance(event, StepReport | Evaluation)]


def _metadata(
    config: DistillationConfig,
    class_names: tuple[str, ...],
    path: Path,
    past_events: list[StepReport | Evaluation],
) -> RunMetadata:
    return RunMetadata(
        config,
        class_names,
        path,
        tuple(event for event in past_events if isinstance(event, StepReport)),
        tuple(event for event in past_events if isinstance(event, Evaluation)),
    )


def _make_renderer(
    layout: PosterLayout, preprocessing: Preprocessing
) -> Callable[[PosterSnapshot], RenderedPoster]:
    def render(snapshot: PosterSnapshot) -> RenderedPoster:
        return render_poster(snapshot, layout, preprocessing)

    return render
