"""PyTorch dataset of a poster."""

from collections.abc import Sequence
from dataclasses import replace
from os import PathLike
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from PIL import Image
from torch import Tensor, nn
from torch.utils.data import Dataset

from podd_engine.data.image_pixels import flatten, resize
from podd_engine.distillation.augmentation import AugmentationDraw
from podd_engine.distillation.augmentation import apply as apply_augmentation
from podd_engine.distillation.inner_loop import PatchDraw
from podd_engine.errors import DataError
from podd_engine.networks.normalization import measure_statistics
from podd_engine.poster.layout import PosterLayout
from podd_engine.poster.patches import PatchCutter
from podd_engine.runs.bundle import PosterBundle, load_bundle
from podd_engine.runs.bundle_training import draw_bundle_batches, new_bundle_network, train_bundle_network
from podd_engine.runs.training_recipe import TrainingRecipe

RealImages = NDArray[np.uint8] | Tensor | Image.Image | Sequence[Image.Image]


class PosterDataset(Dataset[tuple[Tensor, Tensor]]):
    """Dataset of patches and soft labels, with the training of the run and the preprocessing of images.

    Item ``i`` is (patch, soft label): float32 [channels, height, width] and float32 [classes].

    Args:
        bundle: poster bundle.

    Attributes:
        bundle: poster bundle, with its settings and measured accuracy.
        patches: preprocessed patches, float32 [patches, channels, height, width].
        labels: soft labels, float32 [patches, classes]. Each row sums to 1.
    """

    def __init__(self, bundle: PosterBundle) -> None:
        self.bundle = bundle
        self.patches = PatchCutter(bundle.layout, bundle.poster.device)(bundle.poster)
        self.labels = bundle.patch_labels

    def __len__(self) -> int:
        return len(self.patches)

    def __getitem__(self, index: int) -> tuple[Tensor, Tensor]:
        return self.patches[index], self.labels[index]

    @property
    def class_names(self) -> tuple[str, ...]:
        """Class names by class index."""
        return self.bundle.class_names

    @property
    def layout(self) -> PosterLayout:
        """Geometry of the poster."""
        return self.bundle.layout

    @property
    def channels(self) -> int:
        """Number of channels: 1 for gray, 3 for color."""
        return len(self.bundle.poster)

    @property
    def image_size(self) -> int:
        """Side length of a patch and of a preprocessed real image, px."""
        return self.bundle.config.dataset.image_size

    def preprocess(self, images: RealImages) -> Tensor:
        """Convert real images to the input of a network trained on this poster.

        Images of another size are cropped to the center square and resized. Color images become gray
        and gray images become color if the poster requires it.

        Args:
            images: uint8 array or tensor [images, height, width, channels], [height, width, channels]
                or [height, width], or one or several Pillow images.

        Returns:
            Preprocessed images, float32 [images, channels, image size, image size]. A single image
            gives a batch of one.

        Raises:
            DataError: the data type or the shape of the images is not supported, or the images are gray
                with more than 8 bits.
        """
        if isinstance(images, Image.Image):
            return self.preprocess([images])
        if isinstance(images, np.ndarray):
            # PyTorch accepts neither read-only arrays nor arrays with negative strides.
            images = torch.from_numpy(np.require(images, requirements=("C", "W")))
        if isinstance(images, Tensor):
            return self.bundle.preprocessing.apply(self._fit_batch(_batch(images)))
        pictures = np.stack([self._fit_image(picture) for picture in images])
        return self.bundle.preprocessing.apply(pictures)

    def _fit_batch(self, batch: Tensor) -> Tensor:
        """Convert uint8 images [images, height, width, channels] to the poster's image size and channels."""
        if batch.shape[1:] == (self.image_size, self.image_size, self.channels):
            return batch
        pictures = [image.squeeze(axis=2) if batch.shape[3] == 1 else image for image in batch.cpu().numpy()]
        fitted = np.stack([self._fit_image(Image.fromarray(picture)) for picture in pictures])
        return torch.from_numpy(fitted).to(batch.device)

    def _fit_image(self, picture: Image.Image) -> NDArray[np.uint8]:
        """Convert an image to uint8 [image size, image size, channels]."""
        resized = resize(flatten(picture), self.image_size)
        if self.channels == 1:
            return np.asarray(resized.convert("L"))[..., None]
        return np.asarray(resized.convert("RGB"))

    @property
    def training(self) -> TrainingRecipe:
        """Recipe for training a network, as in the evaluation with the displayed accuracy."""
        return self.bundle.training

    def train_network(self, seed: int = 0, *, device: str = "auto") -> nn.Module:
        """Train a newly initialized network with `training`.

        The seeds 0, 1, … give the networks of the run's evaluation. On other devices than that of the
        run, the networks differ by rounding.

        Args:
            seed: number of the network, at least 0. It determines the initial parameters, the batches and
                the augmentations.
            device: ``"auto"``, ``"cpu"``, ``"cuda"`` or ``"mps"``.

        Returns:
            The network on the CPU, in evaluation mode. Its input are preprocessed images, float32
            [images, channels, image size, image size]. Its output are logits [images, classes].

        Raises:
            ConfigError: the device does not exist.
            DeviceError: the device is not available on this machine.

        Example:
            >>> import podd_engine
            >>> poster = podd_engine.load_poster("runs/digits-001/best.safetensors")
            >>> network = poster.train_network(seed=0)
        """
        config = self.bundle.config.with_values({"compute.device": device})
        return train_bundle_network(replace(self.bundle, config=config), seed)

    def new_network(self, seed: int = 0) -> nn.Module:
        """Return the network of `train_network` before its training.

        Args:
            seed: number of the network, at least 0. It determines the initial parameters.

        Returns:
            The network on the CPU, in training mode.
        """
        return new_bundle_network(self.bundle, seed)

    def draw_batches(self, seed: int = 0, steps: int | None = None) -> list[PatchDraw]:
        """Draw the batches on which `train_network` trains.

        Args:
            seed: number of the network, at least 0.
            steps: number of batches. None draws as many as `training` has steps.

        Returns:
            One pair per step: int64 [batch size], indices of patches, and the argument of `augment`.
        """
        return draw_bundle_batches(self.bundle, seed, self.training.steps if steps is None else steps)

    @staticmethod
    def augment(patches: Tensor, augmentation: AugmentationDraw) -> Tensor:
        """Augment a batch of patches.

        Args:
            patches: float32 [batch, channels, height, width].
            augmentation: draw for this batch from `draw_batches`.

        Returns:
            Augmented patches of the same shape. Without augmentation in `training`, ``patches``.
        """
        return apply_augmentation(patches, augmentation)

    def set_norm_statistics(self, network: nn.Module) -> None:
        """Set the statistics of batch norms to those of all patches, as the evaluation of the run does.

        Call this method after training and before ``network.eval()``. Networks without batch norm remain
        unchanged.

        Args:
            network: network from `new_network`.
        """
        measure_statistics(network, self.patches)


