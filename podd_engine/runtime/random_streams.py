"""Addressed randomness: every draw comes from a generator named by what it is for.

A generator is seeded by (run seed, purpose, address…), so nothing is consumed in sequence: resuming
at step 400 draws what an unbroken run draws, and an evaluation never shifts the run.
"""

import hashlib

import torch


def generator(seed: int, purpose: str, *address: int) -> torch.Generator:
    """The CPU generator for one draw.

    Args:
        seed: the run's seed.
        purpose: what the draw is for, for example ``"real-order"``.
        address: where in the run it happens, for example the outer step.

    Returns:
        A CPU `torch.Generator`; the same arguments always give the same stream.
    """
    name = f"{seed}/{purpose}/{'/'.join(map(str, address))}"
    digest = hashlib.blake2b(name.encode(), digest_size=8).digest()
    return torch.Generator().manual_seed(int.from_bytes(digest, "little") >> 1)


def random_subsets(count: int, size: int, draws: int, source: torch.Generator) -> torch.Tensor:
    """``draws`` random subsets of ``size`` out of ``count`` without replacement, int64 [draws, size]."""
    return torch.rand((draws, count), generator=source).argsort(dim=1)[:, :size]
