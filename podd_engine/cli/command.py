"""The decorator that turns a function into a ``podd`` command."""

import inspect
from collections.abc import Callable
from functools import wraps
from pathlib import Path
from typing import get_args

from typer.models import ParameterInfo

from podd_engine.cli.options import JsonOption, VerboseOption
from podd_engine.cli.output import Output
from podd_engine.io.user_path import user_path

_SHARED_OPTIONS = [
    inspect.Parameter(name, inspect.Parameter.KEYWORD_ONLY, default=False, annotation=option)
    for name, option in (("as_json", JsonOption), ("verbose", VerboseOption))
]


def command(function: Callable[..., None]) -> Callable[..., None]:
    """Add the options ``--json`` and ``--verbose``, and turn exceptions into messages and exit codes.

    In options with paths, a leading ``~`` is replaced by the home folder.

    Typer reads the options of a command from its signature. The signature of the returned function is
    that of ``function`` without its first parameter and with the two options.

    Args:
        function: the command. Its first parameter receives an `Output`.

    Returns:
        A function for `typer.Typer.command`.
    """

    @wraps(function)
    def run(*, as_json: bool, verbose: bool, **options: object) -> None:
        output = Output(as_json, verbose)
        paths = [value for value in options.values() if isinstance(value, Path)]
        with output.errors_as_exit_codes(next(iter(paths), None)):
            given = {
                name: user_path(value) if isinstance(value, Path) else value
                for name, value in options.items()
            }
            function(output, **given)

    _, *parameters = inspect.signature(function, eval_str=True).parameters.values()
    for parameter in parameters:
        for info in get_args(parameter.annotation):
            if isinstance(info, ParameterInfo):
                info.readable = False  # the command reports an unreadable file with its cause and a remedy
    run.__signature__ = inspect.Signature([*parameters, *_SHARED_OPTIONS])  # type: ignore[attr-defined]
    return run
