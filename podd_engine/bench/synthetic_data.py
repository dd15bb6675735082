"""Random images in place of a dataset: how long an outer step takes does not depend on what they show."""

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
    """What `podd_engine.distillation.distiller.Distiller` needs besides the config.

    Args:
        images: as many as a real batch, standard normal, with random classes; for training and testing.
        grid: int64 [class rows, class columns]: the config's class order, else index order.
    """

    images: RealData
    grid: NDArray[np.int64]


def synthetic_data(config: DistillationConfig) -> SyntheticData:
    """Images of the shape that ``config`` distills, on its device."""
    size, layout = config.dataset.image_size, config.layout
    known = CATALOGUE.get(config.dataset.name)
    channels = known.channels if known else FOLDER_CHANNELS
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
