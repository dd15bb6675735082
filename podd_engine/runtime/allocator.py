"""Memory that each step frees and the next one takes again."""

import ctypes
import sys
from collections.abc import Callable

_M_TRIM_THRESHOLD, _M_MMAP_THRESHOLD = -1, -3  # malloc.h of the GNU C library

TRIM_THRESHOLD_BYTES = 1 << 30
"""Freed memory that stays with the process."""

MMAP_THRESHOLD_BYTES = 1 << 28
"""Bytes of a block that may be kept; larger ones (data sets) go back to the system when freed."""


def keep_freed_memory() -> None:
    """Keep large blocks when they are freed, where C's allocator can be told so.

    It would return every block above 32 MiB to the system, which clears each page when it is handed
    out again: up to a third of the time of a step.
    """
    mallopt = _glibc_function("mallopt")
    if mallopt is not None:
        mallopt(_M_MMAP_THRESHOLD, MMAP_THRESHOLD_BYTES)
        mallopt(_M_TRIM_THRESHOLD, TRIM_THRESHOLD_BYTES)


def release_freed_memory() -> None:
    """Return what was freed to the system, once after work that takes much more than what follows."""
    trim = _glibc_function("malloc_trim")
    if trim is not None:
        trim(0)


def _glibc_function(name: str) -> Callable[..., int] | None:
    """A function of the GNU C library; None on other systems."""
    return getattr(ctypes.CDLL(None), name, None) if sys.platform.startswith("linux") else None
