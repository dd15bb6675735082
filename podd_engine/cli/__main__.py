"""Run ``podd`` with ``python -m podd_engine.cli``."""

from podd_engine.cli.app import main

main()
