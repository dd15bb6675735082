"""Cache entries of preprocessed images. Imports no torch."""

import hashlib
from pathlib import Path

import numpy as np

from podd_engine.config.sections import DatasetConfig
from podd_engine.data.cache import Cache, content_key
from podd_engine.data.dataset import ImageDataset, Images

CACHE_FORMAT = 1
"""Version of the cached data. Increase it when the fit or its application changes."""


def image_digest(images: Images) -> str:
    """Return a hash of the shape and pixels of ``images``."""
    digest = hashlib.sha256(repr(images.shape).encode())
    digest.update(np.ascontiguousarray(images).data)
    return digest.hexdigest()


def prepared_key(config: DatasetConfig, dataset: ImageDataset) -> str:
    """Return the cache key of the preprocessed images of a dataset.

    Args:
        config: kind of preprocessing.
        dataset: original images.
    """
    return content_key(
        "prepared",
        CACHE_FORMAT,
        config.preprocessing,
        image_digest(dataset.train_images),
        image_digest(dataset.test_images),
    )


def prepared_bytes(config: DatasetConfig, dataset: ImageDataset, cache: Path | None = None) -> int | None:
    """Return the size of the preprocessed images in the cache, or None if they are not in the cache.

    Args:
        config: kind of preprocessing.
        dataset: original images.
        cache: cache folder; None: the cache folder of the system.
    """
    arrays = Cache(cache).get(prepared_key(config, dataset))
    return None if arrays is None else sum(array.nbytes for array in arrays.values())
