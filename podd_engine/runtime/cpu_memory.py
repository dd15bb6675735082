"""CPU memory that is available to this process. Loads no torch."""

import sys
from pathlib import Path

import psutil

_CONTAINER_LIMITS = (
    (Path("/sys/fs/cgroup/memory.max"), Path("/sys/fs/cgroup/memory.current")),
    (
        Path("/sys/fs/cgroup/memory/memory.limit_in_bytes"),
        Path("/sys/fs/cgroup/memory/memory.usage_in_bytes"),
    ),
)
"""Files with the memory limit and the used memory of a container or a cluster job, in versions 2 and 1."""


def available_cpu_memory_bytes() -> int:
    """Return the memory that is free for this process, within the limits of its container, bytes."""
    return min([psutil.virtual_memory().available, *_free_in_container(), *_free_in_address_space()])


def _free_in_container() -> list[int]:
    free = []
    for limit_file, used_file in _CONTAINER_LIMITS:
        try:
            free.append(max(0, int(limit_file.read_text()) - int(used_file.read_text())))
        except (OSError, ValueError):  # there is no container, or its limit is the word "max"
            continue
    return free


def _free_in_address_space() -> list[int]:
    """Return the rest of the limit that ``ulimit -v`` sets, or an empty list without a limit."""
    if sys.platform == "win32":
        return []
    import resource

    limit, _ = resource.getrlimit(resource.RLIMIT_AS)
    return [] if limit == resource.RLIM_INFINITY else [max(0, limit - psutil.Process().memory_info().vms)]
