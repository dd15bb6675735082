"""What a step takes of memory, and what it looks like when there is none left."""

from collections.abc import Callable

import torch
from torch import Tensor

from podd_engine.arithmetic import Recorded
from podd_engine.metagradient import Unroll


def is_out_of_memory(error: BaseException) -> bool:
    """Whether memory ran out: on a GPU torch has an error of its own for it, on a CPU it has not."""
    if isinstance(error, torch.OutOfMemoryError | MemoryError):
        return True
    return "can't allocate memory" in str(error) or "not enough memory" in str(error)


def held_bytes(record: Callable[[], object]) -> int:
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


def bytes_of_a_kept_step(unroll: Unroll) -> int:
    """Bytes that are held of one inner step when what it computed is kept, found by taking one."""
    problem = unroll.problem
    with torch.no_grad():
        images, soft_labels = problem.batch(problem.cut(unroll.poster, unroll.labels), unroll.draws[0])
    recorded: list[Recorded] = []
    of_graphs = held_bytes(
        lambda: recorded.extend(problem.record(unroll.start.parameters, images, soft_labels)[1])
    )
    storages = [kept.untyped_storage() for part in recorded for kept in part.kept]
    return of_graphs + sum({storage.data_ptr(): storage.nbytes() for storage in storages}.values())
