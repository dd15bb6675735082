"""Global switch between two implementations of each layer.

In eager execution, the fused kernels of torch are fastest. A compiler cannot fuse these kernels with the
operations before and after them. While a step is traced for compilation, layers therefore use elementary
operations (sums and products). Both implementations compute the same formula.
"""

from collections.abc import Iterator
from contextlib import contextmanager

_tracing = False


def is_tracing() -> bool:
    """Return whether layers must use elementary operations."""
    return _tracing


@contextmanager
def tracing_mode() -> Iterator[None]:
    """Context manager in which layers use elementary operations."""
    global _tracing  # noqa: PLW0603 - layers have no other argument to pass the mode through
    _tracing = True
    try:
        yield
    finally:
        _tracing = False
