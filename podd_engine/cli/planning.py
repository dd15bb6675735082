"""Commands that need no run: presets, layout, labels, import-command."""

from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from podd_engine.cli.options import AsJson, CacheFolder, ConfigArgument, Overrides, Verbose
from podd_engine.cli.output import Output
from podd_engine.cli.progress import progress_line
from podd_engine.presets import load_config, load_preset, preset_names
from podd_engine.reference_command import parse_reference_command

LABELS_SHOWN, SMALLEST_SHOWN = 3, 0.0005
"""At most so many classes are listed for a patch on the screen, above this share; the JSON has all."""


def presets(as_json: AsJson = False, verbose: Verbose = False) -> None:
    """List the configs that come with the program."""
    with Output(as_json, verbose) as output:
        found = [load_preset(name) for name in preset_names()]

        def show(console: Console) -> None:
            for preset in found:
                console.print(f"{preset.name:<20}  {preset.summary}")

        entries = [
            {"name": preset.name, "summary": preset.summary, "dataset": preset.dataset.name}
            for preset in found
        ]
        output.result({"presets": entries}, show)


def layout(
    config: ConfigArgument,
    settings: Overrides = None,
    png: Annotated[
        Path | None, typer.Option("--png", metavar="FILE", help="Draw the layout into a PNG file.")
    ] = None,
    as_json: AsJson = False,
    verbose: Verbose = False,
) -> None:
    """Show the geometry of a poster: patches, class regions, label array, budget."""
    with Output(as_json, verbose) as output:
        chosen = load_config(config).with_overrides(settings or ())
        geometry, labels = chosen.layout, chosen.labels
        array = geometry.label_array(labels.budget, labels.cover_all) if labels.kind == "learned" else None
        if png is not None:
            from podd_engine.layout_picture import write_layout

            write_layout(png, geometry)
        without_label = array.uncovered.tolist() if array else []
        if without_label:
            output.note(
                f"{len(without_label)} cells of the class grid start without a label; "
                "set labels.cover_all=true or raise labels.budget to give each one"
            )

        def show(console: Console) -> None:
            from podd_engine.layout_picture import caption

            console.print(caption(geometry))
            if array:
                across, down = array.window
                console.print(
                    f"label array {array.rows} rows x {array.columns} columns, "
                    f"a patch reads {down} x {across} cells"
                )
            if png is not None:
                console.print(f"drawn in {png}")

        values = {
            "poster": geometry.poster,
            "patch": geometry.patch,
            "patch_grid": geometry.patch_grid,
            "class_grid": geometry.class_grid,
            "pixels": geometry.pixels,
            "images_per_class": geometry.images_per_class,
            "patches": geometry.windows.tolist(),
            "class_regions": geometry.class_regions.tolist(),
            "label_array": [array.rows, array.columns] if array else None,
            "label_window": array.window if array else None,
            "cells_without_label": without_label,
        }
        output.result(values, show)


def labels(
    config: ConfigArgument,
    settings: Overrides = None,
    cache: CacheFolder = None,
    as_json: AsJson = False,
    verbose: Verbose = False,
) -> None:
    """Show the soft label every patch starts with."""
    with Output(as_json, verbose) as output:
        chosen = load_config(config).with_overrides(settings or ())
        from podd_engine.class_order import class_order
        from podd_engine.labels import plan_labels

        with progress_line(output.notes) as line:
            order = class_order(chosen, cache, line.show, output.note)
        initial = plan_labels(chosen.labels, chosen.layout, order.grid).patch_labels

        def show(console: Console) -> None:
            for patch, label in enumerate(initial):
                largest = label.argsort(kind="stable")[::-1][:LABELS_SHOWN]
                parts = [
                    f"{order.names[index]} {label[index]:.3f}"
                    for index in largest
                    if label[index] > SMALLEST_SHOWN
                ]
                console.print(f"patch {patch:>4}  {', '.join(parts)}")

        output.result({"labels": initial.tolist(), "class_order": order.grid.tolist()}, show)


def import_command(
    command: Annotated[
        str,
        typer.Argument(metavar="COMMAND", help="'python main.py --…', in quotes."),
    ],
    as_json: AsJson = False,
    verbose: Verbose = False,
) -> None:
    """Turn a command line of the published code into a config; redirect it into a TOML file."""
    with Output(as_json, verbose) as output:
        config = parse_reference_command(command, output.note)
        output.result(
            {"config": config.model_dump(mode="json")}, lambda console: console.out(config.to_toml(), end="")
        )
