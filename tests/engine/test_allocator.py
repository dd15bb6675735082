"""Freed memory that stays with the process."""

import platform

import psutil
import pytest
import torch

from podd_engine.runtime.allocator import keep_freed_memory, release_freed_memory


@pytest.mark.skipif(platform.libc_ver()[0] != "glibc", reason="only the GNU C library can be told")
def test_a_large_block_stays_when_it_is_freed() -> None:
    keep_freed_memory()
    process = psutil.Process()
    before = process.memory_info().rss
    block = torch.ones(100 << 20, dtype=torch.uint8)
    assert process.memory_info().rss > before + (90 << 20)
    del block
    assert process.memory_info().rss > before + (90 << 20)


@pytest.mark.skipif(platform.libc_ver()[0] != "glibc", reason="only the GNU C library can be told")
def test_what_was_kept_can_be_given_back() -> None:
    keep_freed_memory()
    process = psutil.Process()
    block = torch.ones(100 << 20, dtype=torch.uint8)
    del block
    before = process.memory_info().rss
    release_freed_memory()
    assert process.memory_info().rss < before - (90 << 20)
