"""The program: its commands, and what becomes of wrong words."""

import sys
from importlib.metadata import PackageNotFoundError, version
from typing import Annotated

import typer

from podd_engine.cli import bench, config_commands, datasets, estimate, order, poster_commands, run_commands
from podd_engine.cli.output import one_line

EXIT_USAGE = 2
"""Exit code of a command line that cannot be understood."""

app = typer.Typer(
    name="podd",
    help="Distill an image dataset into one poster.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)
app.command()(estimate.plan)
app.command()(run_commands.distill)
app.command()(run_commands.resume)
app.command()(poster_commands.evaluate)
app.command()(poster_commands.export)
app.command()(config_commands.presets)
app.add_typer(datasets.commands, name="datasets")
app.command()(config_commands.layout)
app.command()(config_commands.labels)
app.command()(order.order)
app.command("import-command")(config_commands.import_command)
app.command()(bench.bench)


def _print_version(show_version: bool) -> None:
    if show_version:
        try:
            typer.echo(f"podd {version('podd-studio')}")
        except PackageNotFoundError:
            typer.echo("podd, not installed: run from a checkout")
        raise typer.Exit


@app.callback()
def podd(
    version: Annotated[
        bool,
        typer.Option("--version", callback=_print_version, is_eager=True, help="Print the version and end."),
    ] = False,
) -> None:
    """Distill an image dataset into one poster."""


def main() -> None:
    """Run ``podd`` with the words of the command line and exit with its code."""
    try:
        code = app(standalone_mode=False, prog_name="podd")
    except typer.TyperException as error:
        message = one_line(error.format_message())
        if not message:  # no command was given and the help has been printed
            sys.exit(EXIT_USAGE)
        sys.stderr.write(f"podd: {message.rstrip('.')}; see podd --help\n")
        sys.exit(EXIT_USAGE)
    sys.exit(code if isinstance(code, int) else 0)
