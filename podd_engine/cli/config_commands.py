"""``podd presets``, ``layout``, ``labels`` and ``import-command``: commands that start no run."""

from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console

from podd_engine.cli.command import command
from podd_engine.cli.options import CacheOption, ConfigArgument, SetOption, select_config
from podd_engine.cli.output import Output
from podd_engine.cli.progress import progress_line
from podd_engine.config.presets import describe_preset, load_preset, preset_names, user_preset_names
from podd_engine.config.reference_command import parse_reference_command
from podd_engine.errors import ConfigError
from podd_engine.io.atomic_write import atomic_write_bytes

MAX_LABELS_SHOWN, MIN_SHARE_SHOWN = 3, 0.0005
"""Maximum number of classes that the text output lists per patch, and minimum share of each."""

COVER_ALL_REMEDY = "set labels.cover_all=true or raise labels.budget to give every class a label"


@command
def presets(output: Output) -> None:
    """List the bundled presets and your own presets."""
    entries: list[dict[str, Any]] = []
    own = user_preset_names()
    for name in preset_names():
        try:
            preset = load_preset(name)
        except ConfigError as problem:
            output.note(str(problem))  # a damaged user preset must not hide the others
            continue
        described = describe_preset(name)
        entries.append(
            {
                "name": name,
                "title": described.title,
                "summary": preset.summary,
                "dataset": preset.dataset.name,
                "result": described.result,
                "own": name in own,
            }
        )

    def show(console: Console) -> None:
        widths = [max(len(entry[column]) for entry in entries) for column in ("name", "title")]
        for entry in entries:
            summary = entry["summary"] or f"dataset {entry['dataset']}"
            result = f" · {entry['result']}" if entry["result"] else ""
            own_mark = " (yours)" if entry["own"] else ""
            columns = f"{entry['name']:<{widths[0]}}  {entry['title']:<{widths[1]}}"
            console.print(f"{columns}  {summary}{result}{own_mark}")

    output.result({"presets": entries}, show)


@command
def layout(
    output: Output,
    config: ConfigArgument,
    settings: SetOption = None,
    png: Annotated[
        Path | None, typer.Option("--png", metavar="FILE", help="Write an image of the layout to a PNG file.")
    ] = None,
) -> None:
    """Show the layout of a poster: size, patches, class regions and label array."""
    chosen = select_config(output, config, settings)
    geometry, array = chosen.layout, chosen.label_array
    coverage = int(geometry.coverage.min()), int(geometry.coverage.max())
    if png is not None:
        from podd_engine.poster.layout_image import write_layout_image

        write_layout_image(png, geometry)
    without_label = array.uncovered.tolist() if array else []
    if without_label:
        output.note(f"class grid cells without an initial label: {len(without_label)}; {COVER_ALL_REMEDY}")

    def show(console: Console) -> None:
        from podd_engine.poster.layout_image import caption

        console.print(caption(geometry))
        share = chosen.inner.patch_batch / geometry.patches
        console.print(
            f"each pixel is part of {coverage[0]} to {coverage[1]} patches; "
            f"an inner step uses it {coverage[0] * share:.2f} to {coverage[1] * share:.2f} times on average"
        )
        if array:
            across, down = array.window
            console.print(
                f"label array: {array.rows} rows x {array.columns} columns; "
                f"each patch reads {down} rows x {across} columns"
            )
        if png is not None:
            console.print(f"layout image: {png}")

    values = {
        "poster": geometry.poster,
        "patch": geometry.patch,
        "patch_grid": geometry.patch_grid,
        "class_grid": geometry.class_grid,
        "pixels": geometry.pixels,
        "images_per_class": geometry.images_per_class,
        "patches": geometry.windows.tolist(),
        "class_regions": geometry.class_regions.tolist(),
        "coverage": coverage,
        "label_array": [array.rows, array.columns] if array else None,
        "label_window": array.window if array else None,
        "cells_without_label": without_label,
    }
    output.result(values, show)


@command
def labels(
    output: Output, config: ConfigArgument, settings: SetOption = None, cache: CacheOption = None
) -> None:
    """Show the initial soft label of every patch."""
    chosen = select_config(output, config, settings)
    from podd_engine.class_order.resolve import class_order
    from podd_engine.distillation.soft_labels import build_label_scheme

    with progress_line(output.stderr_console) as line:
        order = class_order(chosen, cache, line.show, output.note)
    initial = build_label_scheme(chosen.labels, chosen.layout, order.grid).patch_labels
    array = chosen.label_array
    uncovered = order.grid.ravel()[array.uncovered].tolist() if array else []
    if uncovered:
        names = ", ".join(order.names[index] for index in uncovered)
        output.note(f"classes without an initial label: {names}; {COVER_ALL_REMEDY}")

    def show(console: Console) -> None:
        for patch, label in enumerate(initial):
            largest = label.argsort(kind="stable")[::-1][:MAX_LABELS_SHOWN]
            parts = [
                f"{order.names[index]} {label[index]:.3f}"
                for index in largest
                if label[index] > MIN_SHARE_SHOWN
            ]
            console.print(f"patch {patch:>4}  {', '.join(parts)}")

    values = {
        "labels": initial.tolist(),
        "class_order": order.grid.tolist(),
        "label_array": [array.rows, array.columns] if array else None,
        "classes_without_label": uncovered,
    }
    output.result(values, show)


@command
def import_command(
    output: Output,
    reference: Annotated[
        str, typer.Argument(metavar="COMMAND", help="The command in quotes: 'python main.py --…'.")
    ],
    out: Annotated[
        Path | None,
        typer.Option(
            "--out", metavar="FILE", help="Settings file (TOML) to write. Without it, the TOML is printed."
        ),
    ] = None,
) -> None:
    """Convert a command of the published PoDD code to a configuration.

    Use --out to save the configuration as a settings file, which 'podd distill' accepts.
    """
    config = parse_reference_command(reference, output.note)
    if out is not None:
        atomic_write_bytes(out, config.to_toml().encode())

    def show(console: Console) -> None:
        if out is not None:
            console.print(f"settings file: {out}")
            return
        for line in config.to_toml().splitlines():
            console.print(line)

    values = {"config": config.model_dump(mode="json"), "out": None if out is None else str(out)}
    output.result(values, show)
