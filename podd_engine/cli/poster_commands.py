"""``podd evaluate`` and ``podd export``: what becomes of a poster."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict, replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.console import Console

from podd_engine.cli.options import CacheOption, Device, JsonOption, PosterArgument, VerboseOption
from podd_engine.cli.output import Output
from podd_engine.cli.progress import ProgressLine, progress_line
from podd_engine.progress import Progress

if TYPE_CHECKING:
    from podd_engine.runtime.coroutines import Computation
    from podd_engine.runtime.events import LengthResult


def evaluate(
    poster: PosterArgument,
    architectures: Annotated[
        str | None,
        typer.Option("--arch", metavar="A,B,…", help="Architectures to train; the run's own if left out."),
    ] = None,
    networks: Annotated[
        int | None, typer.Option("--networks", metavar="N", min=1, help="Fresh networks of each.")
    ] = None,
    steps: Annotated[
        int | None,
        typer.Option("--steps", metavar="N", min=1, help="Training steps; the run's lengths if left out."),
    ] = None,
    data: Annotated[
        Path | None,
        typer.Option("--data", metavar="DIR", help="The dataset, where it is not where the run had it."),
    ] = None,
    device: Annotated[Device, typer.Option("--device", help="Where to compute.")] = "auto",
    cache: CacheOption = None,
    as_json: JsonOption = False,
    verbose: VerboseOption = False,
) -> None:
    """Train fresh networks on a poster and test them on real images."""
    with Output(as_json, verbose) as output:
        from podd_engine.runs.evaluate_bundle import (
            check_architectures,
            evaluate_architecture,
            load_evaluation_images,
        )
        from podd_engine.runs.load_source import load_source

        with progress_line(output.stderr_console) as line:
            bundle = load_source(poster, cache, line.show)
            changes = {"compute.device": device, **({"dataset.path": str(data)} if data else {})}
            config = bundle.config.with_values(changes)
            bundle = replace(bundle, config=config)
            names = architectures.split(",") if architectures else [config.network.name]
            check_architectures(bundle, names)
            count = networks or config.evaluation.networks
            lengths = (steps,) if steps else config.evaluation.steps
            images = load_evaluation_images(bundle, cache, line.show)
            rows = []
            for name in names:
                training = evaluate_architecture(bundle, name, images, networks=count, lengths=lengths)
                results = _run_with_progress(line, name, count * (lengths[-1] + len(lengths)), training)
                rows.append(_architecture_result(name, count, results))
        output.result({"results": rows}, lambda console: _print_results(console, rows))


def export(
    poster: PosterArgument,
    to: Annotated[Path, typer.Option("--to", metavar="DIR", help="Folder for the files; made when missing.")],
    kinds: Annotated[
        str | None, typer.Option("--as", metavar="A,B,…", help="What to write; everything if left out.")
    ] = None,
    cache: CacheOption = None,
    as_json: JsonOption = False,
    verbose: VerboseOption = False,
) -> None:
    """Write a poster as pictures, tables, tensors and a bundle that trains networks."""
    with Output(as_json, verbose) as output:
        from podd_engine.exporters.registry import EXPORTERS
        from podd_engine.exporters.registry import export as write
        from podd_engine.runs.load_source import load_source

        with progress_line(output.stderr_console) as line:
            bundle = load_source(poster, cache, line.show)
            files = write(bundle, to, kinds.split(",") if kinds else list(EXPORTERS), line.show)

        def show(console: Console) -> None:
            for path in files:
                if path.parent == to:
                    console.print(str(path))
            folders = Counter(path.parent for path in files if path.parent != to)
            for folder, count in folders.items():
                console.print(f"{folder}  ({count} files)")

        output.result({"files": [str(path) for path in files]}, show)


def _run_with_progress(
    line: ProgressLine, name: str, pause_points: int, training: "Computation[tuple[LengthResult, ...]]"
) -> tuple["LengthResult", ...]:
    """Carry out a computation that pauses ``pause_points`` times, showing how far it is."""
    done = 0
    while True:
        try:
            next(training)
        except StopIteration as stop:
            results: tuple[LengthResult, ...] = stop.value
            return results
        done += 1
        line.show(Progress(f"training {name}: step", done, pause_points))


def _architecture_result(name: str, networks: int, results: Sequence["LengthResult"]) -> dict[str, Any]:
    """An architecture's entry: the training length with the lowest real-training loss, and all others."""
    chosen = min(results, key=lambda result: result.train_loss)
    return {
        "architecture": name,
        "networks": networks,
        **asdict(chosen),
        "lengths": [asdict(result) for result in results],
    }


def _print_results(console: Console, rows: Sequence[dict[str, Any]]) -> None:
    for row in rows:
        console.print(
            f"{row['architecture']:<18}  test accuracy {row['test_accuracy']:.1%} ± "
            f"{row['test_accuracy_std']:.1%}  {row['networks']} networks, {row['steps']} steps"
        )
