"""Commands that need no run: presets, layout, labels, import-command."""

from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console

from podd_engine.cli.options import CacheOption, ConfigArgument, JsonOption, SetOption, VerboseOption
from podd_engine.cli.output import Output
from podd_engine.cli.progress import progress_line
from podd_engine.config.presets import load_preset, preset_names, user_preset_names
from podd_engine.config.reference_command import parse_reference_command
from podd_engine.errors import ConfigError
from podd_engine.runs.load_config import load_config

MAX_LABELS_SHOWN, MIN_SHARE_SHOWN = 3, 0.0005
"""At most so many classes are listed for a patch on the screen, above this share; the JSON has all."""


def presets(as_json: JsonOption = False, verbose: VerboseOption = False) -> None:
    """List the configs that come with the program, and your own."""
    with Output(as_json, verbose) as output:
        entries: list[dict[str, Any]] = []
        own = user_preset_names()
        for name in preset_names():
            try:
                preset = load_preset(name)
            except ConfigError as problem:
                output.note(str(problem))  # one of the person's own; the others are as good as ever
                continue
            entries.append(
                {
                    "name": name,
                    "summary": preset.summary,
                    "dataset": preset.dataset.name,
                    "own": name in own,
                }
            )

        def show(console: Console) -> None:
            width = max(len(entry["name"]) for entry in entries)
            for entry in entries:
                words = entry["summary"] or f"of {entry['dataset']}"
                console.print(f"{entry['name']:<{width}}  {words}{' (yours)' if entry['own'] else ''}")

        output.result({"presets": entries}, show)


def layout(
    config: ConfigArgument,
    settings: SetOption = None,
    png: Annotated[
        Path | None, typer.Option("--png", metavar="FILE", help="Draw the layout into a PNG file.")
    ] = None,
    as_json: JsonOption = False,
    verbose: VerboseOption = False,
) -> None:
    """Show the geometry of a poster: patches, class regions, label array, budget."""
    with Output(as_json, verbose) as output:
        chosen = load_config(config).with_overrides(settings or ())
        geometry, array = chosen.layout, chosen.label_array
        drawn = int(geometry.coverage.min()), int(geometry.coverage.max())
        if png is not None:
            from podd_engine.poster.layout_image import write_layout_image

            write_layout_image(png, geometry)
        without_label = array.uncovered.tolist() if array else []
        if without_label:
            output.note(
                f"{len(without_label)} cells of the class grid start without a label; "
                "set labels.cover_all=true or raise labels.budget to give each one"
            )

        def show(console: Console) -> None:
            from podd_engine.poster.layout_image import caption

            console.print(caption(geometry))
            share = chosen.inner.patch_batch / geometry.patches
            console.print(
                f"a pixel lies in {drawn[0]} to {drawn[1]} patches, "
                f"and an inner step draws it {drawn[0] * share:.2f} to {drawn[1] * share:.2f} times"
            )
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
            "coverage": drawn,
            "label_array": [array.rows, array.columns] if array else None,
            "label_window": array.window if array else None,
            "cells_without_label": without_label,
        }
        output.result(values, show)


def labels(
    config: ConfigArgument,
    settings: SetOption = None,
    cache: CacheOption = None,
    as_json: JsonOption = False,
    verbose: VerboseOption = False,
) -> None:
    """Show the soft label every patch starts with."""
    with Output(as_json, verbose) as output:
        chosen = load_config(config).with_overrides(settings or ())
        from podd_engine.class_order.resolve import class_order
        from podd_engine.distillation.soft_labels import build_label_scheme

        with progress_line(output.stderr_console) as line:
            order = class_order(chosen, cache, line.show, output.note)
        initial = build_label_scheme(chosen.labels, chosen.layout, order.grid).patch_labels
        array = chosen.label_array
        uncovered = order.grid.ravel()[array.uncovered].tolist() if array else []
        if uncovered:
            output.note(
                f"without a label at the start: {', '.join(order.names[index] for index in uncovered)}; "
                "set labels.cover_all=true or raise labels.budget to give each one"
            )

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


def import_command(
    command: Annotated[
        str,
        typer.Argument(metavar="COMMAND", help="'python main.py --…', in quotes."),
    ],
    as_json: JsonOption = False,
    verbose: VerboseOption = False,
) -> None:
    """Turn a command line of the published code into a config; redirect it into a TOML file."""
    with Output(as_json, verbose) as output:
        config = parse_reference_command(command, output.note)
        output.result(
            {"config": config.model_dump(mode="json")}, lambda console: console.out(config.to_toml(), end="")
        )
