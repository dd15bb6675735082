"""What networks are shown in place of a patch: its augmented versions."""

from typing import NamedTuple

from torch import Tensor

from podd_engine import augment, rng
from podd_engine.augment import Kind


class Version(NamedTuple):
    """A patch as an inner step may train on it.

    Args:
        kind: what happened to it; None: nothing.
        image: [channels, height, width].
    """

    kind: Kind | None
    image: Tensor


def augmented_versions(
    patch: Tensor, kinds: tuple[Kind, ...], count: int, seed: int, *address: int
) -> list[Version]:
    """Versions of ``patch``, each drawn as inner steps draw theirs, apart from the run's draws.

    Args:
        patch: [channels, height, width].
        kinds: the run's own.
        count: how many.
        seed: the run's.
        address: others for another.
    """
    drawn = augment.draw(kinds, count, 1, rng.generator(seed, "inspected-versions", *address))
    return [Version(one.kind, augment.apply(patch[None], one)[0]) for one in drawn]
