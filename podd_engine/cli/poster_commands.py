"""``podd evaluate`` and ``podd export``."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console

from podd_engine.cli.command import command
from podd_engine.cli.options import CacheOption, Device, PosterArgument
from podd_engine.cli.output import Output
from podd_engine.cli.progress import progress_line
from podd_engine.cli.result_text import counted

if TYPE_CHECKING:
    from podd_engine.runs.poster_evaluation import ArchitectureResult


@command
def evaluate(
    output: Output,
    poster: PosterArgument,
    architectures: Annotated[
        str | None,
        typer.Option("--arch", metavar="A,B,…", help="Architectures.", show_default="as in the run"),
    ] = None,
    networks: Annotated[
        int | None,
        typer.Option(
            "--networks", metavar="N", min=1, help="Networks per architecture.", show_default="as in the run"
        ),
    ] = None,
    steps: Annotated[
        int | None,
        typer.Option(
            "--steps", metavar="N", min=1, help="Training steps.", show_default="all lengths of the run"
        ),
    ] = None,
    data: Annotated[
        Path | None,
        typer.Option("--data", metavar="DIR", help="Folder of the dataset, if it is not the one of the run."),
    ] = None,
    device: Annotated[Device, typer.Option("--device", help="Compute device.")] = "auto",
    cache: CacheOption = None,
) -> None:
    """Train newly initialized networks on a poster and test them on real images."""
    from podd_engine.runs.poster_evaluation import evaluate as run_evaluation

    with progress_line(output.stderr_console) as line:
        results = run_evaluation(
            poster,
            architectures=_names(architectures),
            networks=networks,
            steps=steps,
            dataset_path=data,
            device=device,
            cache=cache,
            report=line.show,
        )
    output.result(
        {"results": [asdict(result) for result in results]}, lambda console: _print_results(console, results)
    )


@command
def export(
    output: Output,
    poster: PosterArgument,
    to: Annotated[
        Path, typer.Option("--to", metavar="DIR", help="Output folder. Created if it does not exist.")
    ],
    formats: Annotated[
        str | None,
        typer.Option(
            "--as",
            metavar="A,B,…",
            help="Formats: poster, seen, patches, sheet, labels, npz, pt, bundle.",
            show_default="all",
        ),
    ] = None,
    scale: Annotated[
        int,
        typer.Option(
            "--scale",
            metavar="N",
            min=1,
            max=16,
            help="Enlarge each pixel of poster, seen and patches to N x N px, without interpolation.",
        ),
    ] = 1,
    cache: CacheOption = None,
) -> None:
    """Export a poster as images, tables, tensors and a bundle for training."""
    from podd_engine.exporters.export import export as write_files

    with progress_line(output.stderr_console) as line:
        files = write_files(poster, to, _names(formats), scale=scale, cache=cache, report=line.show)

    def show(console: Console) -> None:
        for path in files:
            if path.parent == to:
                console.print(str(path))
        folders = Counter(path.parent for path in files if path.parent != to)
        for folder, count in folders.items():
            console.print(f"{folder}  ({count:,} files)")

    output.result({"files": [str(path) for path in files]}, show)


def _names(text: str | None) -> list[str] | None:
    """Split the value of an option at its commas. Return None for an option without names."""
    return [name.strip().lower() for name in (text or "").split(",") if name.strip()] or None


def _print_results(console: Console, results: Sequence["ArchitectureResult"]) -> None:
    for result in results:
        console.print(
            f"{result.architecture:<18}  test accuracy {result.test_accuracy:.1%} ± "
            f"{result.test_accuracy_std:.1%}  "
            f"({counted(result.networks, 'network')}, {counted(result.steps, 'step')})"
        )
