"""Preprocessing of images for networks, and its inverse.

Flattened images are in (channel, row, column) order.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Literal, Self, cast

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from podd_engine.config.sections import EARLIER_PREPROCESSING_VALUES, DatasetConfig
from podd_engine.data.cache import Cache, EntryWriter, content_key
from podd_engine.data.dataset import ImageDataset, Images
from podd_engine.data.prepared_cache import CACHE_FORMAT, image_digest, prepared_key
from podd_engine.data.registry import load_dataset
from podd_engine.data.whitening import BATCH, fit_channels, fit_whitening, flatten, normalize
from podd_engine.errors import DataError, RunError
from podd_engine.progress import Progress, ProgressCallback, ignore_progress

PreprocessingKind = Literal["whitening", "standardize"]

TENSOR_DIMENSIONS: dict[str, dict[str, int]] = {
    "whitening": {"matrix": 2, "mean": 1, "norm": 1},
    "standardize": {"mean": 1, "deviation": 1},
}
"""Number of dimensions of each tensor, by kind of preprocessing."""


@dataclass(frozen=True, eq=False)
class Preprocessing:
    """Fitted preprocessing of one dataset; immutable.

    Args:
        kind: "whitening" (ZCA, see `whitening.py`) or "standardize" (channel mean and standard deviation).
        tensors: float32 tensors. For "whitening": ``matrix`` [values, values], and the averages
            ``mean`` [1] and ``norm`` [1] over the training images. For "standardize": ``mean``
            [channels] and ``deviation`` [channels].
    """

    kind: PreprocessingKind
    tensors: Mapping[str, Tensor]

    @classmethod
    def fit(
        cls,
        train_images: Images,
        kind: PreprocessingKind,
        cache: Path | None = None,
        report: ProgressCallback = ignore_progress,
    ) -> Self:
        """Fit to a training set, or load an earlier fit from the cache.

        Args:
            train_images: uint8 [images, height, width, channels].
            kind: kind of preprocessing.
            cache: cache folder; None: the cache folder of the system.
            report: receives progress. It may raise `CancelledError` to cancel.

        Raises:
            DataError: the images are too large for whitening, or all images are uniform.
            StorageError: the cache cannot be written.
        """

        def make(entry: EntryWriter) -> None:
            images = torch.from_numpy(np.ascontiguousarray(train_images))
            fitted = fit_whitening(images, report) if kind == "whitening" else fit_channels(images, report)
            for name, tensor in fitted.items():
                entry.write_array(name, tensor.float().numpy())

        key = content_key("preprocessing", CACHE_FORMAT, kind, image_digest(train_images))
        arrays = Cache(cache).get_or_create(key, make)
        return cls(kind, {name: torch.from_numpy(array) for name, array in arrays.items()})

    def apply(self, images: Images | Tensor) -> Tensor:
        """Preprocess images.

        Args:
            images: uint8 [images, height, width, channels], array or tensor on any device.

        Returns:
            float32 [images, channels, height, width], on the device of ``images``.

        Raises:
            DataError: the size or number of channels differs from that of the training images.
        """
        return torch.cat(list(self.apply_in_batches(images)))

    def apply_in_batches(self, images: Images | Tensor) -> Iterator[Tensor]:
        """Preprocess images as `apply` does, but yield batches to limit memory use."""
        shape = tuple(images.shape[1:])
        if shape[2] * (shape[0] * shape[1] if self.kind == "whitening" else 1) != len(self._size_reference):
            raise DataError(
                f"preprocessing: images of {shape[1]} x {shape[0]} px with {shape[2]} channels do not match "
                "the training images; resize or convert them"
            )
        pixels = images if isinstance(images, Tensor) else torch.from_numpy(np.ascontiguousarray(images))
        tensors = {name: tensor.to(pixels.device) for name, tensor in self.tensors.items()}
        for start in range(0, max(1, len(pixels)), BATCH):
            batch = pixels[start : start + BATCH]
            values = flatten(batch, torch.float32)
            if self.kind == "whitening":
                values = normalize(values)[0] @ tensors["matrix"]
            values = values.reshape(len(batch), batch.shape[3], *batch.shape[1:3])
            if self.kind == "standardize":
                values = (values - tensors["mean"][:, None, None]) / tensors["deviation"][:, None, None]
            yield values

    def invert(self, patches: Tensor) -> Tensor:
        """Convert preprocessed patches to pixel values, where 0 is black and 1 is white.

        The values are not clipped. Whitening removes the mean and norm of each image. The inverse
        uses the averages of the training images instead.

        Args:
            patches: preprocessed patches, float [patches, channels, height, width].

        Returns:
            Pixel values with the shape, dtype and device of ``patches``.
        """
        if self.kind == "whitening":
            mean, norm = self.tensors["mean"].to(patches), self.tensors["norm"].to(patches)
            return (patches.flatten(1) @ self._inverse.to(patches) * norm + mean).reshape(patches.shape)
        mean, deviation = self.tensors["mean"].to(patches), self.tensors["deviation"].to(patches)
        return patches * deviation[:, None, None] + mean[:, None, None]

    @cached_property
    def _inverse(self) -> Tensor:
        """Inverse of the symmetric, positive definite whitening matrix, float32 [values, values].

        The inverse is computed in float64. It is cached because a live view calls `invert` often.
        """
        return torch.cholesky_inverse(torch.linalg.cholesky(self.tensors["matrix"].double())).float()

    def to_tensors(self) -> dict[str, Tensor]:
        """Return the tensors from which `from_tensors` restores this object."""
        return dict(self.tensors)

    @classmethod
    def from_tensors(cls, kind: str, tensors: Mapping[str, Tensor]) -> Self:
        """Restore the preprocessing from the result of `to_tensors`.

        Args:
            kind: kind of preprocessing.
            tensors: tensors by name; additional tensors are ignored.

        Raises:
            RunError: the kind is unknown, or a tensor is missing or has the wrong number of dimensions.
        """
        kind = EARLIER_PREPROCESSING_VALUES.get(kind, kind)
        if kind not in TENSOR_DIMENSIONS:
            raise RunError(f"preprocessing: unknown kind {kind!r}; update podd-studio")
        chosen = {name: tensors[name] for name in TENSOR_DIMENSIONS[kind] if name in tensors}
        dimensions = tuple(tensor.dim() for tensor in chosen.values())
        if dimensions != tuple(TENSOR_DIMENSIONS[kind].values()):
            raise RunError(f"preprocessing: the tensors for {kind} are incomplete; export the poster again")
        return cls(cast("PreprocessingKind", kind), chosen)

    @property
    def _size_reference(self) -> Tensor:
        """Tensor whose length is the number of values (whitening) or channels (standardize)."""
        return self.tensors["matrix" if self.kind == "whitening" else "mean"]


@dataclass(frozen=True, eq=False)
class PreparedData:
    """A dataset ready for distillation.

    Args:
        dataset: the original images and labels.
        preprocessing: preprocessing of ``train`` and ``test``.
        train: preprocessed training images, float32 [images, channels, height, width].
        train_labels: int64 [images].
        test: like ``train``.
        test_labels: like ``train_labels``.
    """

    dataset: ImageDataset
    preprocessing: Preprocessing
    train: Tensor
    train_labels: Tensor
    test: Tensor
    test_labels: Tensor


def prepare_dataset(
    config: DatasetConfig, cache: Path | None = None, report: ProgressCallback = ignore_progress
) -> PreparedData:
    """Read and preprocess a dataset.

    The original and the preprocessed images are cached on disk and memory-mapped.

    Args:
        config: dataset, image size and kind of preprocessing.
        cache: cache folder; None: the cache folder of the system.
        report: receives progress. It may raise `CancelledError` to cancel; this leaves no incomplete
            cache entry.

    Raises:
        DataError: the dataset is missing, incomplete or unreadable, or its images do not suit whitening.
        StorageError: the cache cannot be written.
    """
    dataset = load_dataset(config, cache, report)
    preprocessing = Preprocessing.fit(dataset.train_images, config.preprocessing, cache, report)
    total = len(dataset.train_images) + len(dataset.test_images)

    def make(entry: EntryWriter) -> None:
        done = 0

        def chunks(images: Images) -> Iterator[NDArray[np.float32]]:
            nonlocal done
            for piece in preprocessing.apply_in_batches(images):
                report(Progress("preparing images", done, total))
                done += len(piece)
                yield piece.numpy()

        for name, images in (("train", dataset.train_images), ("test", dataset.test_images)):
            count, height, width, channels = images.shape
            entry.write(name, (count, channels, height, width), np.dtype(np.float32), chunks(images))

    arrays = Cache(cache).get_or_create(prepared_key(config, dataset), make)
    return PreparedData(
        dataset,
        preprocessing,
        torch.from_numpy(arrays["train"]),
        torch.from_numpy(dataset.train_labels),
        torch.from_numpy(arrays["test"]),
        torch.from_numpy(dataset.test_labels),
    )