def _batch(images: Tensor) -> Tensor:
    """Reshape images of any accepted shape to [images, height, width, channels]."""
    if images.dtype != torch.uint8:
        raise DataError(f"images: data type {images.dtype} is not supported; pass uint8 values (0 to 255)")
    if images.dim() == 2:
        images = images[..., None]
    if images.dim() == 3:
        images = images[None]
    if images.dim() != 4 or images.shape[3] not in (1, 3, 4):
        shape = " x ".join(map(str, images.shape))
        raise DataError(
            f"images: shape {shape} is not supported; pass images x height x width x channels (1 or 3)"
        )
    return images


def load_poster(path: str | PathLike[str]) -> PosterDataset:
    """Load a poster bundle as a dataset for training. No content is executed or unpickled.

    Args:
        path: bundle file, for example ``poster.safetensors`` or the ``best.safetensors`` of a run.

    Returns:
        A torch dataset of (patch, soft label): float32 [channels, height, width] and float32 [classes].

    Raises:
        RunError: the file is missing, damaged, or not a poster bundle.

    Example:
        >>> import podd_engine
        >>> poster = podd_engine.load_poster("runs/digits-001/best.safetensors")
        >>> patch, soft_label = poster[0]
        >>> patch.shape, soft_label.shape
        (torch.Size([1, 8, 8]), torch.Size([10]))
    """
    return PosterDataset(load_bundle(Path(path)))
