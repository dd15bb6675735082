"""The decorator that turns a function into a ``podd`` command."""

import inspect
from collections.abc import Callable
from functools import wraps

from podd_engine.cli.options import JsonOption, VerboseOption
from podd_engine.cli.output import Output

_SHARED_OPTIONS = [
    inspect.Parameter(name, inspect.Parameter.KEYWORD_ONLY, default=False, annotation=option)
    for name, option in (("as_json", JsonOption), ("verbose", VerboseOption))
]


def command(function: Callable[..., None]) -> Callable[..., None]:
    """Add the options ``--json`` and ``--verbose``, and turn exceptions into messages and exit codes.

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
        with output.errors_as_exit_codes():
            function(output, **options)

    _, *parameters = inspect.signature(function, eval_str=True).parameters.values()
    run.__signature__ = inspect.Signature([*parameters, *_SHARED_OPTIONS])  # type: ignore[attr-defined]
    return run
