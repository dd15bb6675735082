"""What a step takes of memory, and what it looks like when there is none left."""

import math
from collections.abc import Callable, Sequence

import psutil
import torch
from torch import Tensor

from podd_engine.config.schema import ComputeConfig
from podd_engine.distillation.step_functions import RecordedGradient

ACTIVATION_CACHE_FRACTION, ACTIVATION_CACHE_MAX_BYTES = 0.25, 4e9
"""Share of a device's memory, and bytes, that steps are kept in unasked.

What is kept saves an eighth of an outer step at best; on a shared machine, or one whose limits torch
cannot see, more would be taken from others for little.
"""


def is_out_of_memory(error: BaseException) -> bool:
    """Whether memory ran out: on a GPU torch has an error of its own for it, on a CPU it has not."""
    if isinstance(error, torch.OutOfMemoryError | MemoryError):
        return True
    return "can't allocate memory" in str(error) or "not enough memory" in str(error)


def saved_tensor_bytes(record: Callable[[], object]) -> int:
    """Bytes that the graph of what ``record`` computes holds, found by computing it."""
    held: dict[int, int] = {}

    def weigh(saved: Tensor) -> Tensor:
        storage = saved.untyped_storage()
        held[storage.data_ptr()] = storage.nbytes()
        return saved

    with torch.autograd.graph.saved_tensors_hooks(weigh, lambda saved: saved):
        recorded = record()
    del recorded
    return max(1, sum(held.values()))


def recorded_step_bytes(record: Callable[[], Sequence[RecordedGradient]]) -> int:
    """Bytes that are held of an inner step when what it computed is kept, found by taking one."""
    recorded: list[RecordedGradient] = []
    of_graphs = saved_tensor_bytes(lambda: recorded.extend(record()))
    storages = [residuals.untyped_storage() for part in recorded for residuals in part.residuals]
    return of_graphs + sum({storage.data_ptr(): storage.nbytes() for storage in storages}.values())


def activation_cache_limit(config: ComputeConfig, device: torch.device) -> float:
    """Bytes for what the window's steps computed: endless where all is stored.

    Where the config leaves it open, a share of the device's memory, and less where that is not free. The
    share is of all memory, so that a run repeats exactly unless memory is short.
    """
    if config.strategy == "stored":
        return math.inf
    if config.kept_memory or config.strategy == "replayed":
        return config.kept_memory * 1e6
    if device.type == "cuda":
        free, total = torch.cuda.mem_get_info(device)
    else:
        memory = psutil.virtual_memory()
        free, total = memory.available, memory.total
    return min(total * ACTIVATION_CACHE_FRACTION, free / 2, ACTIVATION_CACHE_MAX_BYTES)
