"""``podd datasets``: list, add, download and check datasets."""

from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console

from podd_engine.cli.command import command
from podd_engine.cli.output import Output
from podd_engine.cli.progress import progress_line
from podd_engine.errors import DataError

if TYPE_CHECKING:
    from podd_engine.data.registry import DatasetStatus

commands = typer.Typer(help="List, add, download and check datasets.", no_args_is_help=True)

NameArgument = Annotated[
    str, typer.Argument(metavar="NAME", help="Name of a dataset (see 'podd datasets list').")
]


@commands.command("list")
@command
def list_all(output: Output) -> None:
    """List the known datasets and the folders that you have added."""
    from podd_engine.data.registry import list_datasets

    _report(output, list_datasets())


@commands.command()
@command
def add(
    output: Output,
    folder: Annotated[Path, typer.Argument(metavar="FOLDER", help="Folder with a subfolder for each class.")],
    name: Annotated[
        str,
        typer.Option(
            "--name",
            metavar="NAME",
            help="Name of the dataset. The name of a known dataset makes the folder its source.",
            show_default="name of the folder",
        ),
    ] = "",
) -> None:
    """Add a folder of images. The images are not copied."""
    from podd_engine.data.registry import add_folder

    status = add_folder(folder, name)
    _print_notices(output, status)
    _report(output, [status])


@commands.command()
@command
def get(output: Output, name: NameArgument) -> None:
    """Download a known dataset and verify its published checksum."""
    from podd_engine.data.registry import download_dataset

    with progress_line(output.stderr_console) as line:
        status = download_dataset(name, line.show)
    _report(output, [status])


@commands.command()
@command
def check(output: Output, name: NameArgument) -> None:
    """Read every file of a dataset and report the first damaged file."""
    from podd_engine.data.registry import check_dataset

    with progress_line(output.stderr_console) as line:
        status = check_dataset(name, line.show)
    if status.available:
        _print_notices(output, status)
    _report(output, [status])
    if not status.available:
        raise DataError(status.problem)


def _print_notices(output: Output, status: "DatasetStatus") -> None:
    for notice in status.notices:
        output.note(f"{status.name}: {notice}")


def _report(output: Output, found: Sequence["DatasetStatus"]) -> None:
    output.result(
        {"datasets": [asdict(status) for status in found]}, lambda console: _print_datasets(console, found)
    )


def _print_datasets(console: Console, found: Sequence["DatasetStatus"]) -> None:
    width = max(len(status.name) for status in found)
    for status in found:
        counts = (
            f"{status.classes:,} classes, {status.train_images:,} training images, "
            f"{status.test_images:,} test images"
        )
        size = f" of {status.image_size} px" if status.image_size else ""
        place = (status.path or "built in") if status.available else "not installed"
        console.print(f"{status.name:<{width}}  {counts}{size}, {place}")
