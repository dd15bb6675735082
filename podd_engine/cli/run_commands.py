"""``podd distill`` and ``podd resume``."""

from collections.abc import Callable
from contextlib import closing
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console

from podd_engine.cli.command import command
from podd_engine.cli.options import (
    CacheOption,
    ConfigArgument,
    DeviceOption,
    RunArgument,
    SetOption,
    StepsOption,
    select_config,
)
from podd_engine.cli.output import EXIT_FAILED, EXIT_STOPPED, Output
from podd_engine.cli.progress import progress_line
from podd_engine.cli.result_text import counted, shell_word
from podd_engine.cli.run_progress import RunProgressPrinter, duration_text
from podd_engine.cli.signals import stop_signals
from podd_engine.errors import StorageError
from podd_engine.progress import ProgressCallback

if TYPE_CHECKING:
    from podd_engine.runs import RunSummary
    from podd_engine.runs.run import Run

EXIT_CODES = {"finished": 0, "stopped": EXIT_STOPPED, "failed": EXIT_FAILED}


@command
def distill(
    output: Output,
    config: ConfigArgument,
    settings: SetOption = None,
    steps: StepsOption = None,
    out: Annotated[
        Path | None,
        typer.Option("--out", metavar="RUN", help="New run directory.", show_default="runs/NAME-NNN"),
    ] = None,
    device: DeviceOption = None,
    seed: Annotated[
        int | None,
        typer.Option("--seed", metavar="S", help="Seed of all random numbers. Replaces the setting seed."),
    ] = None,
    cache: CacheOption = None,
) -> None:
    """Distill a dataset into a poster.

    Ctrl-C stops the run and saves its state. Use 'podd resume' to continue.
    """
    chosen = select_config(output, config, settings, {"outer.steps": steps, "seed": seed})
    from podd_engine.runs.run import distill as start

    _drive(
        output,
        lambda report: start(chosen, out, device=device, cache=cache, report=report, notify=output.note),
    )


@command
def resume(
    output: Output,
    run: RunArgument,
    steps: StepsOption = None,
    device: DeviceOption = None,
    cache: CacheOption = None,
) -> None:
    """Resume a run from its last checkpoint."""
    from podd_engine.runs.run import resume as start

    _drive(
        output,
        lambda report: start(run, steps=steps, device=device, cache=cache, report=report, notify=output.note),
    )


def _drive(output: Output, start: Callable[[ProgressCallback], "Run"]) -> None:
    """Prepare a run with ``start``, drive it to its terminal event, print its summary and exit."""
    with stop_signals() as request:
        with progress_line(output.stderr_console) as line, closing(start(line.show)) as run:
            request.graceful = True
            progress = RunProgressPrinter(line, run.config)
            for event in request.cancel_on_signal(run):
                progress.take(event)
        summary = run.summary()
        try:
            output.result(asdict(summary), lambda console: _print_summary(console, summary))
        except StorageError as error:
            output.note(str(error))  # the run itself is saved, so its exit code stays
        if run.terminal is not None and run.terminal.kind == "failed":
            output.error(run.terminal.message, run.terminal.details)
        raise typer.Exit(EXIT_CODES[summary.terminal])


def _print_summary(console: Console, summary: "RunSummary") -> None:
    console.print(
        f"{summary.terminal} after {counted(summary.steps, 'outer step')}, {duration_text(summary.seconds)}, "
        f"peak memory {summary.peak_memory_bytes / 2**20:,.0f} MiB"
    )
    if summary.test_accuracy is not None and summary.test_accuracy_std is not None:
        console.print(
            f"test accuracy  {summary.test_accuracy:.1%} ± {summary.test_accuracy_std:.1%} "
            f"({counted(summary.networks, 'network')})"
        )
        console.print(f"poster         {Path(summary.run) / 'best.safetensors'}")
    console.print(f"run            {summary.run}")
    run = shell_word(summary.run)
    console.print("next steps:")
    if summary.terminal != "finished":
        console.print(f"  podd resume {run}")
    if summary.test_accuracy is not None:
        console.print(f"  podd export {run} --to {shell_word(f'{Path(summary.run).name}-export')}")
        console.print(f"  podd evaluate {run} --arch convnet,resnet18")
