"""``podd bench``: what an outer step costs on this machine, beside the published loop."""

from pathlib import Path
from typing import Annotated, Any

import typer
from rich import box
from rich.console import Console
from rich.table import Table

from podd_engine.cli.options import JsonOption, VerboseOption
from podd_engine.cli.output import Output
from podd_engine.cli.progress import progress_line
from podd_engine.config.schema import DistillationConfig
from podd_engine.errors import ConfigError
from podd_engine.runs.load_config import load_config

DEFAULT_CONFIG = "cifar10-0.9ipc"
CPU_WINDOW, CPU_UNDIFFERENTIATED, CPU_REAL_BATCH = 10, 10, 500
"""What is measured on a CPU where a config asks for more; a GPU measures what the config asks for."""


def bench(
    config: Annotated[
        str, typer.Option("--config", metavar="CONFIG", help="A preset's name or a TOML file.")
    ] = DEFAULT_CONFIG,
    window: Annotated[
        int | None,
        typer.Option(
            "--window", metavar="N", min=1, help="Differentiated inner steps; the config's, 10 on a CPU."
        ),
    ] = None,
    undifferentiated: Annotated[
        int | None,
        typer.Option(
            "--undifferentiated",
            metavar="N",
            min=0,
            help="Inner steps before them; the config's mean, 10 on a CPU.",
        ),
    ] = None,
    real: Annotated[
        int | None,
        typer.Option(
            "--real", metavar="N", min=1, help="Real images an outer step; the config's, 500 on a CPU."
        ),
    ] = None,
    repeats: Annotated[
        int, typer.Option("--repeats", metavar="N", min=1, help="Timed repetitions; medians are told.")
    ] = 5,
    compiled: Annotated[
        bool, typer.Option("--compile/--no-compile", help="Measure compiled steps too.")
    ] = True,
    baseline: Annotated[
        Path | None,
        typer.Option(
            "--baseline",
            metavar="FILE",
            help="Script of the published loop; tests/benchmarks/baseline.py of the checkout if left out.",
        ),
    ] = None,
    as_json: JsonOption = False,
    verbose: VerboseOption = False,
) -> None:
    """Measure seconds and memory of an outer step, beside the published loop.

    Random images stand in for the dataset, which need not be there: speed does not depend on what
    they show. Each contender has a process of its own, and they take turns.
    """
    with Output(as_json, verbose) as output:
        chosen = load_config(config)
        if baseline is not None and not baseline.is_file():
            raise ConfigError(f"{baseline}: there is no such file; give the script of the published loop")
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
    """``config`` with one span of inner steps and one size of the real batch."""
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
        f"{values['real']} real images; medians of {values['n']}"
    )
    console.print(f"{values['machine']['device']} · torch {values['versions']['torch']}")
    table = Table(box=box.SIMPLE_HEAD)
    table.add_column("contender")
    for heading in ("s/step", "speed-up", "compiling", "memory"):
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
            console.print(f"memory a window step, {title:<15} {_mebibytes(values[key])}")
    for way, value in values["evaluation_seconds"].items():
        if value is not None:
            console.print(
                f"{values['evaluation_networks']} networks trained {values['evaluation_steps']} steps, "
                f"{way.replace('_', ' '):<11} {value:.3g} s"
            )


def _mebibytes(size: float) -> str:
    return f"{size / 2**20:,.1f} MiB" if abs(size) < 100 * 2**20 else f"{size / 2**20:,.0f} MiB"
