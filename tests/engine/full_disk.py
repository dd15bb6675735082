"""A full disk, without filling one."""

from collections.abc import Iterator
from contextlib import contextmanager

import pytest

ROOM = 4096
"""Bytes that each file may still have."""


@contextmanager
def full_disk() -> Iterator[None]:
    """Inside, no file of this process grows beyond `ROOM`; skips the test where that cannot be had.

    Keep the block short: it holds for pytest's own files too.
    """
    resource = pytest.importorskip("resource", reason="only POSIX systems limit the size of files")
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (ROOM, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
