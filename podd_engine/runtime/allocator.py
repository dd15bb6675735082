"""Settings of the C allocator: whether freed memory stays in the process."""

import ctypes
import sys
from collections.abc import Callable

_M_TRIM_THRESHOLD, _M_MMAP_THRESHOLD = -1, -3  # malloc.h of the GNU C library

TRIM_THRESHOLD_BYTES = 1 << 30
"""Amount of freed memory at the top of the heap above which it returns to the system."""

MMAP_THRESHOLD_BYTES = 1 << 28
"""Block size above which a block (for example a dataset) returns to the system when it is freed."""


def keep_freed_memory() -> None:
    """Keep large freed blocks in the process for reuse. Has an effect with the GNU C library only.

    By default, the allocator returns every block above 32 MiB to the system when it is freed. The system
    clears each page before it hands the page out again. That takes up to a third of the time of a step.
    """
    mallopt = _glibc_function("mallopt")
    if mallopt is not None:
        mallopt(_M_MMAP_THRESHOLD, MMAP_THRESHOLD_BYTES)
        mallopt(_M_TRIM_THRESHOLD, TRIM_THRESHOLD_BYTES)


def release_freed_memory() -> None:
    """Return freed memory to the system. Has an effect with the GNU C library only.

    Call it once after an operation that uses much more memory than later operations.
    """
    trim = _glibc_function("malloc_trim")
    if trim is not None:
        trim(0)


def _glibc_function(name: str) -> Callable[..., int] | None:
    """Return a function of the GNU C library, or None if it does not exist on this system."""
    return getattr(ctypes.CDLL(None), name, None) if sys.platform.startswith("linux") else None
