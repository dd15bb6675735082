"""``podd datasets``: what there is to distill."""

from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console

from podd_engine.cli.options import JsonOption, VerboseOption
from podd_engine.cli.output import Output
from podd_engine.cli.progress import progress_line
from podd_engine.errors import DataError

if TYPE_CHECKING:
    from podd_engine.data.registry import DatasetStatus

commands = typer.Typer(help="List, add, download and check datasets.", no_args_is_help=True)

NameArgument = Annotated[str, typer.Argument(metavar="NAME", help="A dataset of 'podd datasets list'.")]


@commands.command("list")
def list_all(as_json: JsonOption = False, verbose: VerboseOption = False) -> None:
    """List the named datasets and the folders that were added."""
    with Output(as_json, verbose) as output:
        from podd_engine.data.registry import list_datasets

        _report(output, list_datasets())


@commands.command()
def add(
    folder: Annotated[Path, typer.Argument(metavar="FOLDER", help="A folder with a folder for each class.")],
    name: Annotated[
        str,
        typer.Option(
            "--name",
            metavar="NAME",
            help="What to call it; it may stand in for a named dataset.",
        ),
    ] = "",
    as_json: JsonOption = False,
    verbose: VerboseOption = False,
) -> None:
    """Remember a folder of images; it is read where it lies."""
    with Output(as_json, verbose) as output:
        from podd_engine.data.registry import add_folder

        _report(output, [add_folder(folder, name)])


@commands.command()
def get(name: NameArgument, as_json: JsonOption = False, verbose: VerboseOption = False) -> None:
    """Download a named dataset, checked against its published checksum."""
    with Output(as_json, verbose) as output:
        from podd_engine.data.registry import download_dataset

        with progress_line(output.stderr_console) as line:
            status = download_dataset(name, line.show)
        _report(output, [status])


@commands.command()
def check(name: NameArgument, as_json: JsonOption = False, verbose: VerboseOption = False) -> None:
    """Read every file of a dataset; fails and names the first bad one."""
    with Output(as_json, verbose) as output:
        from podd_engine.data.registry import check_dataset

        with progress_line(output.stderr_console) as line:
            status = check_dataset(name, line.show)
        _report(output, [status])
        if not status.available:
            raise DataError(status.problem)


def _report(output: Output, found: Sequence["DatasetStatus"]) -> None:
    output.result(
        {"datasets": [asdict(status) for status in found]}, lambda console: _print_datasets(console, found)
    )


def _print_datasets(console: Console, found: Sequence["DatasetStatus"]) -> None:
    width = max(len(status.name) for status in found)
    for status in found:
        counts = f"{status.classes} classes, {status.train_images} + {status.test_images} images"
        size = f" of {status.image_size} px" if status.image_size else ""
        place = (status.path or "part of the program") if status.available else "not here"
        console.print(f"{status.name:<{width}}  {counts}{size}, {place}")
