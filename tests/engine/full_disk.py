"""Simulation of a full disk."""

from collections.abc import Iterator
from contextlib import contextmanager

import pytest

MAX_FILE_BYTES = 4096
"""Maximum size of a file on the simulated full disk."""


@contextmanager
def full_disk() -> Iterator[None]:
    """Limit every file of this process to `MAX_FILE_BYTES`. Skips the test on systems without this limit.

    Keep the block short, because the limit also applies to pytest's own files.
    """
    resource = pytest.importorskip("resource", reason="only POSIX systems limit the size of files")
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (MAX_FILE_BYTES, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
