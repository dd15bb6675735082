"""The ``podd`` command: parses arguments, calls the engine and prints results. Imports torch lazily."""

from podd_engine.cli.app import main

__all__ = ["main"]
