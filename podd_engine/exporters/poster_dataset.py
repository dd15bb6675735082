"""A poster as what PyTorch trains networks on."""

from collections.abc import Sequence
from os import PathLike
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from PIL import Image
from torch import Tensor
from torch.utils.data import Dataset

from podd_engine.data.image_files import as_rgb, resize
from podd_engine.errors import DataError
from podd_engine.poster.layout import PosterLayout
from podd_engine.poster.patches import PatchCutter
from podd_engine.runs.bundle import PosterBundle, load_bundle

RealImages = NDArray[np.uint8] | Tensor | Image.Image | Sequence[Image.Image]


class PosterDataset(Dataset[tuple[Tensor, Tensor]]):
    """The patches of a poster and their soft labels, and what real images have to go through.

    Item ``i`` is (patch float32 [channels, height, width], soft label float32 [classes]).

    Args:
        bundle: the poster.

    Attributes:
        bundle: the poster, with its settings and measured accuracy.
        patches: float32 [patches, channels, height, width], as networks see them.
        labels: float32 [patches, classes], rows summing to 1.
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
        """Names by class index."""
        return self.bundle.class_names

    @property
    def layout(self) -> PosterLayout:
        """Geometry of the poster."""
        return self.bundle.layout

    @property
    def channels(self) -> int:
        """Channels of a patch: 1 gray, 3 color."""
        return len(self.bundle.poster)

    @property
    def image_size(self) -> int:
        """Side of a patch, and of a real image once preprocessed, px."""
        return self.bundle.config.dataset.image_size

    def preprocess(self, images: RealImages) -> Tensor:
        """Bring real images to what a network trained on this poster takes.

        Images of another size have their center square cut out and resized; color becomes gray
        and gray becomes color where the poster is the other.

        Args:
            images: uint8 [images, height, width, channels], [height, width, channels] or
                [height, width], as an array or a tensor; or one picture of Pillow's, or several.

        Returns:
            float32 [images, channels, image size, image size], one image too.

        Raises:
            DataError: these are no such images.
        """
        if isinstance(images, Image.Image):
            return self.preprocess([images])
        if isinstance(images, np.ndarray):
            # PyTorch takes neither read-only arrays nor mirrored ones.
            images = torch.from_numpy(np.require(images, requirements=("C", "W")))
        if isinstance(images, Tensor):
            return self.bundle.preprocessing.apply(self._fit_batch(_batch(images)))
        pictures = np.stack([self._fit_image(picture) for picture in images])
        return self.bundle.preprocessing.apply(pictures)

    def _fit_batch(self, batch: Tensor) -> Tensor:
        """uint8 [images, height, width, channels] in the poster's size and channels."""
        if batch.shape[1:] == (self.image_size, self.image_size, self.channels):
            return batch
        pictures = [image.squeeze(axis=2) if batch.shape[3] == 1 else image for image in batch.cpu().numpy()]
        fitted = np.stack([self._fit_image(Image.fromarray(picture)) for picture in pictures])
        return torch.from_numpy(fitted).to(batch.device)

    def _fit_image(self, picture: Image.Image) -> NDArray[np.uint8]:
        """A picture as uint8 [image size, image size, channels]."""
        resized = resize(as_rgb(picture), self.image_size)
        if self.channels == 1:
            return np.asarray(resized.convert("L"))[..., None]
        return np.asarray(resized)


def _batch(images: Tensor) -> Tensor:
    """Images of any accepted shape as [images, height, width, channels]."""
    if images.dtype != torch.uint8:
        raise DataError(f"images: they are {images.dtype}; give uint8 values from 0 to 255")
    if images.dim() == 2:
        images = images[..., None]
    if images.dim() == 3:
        images = images[None]
    if images.dim() != 4 or images.shape[3] not in (1, 3, 4):
        shape = " x ".join(map(str, images.shape))
        raise DataError(f"images: {shape} is no such shape; give images x height x width x channels (1 or 3)")
    return images


def load_poster(path: str | PathLike[str]) -> PosterDataset:
    """Read a poster bundle for training; nothing in it is executed or unpickled.

    Args:
        path: a bundle file, such as ``poster.safetensors`` or a run's ``best.safetensors``.

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
