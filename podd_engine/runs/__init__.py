"""Runs: the run loop and the files of a run directory.

Names that need torch are imported on first access. Reading runs from disk with the modules `directory`,
`event_log` and `run_info` therefore loads no torch.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

from podd_engine.runs.directory import RunDirectory

if TYPE_CHECKING:
    from podd_engine.runs.loop import distill, resume
    from podd_engine.runs.preparation import PreparedRun, prepare_run
    from podd_engine.runs.summary import RunSummary, summarize

__all__ = ["PreparedRun", "RunDirectory", "RunSummary", "distill", "prepare_run", "resume", "summarize"]

_LAZY_EXPORTS = {
    "distill": "loop",
    "resume": "loop",
    "PreparedRun": "preparation",
    "prepare_run": "preparation",
    "RunSummary": "summary",
    "summarize": "summary",
}


def __getattr__(name: str) -> Any:
    if name in _LAZY_EXPORTS:
        return getattr(import_module(f"{__name__}.{_LAZY_EXPORTS[name]}"), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
