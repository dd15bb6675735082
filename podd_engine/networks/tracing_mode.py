"""Layers in two spellings of the same formula: one for torch's own kernels, one for a compiler.

Operation by operation, torch's fused kernels take least time. A compiler cannot look into them; it
does better with plain sums and products, which it fuses with what stands before and after.
"""

from collections.abc import Iterator
from contextlib import contextmanager

_tracing = False


def is_tracing() -> bool:
    """Whether layers should be plain sums and products."""
    return _tracing


@contextmanager
def tracing_mode() -> Iterator[None]:
    """Within it layers are plain sums and products."""
    global _tracing  # noqa: PLW0603 - read while a step is traced
    _tracing = True
    try:
        yield
    finally:
        _tracing = False
