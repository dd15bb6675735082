"""``python -m podd_engine.cli`` is ``podd``."""

from podd_engine.cli.app import main

main()
