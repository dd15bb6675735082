"""Initial poster, extraction of patches, and blending of tiles."""

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from podd_engine.poster.layout import PosterLayout, Rectangles


def initial_poster(layout: PosterLayout, channels: int, source: torch.Generator) -> Tensor:
    """Return a random initial poster.

    Each class region is a Gaussian tile of unit norm. Overlapping tiles are cross-faded. Source: the
    published code of PoDD.

    Args:
        layout: layout of the poster.
        channels: number of image channels.
        source: random generator.

    Returns:
        float64 [channels, height, width] on the CPU.
    """
    width, height = layout.class_area
    tiles = torch.randn((layout.classes, channels, height, width), generator=source, dtype=torch.float64)
    tiles /= tiles.flatten(1).norm(dim=1)[:, None, None, None]
    return blend(tiles, layout.class_regions, layout.poster)


def blend(tiles: Tensor, rectangles: Rectangles, extent: tuple[int, int]) -> Tensor:
    """Blend tiles into one image. Overlapping tiles are cross-faded linearly.

    Args:
        tiles: [tiles, channels, tile height, tile width], on the CPU.
        rectangles: [tiles, 4], position of each tile, px.
        extent: width and height of the result, px.

    Returns:
        [channels, height, width]. Each pixel is the weighted mean of the tiles that cover it, or 0 if no
        tile covers it. Tiles that agree in their overlap are reproduced exactly, for any grid.
    """
    values = tiles.numpy()
    rows, columns = _blend_weights(rectangles, 1), _blend_weights(rectangles, 0)
    weights = (rows[:, :, None] * columns[:, None, :]).astype(values.dtype)
    weighted = values * weights[:, None]
    total = np.zeros((tiles.shape[1], extent[1], extent[0]), values.dtype)
    weight_sum = np.zeros((extent[1], extent[0]), values.dtype)
    for tile, weight, (x0, y0, x1, y1) in zip(weighted, weights, rectangles.tolist(), strict=True):
        total[:, y0:y1, x0:x1] += tile
        weight_sum[y0:y1, x0:x1] += weight
    np.divide(total, weight_sum, out=total, where=weight_sum > 0)
    return torch.from_numpy(total)


def _blend_weights(rectangles: Rectangles, axis: int) -> NDArray[np.float64]:
    """Return the weights of the pixels of each tile along ``axis`` (0 for x, 1 for y).

    A weight changes linearly in the overlap with the neighbor on each side. It is 1 elsewhere, and at
    the edge of the poster.

    Returns:
        float64 [tiles, size].
    """
    # All tiles of a column (or row) have the same edges, so weights are computed once per column.
    edges, edges_of_tile = np.unique(rectangles[:, [axis, axis + 2]], axis=0, return_inverse=True)
    starts, ends = edges.T
    size = int(ends[0] - starts[0])
    position = np.arange(size)
    weights = np.ones((len(edges), size))
    for weight, start, end in zip(weights, starts, ends, strict=True):
        before = ends[(starts < start) & (ends > start)]
        after = starts[(starts > start) & (starts < end)]
        if before.size:
            overlap = before.max() - start
            weight *= np.minimum((position + 1) / (overlap + 1), 1)  # noqa: PLW2901 - changes the row in place
        if after.size:
            overlap = end - after.min()
            weight *= np.minimum((size - position) / (overlap + 1), 1)  # noqa: PLW2901
    return weights[edges_of_tile.ravel()]


class PatchCutter:
    """Extracts all patches from a poster with one differentiable gather operation.

    Args:
        layout: layout of the poster.
        device: device of the posters.
    """

    def __init__(self, layout: PosterLayout, device: torch.device) -> None:
        width, height = layout.patch
        offsets = np.arange(height)[:, None] * layout.poster[0] + np.arange(width)
        origins = layout.windows[:, 1] * layout.poster[0] + layout.windows[:, 0]
        self._pixels = torch.as_tensor(origins[:, None, None] + offsets, device=device)

    def __call__(self, poster: Tensor) -> Tensor:
        """Return the patches of a poster.

        Args:
            poster: [channels, height, width].

        Returns:
            [patches, channels, patch height, patch width], in patch order.
        """
        flat = poster.flatten(1).index_select(1, self._pixels.flatten())
        return flat.view(len(poster), *self._pixels.shape).transpose(0, 1)
