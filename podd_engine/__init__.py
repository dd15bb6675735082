"""The distillation engine: algorithm, data, runs, files; knows nothing of windows.

What a user's own program needs is here: `load_poster` and `load_dataset`. They are imported when
first asked for, so that ``import podd_engine`` stays quick and loads no torch.
"""

import os
from importlib import import_module
from importlib.metadata import version
from typing import TYPE_CHECKING, Any

# Read once, when torch starts its threads: waiting threads spin for some ten microseconds, as long as
# most waits take, then sleep. By default they go on spinning, and when anything else runs on the
# machine (a window, say) a step takes up to five times as long; without any, two thirds longer.
os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")
os.environ.setdefault("GOMP_SPINCOUNT", "10000")

if TYPE_CHECKING:
    from podd_engine.data.registry import load_dataset
    from podd_engine.exporters.poster_dataset import load_poster

    __version__: str

__all__ = ["__version__", "load_dataset", "load_poster"]

_LAZY_EXPORTS = {
    "load_dataset": "podd_engine.data.registry",
    "load_poster": "podd_engine.exporters.poster_dataset",
}


def __getattr__(name: str) -> Any:
    if name == "__version__":
        return version("podd-studio")
    if name in _LAZY_EXPORTS:
        return getattr(import_module(_LAZY_EXPORTS[name]), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
