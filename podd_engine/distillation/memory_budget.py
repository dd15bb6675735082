"""Memory of the activation cache: measurement and limit."""

import math
from collections.abc import Callable, Sequence

import torch
from torch import Tensor

from podd_engine.config.sections import ComputeConfig
from podd_engine.distillation.step_functions import RecordedGradient
from podd_engine.runtime.memory import available_memory_bytes, total_memory_bytes

ACTIVATION_CACHE_FRACTION, ACTIVATION_CACHE_MAX_BYTES = 0.25, 4e9
"""Default limit of the activation cache: fraction of the device memory, and maximum in bytes.

The cache saves at most an eighth of the time of an outer step. A larger cache is not worth the memory on
a shared machine or on a machine with memory limits that torch cannot read.
"""


def saved_tensor_bytes(record: Callable[[], object]) -> int:
    """Measure the tensors that autograd saves for the backward pass.

    Args:
        record: computation to measure. It is called once, and its result is discarded.

    Returns:
        Total size of the distinct storages in bytes, at least 1.
    """
    storage_bytes: dict[int, int] = {}

    def add_storage(saved: Tensor) -> Tensor:
        storage = saved.untyped_storage()
        storage_bytes[storage.data_ptr()] = storage.nbytes()
        return saved

    with torch.autograd.graph.saved_tensors_hooks(add_storage, lambda saved: saved):
        # Storages are identified by address, so nothing may be freed before the recording ends.
        recorded = record()
    del recorded
    return max(1, sum(storage_bytes.values()))


def recorded_step_bytes(record: Callable[[], Sequence[RecordedGradient]]) -> int:
    """Measure the memory of one inner step in the activation cache.

    Args:
        record: records one inner step. It is called once.

    Returns:
        Bytes of saved tensors and of the residuals of compiled steps.
    """
    recorded: list[RecordedGradient] = []
    graph_bytes = saved_tensor_bytes(lambda: recorded.extend(record()))
    storages = [residual.untyped_storage() for step in recorded for residual in step.residuals]
    return graph_bytes + sum({storage.data_ptr(): storage.nbytes() for storage in storages}.values())


def activation_cache_limit(config: ComputeConfig, device: torch.device) -> float:
    """Return the limit of the activation cache in bytes.

    - Strategy ``stored``: infinite.
    - ``kept_memory`` is set, or strategy ``replayed``: ``kept_memory`` (in MB).
    - Otherwise: a fraction of the total device memory, at most `ACTIVATION_CACHE_MAX_BYTES` and at most
      half of the free memory. The fraction refers to the total memory, so that a repeated run gives the
      same numbers unless memory is short.

    Args:
        config: compute section of the config.
        device: device of the run.
    """
    if config.strategy == "stored":
        return math.inf
    if config.kept_memory or config.strategy == "replayed":
        return config.kept_memory * 1e6
    total, free = total_memory_bytes(device), available_memory_bytes(device)
    return min(total * ACTIVATION_CACHE_FRACTION, free / 2, ACTIVATION_CACHE_MAX_BYTES)
