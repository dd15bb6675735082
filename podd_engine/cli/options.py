"""Options that several commands share."""

from pathlib import Path
from typing import Annotated, Literal

import typer

Device = Literal["auto", "cpu", "cuda", "mps"]

ConfigArgument = Annotated[
    str, typer.Argument(metavar="CONFIG", help="A preset's name or a TOML file; 'podd presets' lists them.")
]
RunArgument = Annotated[Path, typer.Argument(metavar="RUN", help="The folder of a run.")]
PosterArgument = Annotated[
    Path, typer.Argument(metavar="RUN|FILE", help="The folder of a run, or a poster bundle.")
]
JsonOption = Annotated[
    bool, typer.Option("--json", help="Print one JSON object on stdout, and nothing else.")
]
VerboseOption = Annotated[bool, typer.Option("--verbose", help="Show the traceback of an error.")]
CacheOption = Annotated[
    Path | None, typer.Option("--cache", metavar="DIR", help="Where decoded and whitened images are kept.")
]
StepsOption = Annotated[
    int | None, typer.Option("--steps", metavar="N", help="Outer steps in all, in place of the config's.")
]
DeviceOption = Annotated[
    Device | None, typer.Option("--device", help="Where to compute, in place of the config's.")
]
SetOption = Annotated[
    list[str] | None,
    typer.Option(
        "--set", metavar="KEY=VALUE", help="Change one setting, such as outer.steps=50; repeatable."
    ),
]
