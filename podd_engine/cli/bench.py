"""``podd bench``: time and memory of an outer step, compared with the published loop."""

from pathlib import Path
from typing import Annotated, Any

import typer
from rich import box
from rich.console import Console
from rich.table import Table

from podd_engine.cli.command import command
from podd_engine.cli.output import Output
from podd_engine.cli.progress import progress_line
from podd_engine.config.schema import DistillationConfig
from podd_engine.errors import ConfigError
from podd_engine.runs.load_config import load_config

DEFAULT_CONFIG = "cifar10-0.9ipc"
CPU_WINDOW, CPU_UNDIFFERENTIATED, CPU_REAL_BATCH = 10, 10, 500
"""Largest values on a CPU. A GPU uses the values of the configuration."""


@command
def bench(
    output: Output,
    config: Annotated[
        str,
        typer.Option("--config", metavar="CONFIG", help="Name of a preset, TOML file, or folder of images."),
    ] = DEFAULT_CONFIG,
    window: Annotated[
        int | None,
        typer.Option(
            "--window",
            metavar="N",
            min=1,
            help="Differentiated inner steps.",
            show_default="as in the configuration, at most 10 on a CPU",
        ),
    ] = None,
    undifferentiated: Annotated[
        int | None,
        typer.Option(
            "--undifferentiated",
            metavar="N",
            min=0,
            help="Inner steps before the window.",
            show_default="mean of the configuration, at most 10 on a CPU",
        ),
    ] = None,
    real: Annotated[
        int | None,
        typer.Option(
            "--real",
            metavar="N",
            min=1,
            help="Real images per outer step.",
            show_default="as in the configuration, at most 500 on a CPU",
        ),
    ] = None,
    repeats: Annotated[
        int,
        typer.Option("--repeats", metavar="N", min=1, help="Timed repetitions. The result is their median."),
    ] = 5,
    compiled: Annotated[bool, typer.Option("--compile/--no-compile", help="Include compiled steps.")] = True,
    baseline: Annotated[
        Path | None,
        typer.Option(
            "--baseline",
            metavar="FILE",
            help="Script of the published loop.",
            show_default="script of the checkout",
        ),
    ] = None,
) -> None:
    """Measure the time and memory of an outer step, compared with the published loop.

    The benchmark uses random images and needs no dataset. Contenders run in separate processes, in turns.
    """
    chosen = load_config(config)
    if baseline is not None and not baseline.is_file():
        raise ConfigError(f"{baseline}: no such file; give the script of the published loop")
    from podd_engine.bench.contenders import (
        BASELINE,
        BASELINE_SCRIPT,
        available_strategies,
        baseline_unavailable_reason,
    )
    from podd_engine.bench.machine import describe_machine, package_versions
    from podd_engine.bench.measurement import Benchmark
    from podd_engine.runtime.device import choose_device

    on_gpu = choose_device(chosen.compute).type == "cuda"
    measured = _benchmark_config(chosen, on_gpu, window, undifferentiated, real)
    script = baseline or BASELINE_SCRIPT
    names = available_strategies(on_gpu, compiled)
    obstacle = baseline_unavailable_reason(script)
    if obstacle:
        output.note(f"the published loop is left out: {obstacle}")
    else:
        names = [BASELINE, *names]
    with progress_line(output.stderr_console) as line:
        values = Benchmark(measured, names, script, repeats, line.show, line.print_line).run()
    values |= {"machine": describe_machine(chosen.compute), "versions": package_versions()}
    output.result(values, lambda console: _print(console, values))


def _benchmark_config(
    config: DistillationConfig,
    on_gpu: bool,
    window: int | None,
    undifferentiated: int | None,
    real: int | None,
) -> DistillationConfig:
    """Return ``config`` with a fixed number of inner steps and a fixed real batch size."""
    from podd_engine.bench.contenders import with_span

    truncation = config.truncation
    config_window = truncation.window
    config_undifferentiated = (truncation.minimum + truncation.total - truncation.window) // 2
    config_real_batch = config.outer.real_batch
    if not on_gpu:
        config_window, config_undifferentiated = (
            min(config_window, CPU_WINDOW),
            min(config_undifferentiated, CPU_UNDIFFERENTIATED),
        )
        config_real_batch = min(config_real_batch, CPU_REAL_BATCH)
    before = config_undifferentiated if undifferentiated is None else undifferentiated
    return with_span(config, window or config_window, before).with_values(
        {"outer.real_batch": real or config_real_batch}
    )


def _print(console: Console, values: dict[str, Any]) -> None:
    seconds, peaks, baseline = values["seconds"], values["peak_bytes"], values["baseline_seconds"]
    window = values["window"]
    console.print(
        f"{values['config']}: window {window}, {values['undifferentiated']} undifferentiated steps, "
        f"{values['real']:,} real images, median of {values['n']} repetitions"
    )
    console.print(f"{values['machine']['device']} · torch {values['versions']['torch']}")
    table = Table(box=box.SIMPLE_HEAD)
    table.add_column("contender")
    for heading in ("s/step", "speedup", "compilation", "memory"):
        table.add_column(heading, justify="right")
    rows = ({"baseline": baseline} if baseline else {}) | seconds
    for name, value in rows.items():
        compiling = values["compile_seconds"].get(name)
        table.add_row(
            name,
            f"{value:.3g}",
            f"{baseline / value:.2f}" if baseline else "",
            f"{compiling:.0f} s" if compiling is not None else "",
            _mebibytes(peaks[name][window]),
        )
    console.print(table)
    for title, key in (
        ("published loop", "baseline_bytes_per_window_step"),
        ("replayed", "bytes_per_window_step"),
    ):
        if values[key] is not None:
            console.print(f"memory per window step, {title:<15} {_mebibytes(values[key])}")
    for way, value in values["evaluation_seconds"].items():
        if value is not None:
            console.print(
                f"evaluation, {values['evaluation_networks']} networks x {values['evaluation_steps']} steps, "
                f"{way.replace('_', ' '):<11} {value:.3g} s"
            )


def _mebibytes(size: float) -> str:
    return f"{size / 2**20:,.1f} MiB" if abs(size) < 100 * 2**20 else f"{size / 2**20:,.0f} MiB"
