"""Memory of the device that a run uses: what is available, and what this process has used at most.

A machine with a GPU may run on the CPU, so every function takes the device.
"""

import sys
from collections.abc import Iterator
from contextlib import contextmanager

import psutil
import torch

from podd_engine.errors import OutOfMemoryError, is_out_of_memory
from podd_engine.io.os_errors import error_text
from podd_engine.runtime.cpu_memory import available_cpu_memory_bytes


def available_memory_bytes(device: torch.device) -> int:
    """Return the memory that is free on ``device``, bytes."""
    if device.type == "cuda":
        free, _ = torch.cuda.mem_get_info(device)
        return free
    return available_cpu_memory_bytes()


def total_memory_bytes(device: torch.device) -> int:
    """Return the total memory of ``device``, bytes."""
    if device.type == "cuda":
        _, total = torch.cuda.mem_get_info(device)
        return total
    return psutil.virtual_memory().total


def peak_memory_bytes(device: torch.device) -> int:
    """Return the peak memory of this process on ``device``, bytes: GPU memory, or RSS on the CPU."""
    if device.type == "cuda":
        return torch.cuda.max_memory_allocated(device)
    if sys.platform == "win32":
        return int(psutil.Process().memory_info().peak_wset)
    import resource

    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak if sys.platform == "darwin" else peak * 1024


@contextmanager
def translate_memory_errors() -> Iterator[None]:
    """Convert an error that reports insufficient memory to an `OutOfMemoryError`."""
    try:
        yield
    except (MemoryError, RuntimeError) as error:
        if not is_out_of_memory(error):
            raise
        raise OutOfMemoryError(error_text(error)) from error
