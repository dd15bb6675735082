"""The ``podd`` program: its commands and its handling of invalid arguments."""

import sys
from importlib.metadata import PackageNotFoundError, version
from typing import Annotated

import typer

from podd_engine.cli import bench, config_commands, datasets, estimate, order, poster_commands, run_commands
from podd_engine.cli.output import EXIT_STOPPED
from podd_engine.cli.streams import prepare_standard_streams
from podd_engine.errors import one_line_text

EXIT_USAGE = 2
"""Exit code for invalid arguments."""

app = typer.Typer(
    name="podd",
    help="Distill an image dataset into a single poster.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)
app.command()(run_commands.distill)
app.command()(run_commands.resume)
app.command()(poster_commands.evaluate)
app.command()(poster_commands.export)
app.command()(estimate.estimate)
app.command("plan", hidden=True)(estimate.estimate)  # former name of the command
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
            typer.echo("podd (not installed, running from source)")
        raise typer.Exit


@app.callback()
def podd(
    version: Annotated[
        bool,
        typer.Option("--version", callback=_print_version, is_eager=True, help="Print the version and exit."),
    ] = False,
) -> None:
    """Distill an image dataset into a single poster."""


def main() -> None:
    """Run ``podd`` with the arguments of the process and exit with its exit code."""
    prepare_standard_streams()
    try:
        code = app(standalone_mode=False, prog_name="podd")
    except typer.TyperException as error:
        message = one_line_text(error.format_message())
        if not message:  # no command was given, and typer has printed the help
            sys.exit(EXIT_USAGE)
        sys.stderr.write(f"podd: {message.rstrip('.')}; see podd --help\n")
        sys.exit(EXIT_USAGE)
    except typer.Abort:
        sys.stderr.write("podd: stopped\n")
        sys.exit(EXIT_STOPPED)
    sys.exit(code if isinstance(code, int) else 0)
