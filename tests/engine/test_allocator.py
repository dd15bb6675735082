"""Freed memory stays in the process until it is released."""

import platform

import psutil
import pytest
import torch

from podd_engine.runtime.allocator import keep_freed_memory, release_freed_memory


@pytest.mark.skipif(platform.libc_ver()[0] != "glibc", reason="requires the GNU C library")
def test_freed_large_block_stays_in_the_process() -> None:
    keep_freed_memory()
    process = psutil.Process()
    before = process.memory_info().rss
    block = torch.ones(100 << 20, dtype=torch.uint8)
    assert process.memory_info().rss > before + (90 << 20)
    del block
    assert process.memory_info().rss > before + (90 << 20)


@pytest.mark.skipif(platform.libc_ver()[0] != "glibc", reason="requires the GNU C library")
def test_freed_memory_returns_to_the_system_on_release() -> None:
    keep_freed_memory()
    process = psutil.Process()
    block = torch.ones(100 << 20, dtype=torch.uint8)
    del block
    before = process.memory_info().rss
    release_freed_memory()
    assert process.memory_info().rss < before - (90 << 20)
