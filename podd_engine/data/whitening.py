"""ZCA whitening and per-channel standardization.

ZCA whitening is a linear map that makes the pixel values of the training images nearly uncorrelated.
It follows the preprocessing of FRePo and RaT-BPTT (arXiv 2311.07025). Let x be an image with values
from 0 to 1, flattened in (channel, row, column) order:

    u = (x - mean(x)) / |x - mean(x)|
    C = 1/N sum u u^T                       over the N training images, without centering
    C = V diag(e) V^T
    W = V diag(1 / sqrt(e + 0.1 mean(e))) V^T
    z = W u
"""

import torch
from torch import Tensor

from podd_engine.errors import DataError
from podd_engine.progress import Progress, ProgressCallback

REGULARIZATION = 0.1
"""Fraction of the mean eigenvalue added to every eigenvalue. It limits the gain in directions of low
variance."""

MAX_IMAGE_VALUES = 20_000
"""Maximum number of values in an image. The float64 covariance of 20,000 values takes 3 GiB."""

MIN_NORM = 1e-4
"""Norm below which an image counts as uniform. Smaller norms are rounding errors: a single pixel that
differs by one gray level gives 0.0037 or more."""

MIN_DEVIATION = 1e-7
"""Standard deviation below which a channel counts as constant. Smaller values are rounding errors."""

BATCH = 2048
"""Images per batch; bounds the memory of the float64 computations."""


def flatten(images: Tensor, dtype: torch.dtype) -> Tensor:
    """Convert uint8 [images, height, width, channels] to values from 0 to 1.

    Returns:
        [images, channels * height * width] of the given dtype.
    """
    return images.permute(0, 3, 1, 2).flatten(1).to(dtype) / 255


def normalize(values: Tensor) -> tuple[Tensor, Tensor, Tensor]:
    """Subtract from each image its own mean and divide it by its own norm.

    Args:
        values: float [images, values].

    Returns:
        The normalized images [images, values], the means [images, 1] and the norms [images, 1]. A
        uniform image becomes 0.
    """
    means = values.mean(dim=1, keepdim=True)
    centered = values - means
    norms = centered.norm(dim=1, keepdim=True)
    return torch.where(norms > MIN_NORM, centered / norms, 0.0), means, norms


def fit_whitening(images: Tensor, report: ProgressCallback) -> dict[str, Tensor]:
    """Compute the whitening matrix of a training set.

    Args:
        images: uint8 [images, height, width, channels].
        report: receives progress.

    Returns:
        ``matrix``: the symmetric matrix W [values, values]. ``mean`` and ``norm``: the averages of
        the means and norms of the images [1]. All tensors are float64.

    Raises:
        DataError: the images are too large for a covariance matrix, or all images are uniform.
    """
    size = images[0].numel()
    if size > MAX_IMAGE_VALUES:
        raise DataError(
            f"whitening: images with {size:,} values need a matrix of {size * size * 8 / 2**30:.0f} GiB; "
            "lower dataset.image_size or set dataset.preprocessing = 'standardize'"
        )
    covariance = torch.zeros(size, size, dtype=torch.float64)
    mean_sum, norm_sum = torch.zeros(2, 1, dtype=torch.float64)
    for start in range(0, len(images), BATCH):
        report(Progress("whitening: covariance", start, len(images)))
        unit, means, norms = normalize(flatten(images[start : start + BATCH], torch.float64))
        covariance.addmm_(unit.T, unit)
        mean_sum += means.sum()
        norm_sum += norms.sum()
    report(Progress("whitening: eigenvectors", 0, 1))
    values, vectors = torch.linalg.eigh(covariance / len(images))
    if not values.mean() > 0:
        raise DataError("whitening: all images are uniform; choose a dataset with visible content")
    scale = (values.clamp_min(0) + REGULARIZATION * values.mean()).rsqrt()
    report(Progress("whitening: eigenvectors", 1, 1))
    return {
        "matrix": (vectors * scale) @ vectors.T,
        "mean": mean_sum / len(images),
        "norm": norm_sum / len(images),
    }


def fit_channels(images: Tensor, report: ProgressCallback) -> dict[str, Tensor]:
    """Compute the mean and standard deviation of each channel, for pixel values from 0 to 1.

    Args:
        images: uint8 [images, height, width, channels].
        report: receives progress.

    Returns:
        ``mean`` and ``deviation``, float64 [channels]. A constant channel has deviation 1.
    """
    sums = torch.zeros(2, images.shape[3], dtype=torch.float64)
    for start in range(0, len(images), BATCH):
        report(Progress("channel statistics", start, len(images)))
        values = images[start : start + BATCH].double() / 255
        sums += torch.stack([values.sum((0, 1, 2)), values.square().sum((0, 1, 2))])
    mean, square = sums / (images.numel() / images.shape[3])
    deviation = (square - mean.square()).clamp_min(0).sqrt()
    return {"mean": mean, "deviation": torch.where(deviation > MIN_DEVIATION, deviation, 1.0)}
