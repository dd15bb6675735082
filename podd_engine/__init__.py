"""Dataset distillation engine: distill, evaluate and export posters.

The package imports its public names on first access. ``import podd_engine`` and `load_config` load no
torch.
"""

import os
from importlib import import_module
from importlib.metadata import version
from typing import TYPE_CHECKING, Any

# torch reads these variables when it starts its threads. Waiting threads then spin for about ten
# microseconds, as long as most waits take, and sleep afterwards. By default, they keep spinning. A step
# then takes two thirds longer, and up to five times as long while another program uses the processor.
os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")
os.environ.setdefault("GOMP_SPINCOUNT", "10000")

if TYPE_CHECKING:
    from podd_engine.config.schema import DistillationConfig
    from podd_engine.data.registry import load_dataset
    from podd_engine.errors import PoddError
    from podd_engine.exporters.export import export
    from podd_engine.exporters.poster_dataset import load_poster
    from podd_engine.progress import Progress
    from podd_engine.runs.load_config import load_config
    from podd_engine.runs.poster_evaluation import ArchitectureResult, evaluate
    from podd_engine.runs.run import Run, distill, resume
    from podd_engine.runtime.events import (
        Evaluation,
        EvaluationDetails,
        LengthResult,
        Notice,
        PausePoint,
        PosterSnapshot,
        RunEvent,
        StepReport,
        Terminal,
    )

    __version__: str

_MODULES = {
    "ArchitectureResult": "runs.poster_evaluation",
    "DistillationConfig": "config.schema",
    "Evaluation": "runtime.events",
    "EvaluationDetails": "runtime.events",
    "LengthResult": "runtime.events",
    "Notice": "runtime.events",
    "PausePoint": "runtime.events",
    "PoddError": "errors",
    "PosterSnapshot": "runtime.events",
    "Progress": "progress",
    "Run": "runs.run",
    "RunEvent": "runtime.events",
    "StepReport": "runtime.events",
    "Terminal": "runtime.events",
    "distill": "runs.run",
    "evaluate": "runs.poster_evaluation",
    "export": "exporters.export",
    "load_config": "runs.load_config",
    "load_dataset": "data.registry",
    "load_poster": "exporters.poster_dataset",
    "resume": "runs.run",
}
"""Module of each public name."""

__all__ = [
    "ArchitectureResult",
    "DistillationConfig",
    "Evaluation",
    "EvaluationDetails",
    "LengthResult",
    "Notice",
    "PausePoint",
    "PoddError",
    "PosterSnapshot",
    "Progress",
    "Run",
    "RunEvent",
    "StepReport",
    "Terminal",
    "__version__",
    "distill",
    "evaluate",
    "export",
    "load_config",
    "load_dataset",
    "load_poster",
    "resume",
]


def __getattr__(name: str) -> Any:
    if name == "__version__":
        return version("podd-studio")
    if name in _MODULES:
        return getattr(import_module(f"podd_engine.{_MODULES[name]}"), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def __dir__() -> list[str]:
    return __all__
