"""``podd order``: compute the class order of a poster."""

import re
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.console import Console

from podd_engine.cli.command import command
from podd_engine.cli.options import CacheOption, SetOption, select_config
from podd_engine.cli.output import Output
from podd_engine.cli.progress import progress_line
from podd_engine.errors import printable_text

if TYPE_CHECKING:
    from podd_engine.class_order.ordering import ClassOrder

SOURCES = ("clip", "bundled", "images", "index")


@command
def order(
    output: Output,
    config: Annotated[
        str | None,
        typer.Argument(metavar="CONFIG", help="Name of a preset, TOML file, or folder of images."),
    ] = None,
    source: Annotated[
        str | None,
        typer.Option(
            "--source", metavar="SOURCE", help="Class distances: clip, bundled, images, index or FILE.csv."
        ),
    ] = None,
    refine: Annotated[
        bool, typer.Option("--refine", help="Improve the greedy order by swapping pairs of classes.")
    ] = False,
    distances: Annotated[
        Path | None,
        typer.Option(
            "--distances", metavar="FILE.csv", help="Order the classes of a distance table. Requires --grid."
        ),
    ] = None,
    grid: Annotated[
        str | None, typer.Option("--grid", metavar="COLUMNSxROWS", help="Class grid for --distances.")
    ] = None,
    download: Annotated[
        bool, typer.Option("--download", help="Download missing CLIP weights (600 MB).")
    ] = False,
    settings: SetOption = None,
    cache: CacheOption = None,
) -> None:
    """Compute the class order, which places similar classes next to each other."""
    if config is not None and distances is None and grid is None:
        found = _order_of_config(output, config, settings, source, refine, download, cache)
    elif config is None and distances is not None and grid is not None and source is None:
        found = _order_of_table(output, distances, grid, refine)
    else:
        raise typer.BadParameter("give either a CONFIG, or --distances FILE.csv and --grid COLUMNSxROWS")
    values = {
        "grid": found.grid.tolist(),
        "names": found.names,
        "cost": found.cost,
        "source": found.source,
        "note": found.note,
    }
    output.result(values, lambda console: _print_order(console, found))


def _order_of_config(
    output: Output,
    config: str,
    settings: list[str] | None,
    source: str | None,
    refine: bool,
    download: bool,
    cache: Path | None,
) -> "ClassOrder":
    from podd_engine.class_order.clip_weights import download_clip_weights
    from podd_engine.class_order.resolve import class_order
    from podd_engine.data.registry import dataset_notices

    changes: dict[str, Any] = {}
    if source is not None:
        named = source in SOURCES
        changes = {"order.source": source} if named else {"order.source": "file", "order.file": source}
    if refine:
        changes["order.refine"] = True
    if changes:
        changes["order.grid"] = ()
    chosen = select_config(output, config, settings, changes)
    with progress_line(output.stderr_console) as line:
        if download and chosen.order.source == "clip" and not chosen.order.file:
            download_clip_weights(line.show)
        for notice in dataset_notices(chosen.dataset):
            output.note(notice)
        return class_order(chosen, cache, line.show, output.note)


def _order_of_table(output: Output, table: Path, grid: str, refine: bool) -> "ClassOrder":
    from podd_engine.class_order.distance_file import read_distances
    from podd_engine.class_order.ordering import ClassOrder
    from podd_engine.class_order.placement import greedy_order, order_cost, refine_order

    shape = re.fullmatch(r"(\d+)\s*[x×X*,]\s*(\d+)", grid.strip())
    if shape is None:
        raise typer.BadParameter(f"--grid: {grid!r} is not COLUMNSxROWS; use for example 5x2")
    columns, rows = map(int, shape.groups())
    read = read_distances(table, columns * rows)
    if read.note:
        output.note(f"class order: {read.note}")
    placed = greedy_order(read.distances, columns, rows)
    if refine:
        placed = refine_order(placed, read.distances)
    names = read.names or tuple(map(str, range(len(read.distances))))
    return ClassOrder(placed, names, order_cost(placed, read.distances), "file", distances=read.distances)


def _print_order(console: Console, order: "ClassOrder") -> None:
    names = [printable_text(name) for name in order.names]
    width = max(map(len, names))
    for row in order.grid:
        console.print("  ".join(f"{names[index]:<{width}}" for index in row).rstrip())
    cost = "" if order.cost is None else f", cost {order.cost:.4f}"
    console.print(f"source {order.source}{cost}")
