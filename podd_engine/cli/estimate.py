"""``podd plan``: what a run will take, before it starts."""

from dataclasses import asdict

from rich.console import Console

from podd_engine.cli.options import (
    CacheOption,
    ConfigArgument,
    DeviceOption,
    JsonOption,
    SetOption,
    StepsOption,
    VerboseOption,
)
from podd_engine.cli.output import Output
from podd_engine.cli.progress import progress_line
from podd_engine.cli.run_commands import with_options
from podd_engine.cli.run_progress import duration_text
from podd_engine.runs.load_config import load_config


def plan(
    config: ConfigArgument,
    settings: SetOption = None,
    steps: StepsOption = None,
    device: DeviceOption = None,
    cache: CacheOption = None,
    as_json: JsonOption = False,
    verbose: VerboseOption = False,
) -> None:
    """Say how long a run would take, in what memory and on how much disk, by probing a few steps."""
    with Output(as_json, verbose) as output:
        chosen = load_config(config).with_overrides(settings or ())
        chosen = with_options(chosen, {"outer.steps": steps, "compute.device": device})
        from podd_engine.estimate.worker import estimate_run

        with progress_line(output.stderr_console) as line:
            estimate = estimate_run(chosen, cache, line.show)

        def show(console: Console) -> None:
            console.print(
                f"about {duration_text(estimate.seconds)}, {chosen.outer.steps} outer steps of "
                f"{estimate.outer_step_seconds:.3g} s"
            )
            console.print(
                f"{estimate.evaluations} evaluations of {duration_text(estimate.evaluation_seconds)}"
            )
            if estimate.compile_seconds is not None:
                console.print(f"compiling {duration_text(estimate.compile_seconds)}, once for these shapes")
            console.print(
                f"{estimate.peak_memory_bytes / 2**20:.0f} MiB of memory at most, "
                f"{estimate.disk_bytes / 2**20:.1f} MiB on disk"
            )
            if estimate.advice:
                console.print(
                    f"does not fit in the {estimate.available_bytes / 2**20:.0f} MiB there are: "
                    f"{estimate.advice}"
                )

        output.result(asdict(estimate), show)
