"""Independent random streams, addressed by purpose.

Every draw has its own generator, seeded by (run seed, purpose, address…). No generator state is carried
from step to step. A run that resumes at step 400 therefore draws the same numbers as an uninterrupted
run, and an evaluation does not change the draws of later steps.
"""

import hashlib

import torch


def generator(seed: int, purpose: str, *address: int) -> torch.Generator:
    """Return the generator of one random stream.

    Args:
        seed: seed of the run.
        purpose: name of the stream, for example ``"real-order"``. It determines the numbers drawn.
        *address: position in the run, for example the outer step.

    Returns:
        A CPU generator. Equal arguments give equal streams.
    """
    name = f"{seed}/{purpose}/{'/'.join(map(str, address))}"
    digest = hashlib.blake2b(name.encode(), digest_size=8).digest()
    return torch.Generator().manual_seed(int.from_bytes(digest, "little") >> 1)


def random_subsets(count: int, size: int, draws: int, source: torch.Generator) -> torch.Tensor:
    """Draw random subsets without replacement.

    Args:
        count: number of elements to choose from.
        size: elements per subset, at most ``count``.
        draws: number of subsets.
        source: CPU generator.

    Returns:
        Indices, int64 [draws, size].
    """
    return torch.rand((draws, count), generator=source).argsort(dim=1)[:, :size]
