"""Random images in place of a dataset. The duration of an outer step does not depend on image content."""

from typing import NamedTuple

import numpy as np
import torch
from numpy.typing import NDArray

from podd_engine.config.dataset_catalogue import CATALOGUE
from podd_engine.config.schema import DistillationConfig
from podd_engine.distillation.real_data import RealData
from podd_engine.runtime import random_streams
from podd_engine.runtime.device import choose_device
from podd_engine.runtime.precision import STORAGE_DTYPES

FOLDER_CHANNELS = 3


class SyntheticData(NamedTuple):
    """Data for a `podd_engine.distillation.distiller.Distiller`.

    Args:
        images: one real batch of standard normal images with random classes, for training and testing.
        grid: class order of the config, else index order, int64 [class rows, class columns].
    """

    images: RealData
    grid: NDArray[np.int64]


def synthetic_data(config: DistillationConfig) -> SyntheticData:
    """Create random images with the shape and device of ``config``."""
    size, layout = config.dataset.image_size, config.layout
    entry = CATALOGUE.get(config.dataset.name)
    channels = entry.channels if entry else FOLDER_CHANNELS
    dtype = STORAGE_DTYPES[config.compute.precision]
    source = random_streams.generator(config.seed, "stand-in-images")
    shape = (config.outer.real_batch, channels, size, size)
    images = torch.randn(shape, generator=source, dtype=dtype)
    labels = torch.randint(layout.classes, (len(images),), generator=source)
    device = choose_device(config.compute)
    columns, rows = layout.class_grid
    order = np.array(config.order.grid) if config.order.grid else np.arange(layout.classes)
    return SyntheticData(
        RealData(images.to(device), labels.to(device)), order.astype(np.int64).reshape(rows, columns)
    )
