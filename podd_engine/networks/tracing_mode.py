"""Layers in two spellings of the same formula: one for torch's own kernels, one for a compiler.

Operation by operation, torch's fused kernels take least time. A compiler cannot look into them; it
does better with plain sums and products, which it fuses with what stands before and after.
"""

from collections.abc import Iterator
from contextlib import contextmanager

_for_compiler = False


def is_written_out() -> bool:
    """Whether layers should be plain sums and products."""
    return _for_compiler


@contextmanager
def written_out() -> Iterator[None]:
    """Within it layers are plain sums and products."""
    global _for_compiler  # noqa: PLW0603 - read while a step is traced
    _for_compiler = True
    try:
        yield
    finally:
        _for_compiler = False
