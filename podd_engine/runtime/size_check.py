"""Check of the sizes in a config against the available memory, before anything is allocated. Loads no torch.

The estimates are lower limits, because they contain only the arrays whose size follows from the config.
The estimate of a run (`podd_engine.estimate`) is more exact, but allocates these arrays.
"""

import math
from collections.abc import Iterable
from dataclasses import dataclass

from podd_engine.config.schema import DistillationConfig
from podd_engine.errors import OutOfMemoryError

CHANNELS = 3
"""Assumed number of channels. Gray images need less memory."""

POSTER_COPIES = 6
"""Copies of the poster during a step: poster, gradient, two averages of Adam, and two temporary results."""

PATCH_LIST_BYTES = 500
"""Memory of the coordinates of a patch as Python objects, for the result of ``podd layout``."""

NETWORK_COPIES = 12
"""Vectors of the length of all parameters, in float32 values: distribution, initial values, optimizer."""

VECTORS_PER_STEP = 3
"""Flat parameter vectors that each step of the window keeps."""

_FLOAT, _DOUBLE, _INDEX = 4, 8, 8
"""Bytes of a float32, float64 and int64 value."""

FEW_PATCHES = 1000
"""Number of patches up to which large patches are the likelier reason for a large need."""

SAFE_FRACTION = 0.5
"""Fraction of the available memory that an array of the suggested size uses."""


Settings = tuple[tuple[str, float], ...]
"""Settings that determine a size together, with their values."""


@dataclass(frozen=True)
class MemoryNeed:
    """Memory of one group of arrays.

    Args:
        name: what needs the memory, for messages.
        size: bytes.
        settings: settings to lower, by the same factor.
        power: exponent with which the memory grows with each of the settings.
    """

    name: str
    size: int
    settings: Settings
    power: int = 1

    @property
    def key(self) -> str:
        """First setting to lower."""
        return self.settings[0][0]

    def remedy(self, available: int) -> str:
        """Return the settings to lower, with values that fit in the available memory."""
        factor = (SAFE_FRACTION * available / self.size) ** (1 / (self.power * len(self.settings)))
        changes = (f"{key} to {_rounded_down(value * factor)}" for key, value in self.settings)
        return f"lower {' and '.join(changes)}"


def check_memory(needs: Iterable[MemoryNeed], available: int) -> None:
    """Check that all arrays fit in the available memory together.

    Args:
        needs: groups of arrays that exist at the same time.
        available: available memory, bytes.

    Raises:
        OutOfMemoryError: the arrays do not fit. The message names the largest group and the setting to lower.
    """
    needs = list(needs)
    largest = max(needs, key=lambda need: need.size)
    if sum(need.size for need in needs) > available:
        raise OutOfMemoryError(
            f"{largest.key}: {largest.name} would need {_gigabytes(largest.size)} of memory, but only "
            f"{_gigabytes(available)} are free; {largest.remedy(available)}"
        )


def layout_needs(config: DistillationConfig) -> list[MemoryNeed]:
    """Return the arrays of the layout, the poster and the labels."""
    layout, array, side = config.layout, config.label_array, config.dataset.image_size
    patches = layout.patches
    patch_grid = _long_sides("patches.columns", "patches.rows", layout.patch_grid)
    image_size = (("dataset.image_size", side),)
    label_bytes = patches * layout.classes * 4 * _DOUBLE
    if array is None:
        read_bytes = patches**2 * (_DOUBLE + _FLOAT)
        labels = MemoryNeed("the soft labels of all patches", label_bytes + read_bytes, patch_grid, power=2)
    else:
        read_bytes = patches * array.cells * (_DOUBLE + _FLOAT)
        label_settings = (("labels.budget", config.labels.budget),) if array.cells > patches else patch_grid
        labels = MemoryNeed("the label array", label_bytes + read_bytes, label_settings)
    patch_bytes = PATCH_LIST_BYTES + side * side * (_INDEX + 2 * CHANNELS * _FLOAT)
    few = patches <= FEW_PATCHES
    return [
        MemoryNeed(
            "the poster",
            layout.pixels * (CHANNELS * POSTER_COPIES * _FLOAT + _INDEX),
            _long_sides("poster.width", "poster.height", layout.poster),
        ),
        MemoryNeed(
            "the patches", patches * patch_bytes, image_size if few else patch_grid, power=2 if few else 1
        ),
        labels,
    ]


def training_needs(config: DistillationConfig, parameters: int) -> list[MemoryNeed]:
    """Return the arrays of the networks and of their training.

    Args:
        config: config of the run.
        parameters: number of parameters of a network.
    """
    window, total, width = config.truncation.window, config.truncation.total, config.network.width
    longest = config.evaluation.steps[-1]
    draw_bytes = 2 * _INDEX * config.layout.patches
    network_bytes = parameters * NETWORK_COPIES * _FLOAT
    window_bytes = window * parameters * VECTORS_PER_STEP * _FLOAT
    return [
        MemoryNeed("a network", network_bytes, (("network.width", width),), power=2),
        MemoryNeed("the differentiated window", window_bytes, (("truncation.window", window),)),
        MemoryNeed("the draws of the inner steps", total * draw_bytes, (("truncation.total", total),)),
        MemoryNeed("the draws of an evaluation", longest * draw_bytes, (("evaluation.steps", longest),)),
    ]


def image_need(images: int, image_size: int) -> MemoryNeed:
    """Return the arrays of a decoded dataset.

    Args:
        images: number of images.
        image_size: side length of the images, px.
    """
    return MemoryNeed(
        f"{images} images of {image_size} px",
        images * image_size**2 * CHANNELS,
        (("dataset.image_size", image_size),),
        power=2,
    )


def _long_sides(across: str, down: str, sides: tuple[int, int]) -> Settings:
    """Return the settings of the longer side, or of both sides if their lengths are similar."""
    both = ((across, sides[0]), (down, sides[1]))
    return tuple((key, side) for key, side in both if 2 * side >= max(sides))


def _rounded_down(value: float) -> str:
    """Return a number of at most two significant digits that is not larger than ``value``."""
    unit = 10.0 ** (math.floor(math.log10(value)) - 1)
    return f"{max(1, math.floor(value / unit) * unit):.10g}"


def _gigabytes(size: int) -> str:
    return f"{size / 1e9:,.1f} GB"
