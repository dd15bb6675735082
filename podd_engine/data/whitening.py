"""ZCA whitening: a linear map after which the training images' values are nearly uncorrelated.

Source: METHOD.md, after the preprocessing of FRePo and RaT-BPTT (arXiv 2311.07025). With x an image
of values 0 to 1, flattened in (channel, row, column) order:

    u = (x - mean(x)) / |x - mean(x)|
    C = 1/N sum u u^T                       over the N training images, not centerd
    C = V diag(e) V^T
    W = V diag(1 / sqrt(e + 0.1 mean(e))) V^T
    z = W u
"""

import torch
from torch import Tensor

from podd_engine.errors import DataError
from podd_engine.progress import Progress, ProgressCallback

REGULARIZATION = 0.1
"""Share of the mean eigenvalue added to each, so that empty directions are not blown up."""

MAX_IMAGE_VALUES = 20_000
"""Values of an image above which the covariance (values squared, float64) is out of reach."""

MIN_NORM = 1e-4
"""Below it an image is of one color, and what is left is rounding: one pixel that differs by one
step gives 0.0037 or more."""

MIN_DEVIATION = 1e-7
"""Below it a channel holds one value, and what is left is rounding."""

BATCH = 2048


def flatten(images: Tensor, dtype: torch.dtype) -> Tensor:
    """uint8 [images, height, width, channels] to 0..1 [images, channels * height * width]."""
    return images.permute(0, 3, 1, 2).flatten(1).to(dtype) / 255


def normalize(values: Tensor) -> tuple[Tensor, Tensor, Tensor]:
    """Subtract each image's own mean and divide by its own norm.

    Args:
        values: [images, values].

    Returns:
        The same shape, the means [images, 1] and the norms [images, 1]; an image of one color is 0.
    """
    means = values.mean(dim=1, keepdim=True)
    centerd = values - means
    norms = centerd.norm(dim=1, keepdim=True)
    return torch.where(norms > MIN_NORM, centerd / norms, 0.0), means, norms


def fit_whitening(images: Tensor, report: ProgressCallback) -> dict[str, Tensor]:
    """The whitening matrix of a training set.

    Args:
        images: uint8 [images, height, width, channels].
        report: receives progress.

    Returns:
        ``matrix`` W, [values, values], symmetric; ``mean`` and ``norm``, [1], averages of the
        images' means and norms. All float64.

    Raises:
        DataError: the images are too large for a covariance matrix, or all of one color.
    """
    size = images[0].numel()
    if size > MAX_IMAGE_VALUES:
        raise DataError(
            f"whitening: images of {size} values need a matrix of {size * size * 8 / 2**30:.0f} GiB; "
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
        raise DataError("whitening: every image is of one color; choose other images")
    scale = (values.clamp_min(0) + REGULARIZATION * values.mean()).rsqrt()
    report(Progress("whitening: eigenvectors", 1, 1))
    return {
        "matrix": (vectors * scale) @ vectors.T,
        "mean": mean_sum / len(images),
        "norm": norm_sum / len(images),
    }


def fit_channels(images: Tensor, report: ProgressCallback) -> dict[str, Tensor]:
    """Mean and standard deviation of each channel, on the scale 0 to 1.

    Args:
        images: uint8 [images, height, width, channels].
        report: receives progress.

    Returns:
        ``mean`` and ``deviation``, float64 [channels]; a channel of one value has deviation 1.
    """
    sums = torch.zeros(2, images.shape[3], dtype=torch.float64)
    for start in range(0, len(images), BATCH):
        report(Progress("channel averages", start, len(images)))
        values = images[start : start + BATCH].double() / 255
        sums += torch.stack([values.sum((0, 1, 2)), values.square().sum((0, 1, 2))])
    mean, square = sums / (images.numel() / images.shape[3])
    deviation = (square - mean.square()).clamp_min(0).sqrt()
    return {"mean": mean, "deviation": torch.where(deviation > MIN_DEVIATION, deviation, 1.0)}
