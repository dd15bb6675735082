"""A poster as pixels for people: as trained, and as seen with its preprocessing undone.

**As trained** is one linear scale from the poster's lowest to its highest value.

**As seen** undoes the preprocessing patch by patch and blends the patches back into a poster. The
result is in the scale of images, but an undone poster rarely uses that scale well: whitening takes
each image's own mean and norm away, so early posters lie in a narrow band of grays and late ones
leave 0 to 1. So the lowest and the highest half percent of the values become black and white, and
what is between is linear, with one scale for all channels, which keeps hues and gray balance.

Undoing is one matrix product of 2 x patches x values² operations, values being channels x height x
width of a patch. On one core of a Xeon with AVX-512 all of `deprocess` takes 21 ms for CIFAR-10's 96 patches
of 3 x 32 x 32, and 4 s for 800 patches of 3 x 64 x 64. The first call inverts the whitening matrix,
once for each `Preprocessing`: under a second for CIFAR-10, and 64 times that for 3 x 64 x 64.
"""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from podd_engine.data.preprocessing import Preprocessing
from podd_engine.poster.layout import PosterLayout
from podd_engine.poster.patches import PatchCutter, blend
from podd_engine.runs.bundle import PosterBundle

Pixels = NDArray[np.uint8]

CLIPPED_PERCENT = 0.5
"""Percentage of the values as seen that become black, and that become white."""


@dataclass(frozen=True, eq=False)
class DeprocessedPoster:
    """A poster with its preprocessing undone; patches have the same scale as the poster.

    Args:
        poster: uint8 [height, width, channels].
        undone: float [patches, channels, patch height, patch width], patches, preprocessing undone.
        span: the values, preprocessing undone, that are black and white.
    """

    poster: Pixels
    deprocessed_patches: Tensor
    span: tuple[float, float]

    @cached_property
    def patches(self) -> Pixels:
        """uint8 [patches, patch height, patch width, channels]."""
        return scale_to_uint8(self.deprocessed_patches, *self.span)


def deprocess(
    poster: NDArray[np.float32] | Tensor, layout: PosterLayout, preprocessing: Preprocessing
) -> DeprocessedPoster:
    """Undo the preprocessing of a poster.

    Args:
        poster: float32 [channels, height, width], as trained, on the CPU.
        layout: its layout.
        preprocessing: what real images went through when it was trained.
    """
    values = torch.as_tensor(poster)
    patches = preprocessing.invert(PatchCutter(layout, values.device)(values))
    seen = blend(patches, layout.windows, layout.poster)
    low, high = map(float, np.percentile(seen.numpy(), (CLIPPED_PERCENT, 100 - CLIPPED_PERCENT)))
    return DeprocessedPoster(scale_to_uint8(seen, low, high), patches, (low, high))


def trained_pixels(poster: NDArray[np.float32] | Tensor) -> Pixels:
    """A poster as it was trained, float32 [channels, height, width], as uint8 [height, width, channels]."""
    values = torch.as_tensor(poster)
    return scale_to_uint8(values, float(values.min()), float(values.max()))


def bundle_deprocessed_pixels(bundle: PosterBundle) -> Pixels:
    """The bundle's poster with its preprocessing undone, uint8 [height, width, channels]."""
    return deprocess(bundle.poster, bundle.layout, bundle.preprocessing).poster


def bundle_trained_pixels(bundle: PosterBundle) -> Pixels:
    """The bundle's poster as it was trained, uint8 [height, width, channels]."""
    return trained_pixels(bundle.poster)


def scale_to_uint8(values: Tensor, low: float, high: float) -> Pixels:
    """[..., channels, height, width] to uint8 [..., height, width, channels], ``low`` black, ``high`` white.

    Where the two are the same there is nothing to see, and everything is mid-gray.
    """
    shares = (values - low) / (high - low) if high > low else torch.full_like(values, 0.5)
    pixels: Pixels = shares.clamp(0, 1).mul(255).round().to(torch.uint8).movedim(-3, -1).contiguous().numpy()
    return pixels
