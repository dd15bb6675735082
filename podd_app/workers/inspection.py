"""Looking closely at patches of a run's posters."""

import threading
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from podd_app.models.run_messages import RenderedPoster
from podd_engine.config.schema import DistillationConfig
from podd_engine.data.preprocessing import PreparedData, Preprocessing, prepare_dataset
from podd_engine.distillation.distiller import Distiller
from podd_engine.exporters.rendering import deprocess, scale_to_uint8
from podd_engine.inspection.augmented_patches import augmented_versions
from podd_engine.inspection.gradient_map import gradient_magnitude, gradient_map, gradient_map_distiller
from podd_engine.inspection.nearest_images import nearest_images
from podd_engine.progress import ProgressCallback
from podd_engine.runs.load_source import load_source
from podd_engine.runtime.events import PosterSnapshot

AUGMENTED_VERSIONS = 4
NEAREST_IMAGES = 8

MAX_COMPARED_CLASSES, MIN_CLASS_SHARE = 3, 0.1
"""Most classes of a soft label whose images are compared, and the share a class needs to be one of them."""

Pixels = NDArray[np.uint8]


@dataclass(frozen=True, eq=False)
class AugmentedVersion:
    """An augmented version of a patch.

    Args:
        kind: what happened to it.
        seen, trained: uint8 [height, width, channels], on the scales of its poster.
    """

    kind: str
    seen: Pixels
    trained: Pixels


@dataclass(frozen=True, eq=False)
class NearestImage:
    """A real training image near a patch.

    Args:
        class_index: its class.
        distance: to the patch, both preprocessed.
        image: uint8 [height, width, channels], as its file holds it.
    """

    class_index: int
    distance: float
    image: Pixels


class Inspection:
    """Answers questions about one run; what it needs is read once, with the first that needs it.

    Any thread may ask, one request at a time: concurrent requests share networks and give wrong
    results. Everything is computed on the CPU.

    Args:
        path: the run directory.
        config: the run's config.
    """

    def __init__(self, path: Path, config: DistillationConfig) -> None:
        self._path, self._config = path, config
        self._read_lock = threading.Lock()
        self._data: PreparedData | None = None
        self._preprocessing: Preprocessing | None = None

    def versions(
        self, poster: RenderedPoster, patch: int, drawn: int, report: ProgressCallback
    ) -> tuple[AugmentedVersion, ...]:
        """Versions of a patch as the run augments it; another number ``drawn`` gives others.

        Raises:
            RunError, DataError: what undoes the preprocessing cannot be had.
        """
        config, preprocessing = self._config, self._read_preprocessing(report)
        made = augmented_versions(
            self._patch(poster, patch),
            config.augmentation.patches,
            AUGMENTED_VERSIONS,
            config.seed,
            patch,
            drawn,
        )
        span = deprocess(poster.values, config.layout, preprocessing).span
        seen = scale_to_uint8(preprocessing.invert(made.images), *span)
        trained = scale_to_uint8(made.images, *poster.span)
        return tuple(
            AugmentedVersion(kind or "", *pictures)
            for kind, *pictures in zip(made.kinds, seen, trained, strict=True)
        )

    def nearest(
        self, poster: RenderedPoster, patch: int, report: ProgressCallback
    ) -> tuple[NearestImage, ...]:
        """The training images nearest to a patch, of the strongest classes of its soft label.

        Raises:
            DataError: the dataset is gone.
        """
        data = self._read_data(report)
        classes = strongest_classes(poster.patch_labels[patch])
        indices, distances = nearest_images(
            self._patch(poster, patch), data.train, data.train_labels, classes, NEAREST_IMAGES, report
        )
        return tuple(
            NearestImage(int(data.train_labels[index]), distance, np.array(data.dataset.train_images[index]))
            for index, distance in zip(indices.tolist(), distances.tolist(), strict=True)
        )

    def gradient_map(self, poster: RenderedPoster, report: ProgressCallback) -> NDArray[np.float32]:
        """How strongly the real loss pulls at each pixel of the poster, float32 [height, width].

        Raises:
            DataError: the dataset is gone.
        """
        self._read_data(report)
        snapshot = PosterSnapshot(poster.step, poster.values, poster.patch_labels)
        return gradient_magnitude(gradient_map(self._distiller, snapshot, report))

    def _patch(self, poster: RenderedPoster, patch: int) -> NDArray[np.float32]:
        x0, y0, x1, y1 = self._config.layout.windows[patch]
        return poster.values[:, y0:y1, x0:x1]

    @cached_property
    def _distiller(self) -> Distiller:
        assert self._data is not None
        return gradient_map_distiller(self._config, self._data)

    def _read_data(self, report: ProgressCallback) -> PreparedData:
        with self._read_lock:
            if self._data is None:
                self._data = prepare_dataset(self._config.dataset, report=report)
            return self._data

    def _read_preprocessing(self, report: ProgressCallback) -> Preprocessing:
        with self._read_lock:
            if self._preprocessing is None:
                self._preprocessing = load_source(self._path, report=report).preprocessing
            return self._preprocessing


def strongest_classes(soft_label: NDArray[np.float32]) -> tuple[int, ...]:
    """The classes a soft label [classes] is most about: the first, and others with a share worth it."""
    order = np.argsort(-soft_label, kind="stable")[:MAX_COMPARED_CLASSES]
    return tuple(
        int(index) for rank, index in enumerate(order) if not rank or soft_label[index] >= MIN_CLASS_SHARE
    )
