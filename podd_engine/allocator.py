"""Memory that each step frees and the next one takes again."""

import ctypes
import sys

_M_TRIM_THRESHOLD, _M_MMAP_THRESHOLD = -1, -3  # malloc.h of the GNU C library

KEPT_BYTES = 1 << 30
"""Freed memory that stays with the process."""

LARGEST_KEPT = 1 << 28
"""Bytes of a block that may be kept; larger ones (data sets) go back to the system when freed."""


def keep_freed_memory() -> None:
    """Keep large blocks when they are freed, where C's allocator can be told so.

    It would return every block above 32 MiB to the system, which clears each page when it is handed
    out again: up to a third of the time of a step.
    """
    if not sys.platform.startswith("linux"):
        return
    mallopt = getattr(ctypes.CDLL(None), "mallopt", None)
    if mallopt is None:  # not the GNU C library
        return
    mallopt(_M_MMAP_THRESHOLD, LARGEST_KEPT)
    mallopt(_M_TRIM_THRESHOLD, KEPT_BYTES)
