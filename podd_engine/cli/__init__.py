"""The ``podd`` command: parses words, calls the engine, prints; imports torch only where it must."""

from podd_engine.cli.app import main

__all__ = ["main"]
