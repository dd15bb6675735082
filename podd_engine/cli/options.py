"""Options that several commands share, and the configuration that they select."""

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Annotated, Any, Literal

import typer

from podd_engine.cli.output import Output
from podd_engine.config.schema import DistillationConfig
from podd_engine.runs.load_config import load_config
from podd_engine.runtime.cpu_memory import available_cpu_memory_bytes
from podd_engine.runtime.size_check import check_memory, layout_needs

Device = Literal["auto", "cpu", "cuda", "mps"]

ConfigArgument = Annotated[
    str,
    typer.Argument(
        metavar="CONFIG",
        help="Name of a preset (see 'podd presets'), TOML file, or folder of images.",
    ),
]
RunArgument = Annotated[Path, typer.Argument(metavar="RUN", help="Run directory.")]
PosterArgument = Annotated[
    Path, typer.Argument(metavar="RUN|FILE", help="Run directory or poster bundle (.safetensors).")
]
JsonOption = Annotated[
    bool, typer.Option("--json", help="Print the result as a single JSON object on stdout.")
]
VerboseOption = Annotated[bool, typer.Option("--verbose", help="Print the traceback of an error.")]
CacheOption = Annotated[
    Path | None,
    typer.Option(
        "--cache",
        metavar="DIR",
        help="Cache folder for preprocessed images and compiled code.",
    ),
]
StepsOption = Annotated[
    int | None,
    typer.Option(
        "--steps", metavar="N", help="Total number of outer steps. Replaces the setting outer.steps."
    ),
]
DeviceOption = Annotated[
    Device | None, typer.Option("--device", help="Compute device. Replaces the setting compute.device.")
]
SetOption = Annotated[
    list[str] | None,
    typer.Option(
        "--set",
        metavar="KEY=VALUE",
        help="Change a setting, for example outer.steps=50. You can repeat this option.",
    ),
]


def select_config(
    output: Output,
    config: str,
    settings: Iterable[str] | None,
    values: Mapping[str, Any] | None = None,
) -> DistillationConfig:
    """Load the configuration that the options of a command select.

    Args:
        output: prints notes.
        config: value of `ConfigArgument`.
        settings: values of `SetOption`.
        values: settings by dotted key. Values of None are ignored. They replace those of ``settings``.

    Returns:
        The validated configuration.

    Raises:
        ConfigError: the configuration does not exist or is invalid.
        DataError: ``config`` is a folder without images.
        OutOfMemoryError: the poster, its patches or its labels do not fit in memory.
    """
    given = {key: value for key, value in (values or {}).items() if value is not None}
    chosen = load_config(config, output.note).with_overrides(settings or ()).with_values(given)
    check_memory(layout_needs(chosen), available_cpu_memory_bytes())
    return chosen
