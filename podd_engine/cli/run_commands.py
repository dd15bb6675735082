"""``podd distill`` and ``podd resume``."""

from collections.abc import Callable, Generator
from dataclasses import asdict, replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console

from podd_engine.cli.options import (
    CacheOption,
    ConfigArgument,
    DeviceOption,
    JsonOption,
    RunArgument,
    SetOption,
    StepsOption,
    VerboseOption,
)
from podd_engine.cli.output import EXIT_FAILED, EXIT_STOPPED, Output
from podd_engine.cli.progress import progress_line
from podd_engine.cli.run_progress import RunProgressPrinter, duration_text
from podd_engine.cli.signals import StopSignalHandler
from podd_engine.config.schema import DistillationConfig
from podd_engine.runs.load_config import load_config
from podd_engine.runtime.events import RunEvent, Terminal

if TYPE_CHECKING:
    from podd_engine.runs import PreparedRun, RunSummary

RunStarter = Callable[["PreparedRun"], Generator[RunEvent, None, None]]

EXIT_CODES = {"finished": 0, "stopped": EXIT_STOPPED, "failed": EXIT_FAILED}

RUNS_FOLDER = Path("runs")


def distill(
    config: ConfigArgument,
    settings: SetOption = None,
    steps: StepsOption = None,
    out: Annotated[
        Path | None,
        typer.Option("--out", metavar="RUN", help="Folder of the run; runs/NAME-NNN if left out."),
    ] = None,
    device: DeviceOption = None,
    seed: Annotated[
        int | None, typer.Option("--seed", metavar="S", help="Seed of every draw, in place of the config's.")
    ] = None,
    cache: CacheOption = None,
    as_json: JsonOption = False,
    verbose: VerboseOption = False,
) -> None:
    """Distill a dataset into a poster; Ctrl-C saves it, 'podd resume' goes on."""
    with Output(as_json, verbose) as output:
        chosen = load_config(config).with_overrides(settings or ())
        chosen = with_options(chosen, {"outer.steps": steps, "compute.device": device, "seed": seed})
        from podd_engine import runs
        from podd_engine.runs.directory import next_run_path

        path = out or next_run_path(RUNS_FOLDER, chosen)
        runs.RunDirectory.check_available(path)
        _run_to_end(output, chosen, path, cache, lambda prepared: runs.distill(prepared, path))


def resume(
    run: RunArgument,
    steps: StepsOption = None,
    device: DeviceOption = None,
    cache: CacheOption = None,
    as_json: JsonOption = False,
    verbose: VerboseOption = False,
) -> None:
    """Go on with a run from its last checkpoint."""
    with Output(as_json, verbose) as output:
        from podd_engine import runs

        config = runs.RunDirectory.open(run).config
        config = with_options(config, {"outer.steps": steps, "compute.device": device})
        _run_to_end(output, config, run, cache, lambda prepared: runs.resume(prepared, run))


def with_options(config: DistillationConfig, options: dict[str, int | str | None]) -> DistillationConfig:
    """``config`` with the keys whose option was given."""
    return config.with_values({key: value for key, value in options.items() if value is not None})


def _run_to_end(
    output: Output, config: DistillationConfig, path: Path, cache: Path | None, start: RunStarter
) -> None:
    """Prepare a run, drive it to its terminal event, print what it came to, and exit."""
    from podd_engine import runs
    from podd_engine.runs.event_log import read_events

    with StopSignalHandler() as interruption:
        with progress_line(output.stderr_console) as line:
            prepared = runs.prepare_run(config, cache, line.show, output.note)
            interruption.graceful = True
            progress = RunProgressPrinter(line, config)
            for event in interruption.cancel_on_signal(start(prepared)):
                progress.take(event)
        assert isinstance(event, Terminal)
        summary = runs.summarize(path, read_events(runs.RunDirectory(path).events_path))
        summary = replace(summary, terminal=event.kind, message=event.message)
        output.result(asdict(summary), lambda console: _print_summary(console, summary))
        if event.kind == "failed":
            output.error(event.message, event.details)
        raise typer.Exit(EXIT_CODES[event.kind])


def _print_summary(console: Console, summary: "RunSummary") -> None:
    console.print(
        f"{summary.terminal} after {summary.steps} outer steps, {duration_text(summary.seconds)}, "
        f"{summary.peak_memory_bytes / 2**20:.0f} MiB at most"
    )
    if summary.test_accuracy is not None and summary.test_accuracy_std is not None:
        console.print(
            f"test accuracy  {summary.test_accuracy:.1%} ± {summary.test_accuracy_std:.1%} "
            f"over {summary.networks} networks"
        )
        console.print(f"poster         {Path(summary.run) / 'best.safetensors'}")
    console.print(f"run            {summary.run}")
    console.print("next:")
    if summary.terminal != "finished":
        console.print(f"  podd resume {summary.run}")
    if summary.test_accuracy is not None:
        console.print(f"  podd export {summary.run} --to {Path(summary.run).name}-export")
        console.print(f"  podd evaluate {summary.run} --arch convnet,resnet18")
