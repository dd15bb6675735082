"""``podd estimate``: time, memory and disk space of a run."""

from dataclasses import asdict

from rich.console import Console

from podd_engine.cli.command import command
from podd_engine.cli.options import (
    CacheOption,
    ConfigArgument,
    DeviceOption,
    SetOption,
    StepsOption,
    select_config,
)
from podd_engine.cli.output import Output
from podd_engine.cli.progress import progress_line
from podd_engine.cli.result_text import counted
from podd_engine.cli.run_progress import duration_text


@command
def estimate(
    output: Output,
    config: ConfigArgument,
    settings: SetOption = None,
    steps: StepsOption = None,
    device: DeviceOption = None,
    cache: CacheOption = None,
) -> None:
    """Estimate the time, memory and disk space of a run.

    The command prepares the run and measures a few steps on this computer. It creates no run directory.
    """
    chosen = select_config(output, config, settings, {"outer.steps": steps, "compute.device": device})
    from podd_engine.estimate.worker import estimate_run

    with progress_line(output.stderr_console) as line:
        found = estimate_run(chosen, cache, line.show)

    def show(console: Console) -> None:
        console.print(
            f"about {duration_text(found.seconds)} for {counted(chosen.outer.steps, 'outer step')} "
            f"({found.outer_step_seconds:.3g} s each)"
        )
        console.print(f"evaluations: {found.evaluations:,}, {duration_text(found.evaluation_seconds)} each")
        if found.compile_seconds is not None:
            console.print(f"compilation: {duration_text(found.compile_seconds)}, cached for later runs")
        console.print(
            f"peak memory: {found.peak_memory_bytes / 2**20:,.0f} MiB, "
            f"disk space: {found.disk_bytes / 2**20:,.1f} MiB"
        )
        if found.advice:
            console.print(
                f"The run does not fit in the available memory "
                f"({found.available_bytes / 2**20:,.0f} MiB): {found.advice}"
            )

    output.result(asdict(found), show)
