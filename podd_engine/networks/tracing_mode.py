"""Switch between two implementations of each layer.

In eager execution, the fused kernels of torch are fastest. A compiler cannot fuse these kernels with the
operations before and after them. While a step is traced for compilation, layers therefore use elementary
operations (sums and products). Both implementations compute the same formula.

The switch belongs to the thread that traces. Networks of other threads stay in eager execution.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

_tracing = ContextVar("tracing", default=False)


def is_tracing() -> bool:
    """Return whether layers must use elementary operations."""
    return _tracing.get()


@contextmanager
def tracing_mode() -> Iterator[None]:
    """Context manager in which layers use elementary operations. It may be nested."""
    token = _tracing.set(True)
    try:
        yield
    finally:
        _tracing.reset(token)
