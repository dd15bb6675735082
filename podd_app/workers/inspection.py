"""Computes augmented versions, nearest images and gradient maps of the posters of a run."""

import threading
from dataclasses import dataclass
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
"""Maximum number of classes whose images are compared, and the minimum label weight of such a class."""

Pixels = NDArray[np.uint8]


@dataclass(frozen=True, eq=False)
class AugmentedVersion:
    """Augmented version of a patch.

    Args:
        kind: kind of the augmentation; empty if the patch is unchanged.
        seen: uint8 [height, width, channels], with the preprocessing undone, scaled as the poster.
        trained: uint8 [height, width, channels], preprocessed, scaled as the poster.
    """

    kind: str
    seen: Pixels
    trained: Pixels


@dataclass(frozen=True, eq=False)
class NearestImage:
    """Real training image that is similar to a patch.

    Args:
        class_index: class of the image.
        distance: distance between the preprocessed image and the patch.
        image: uint8 [height, width, channels], without preprocessing.
    """

    class_index: int
    distance: float
    image: Pixels


class Inspection:
    """Inspects the posters of one run. Data is read when it is first needed, and then cached.

    All methods may be called on any thread. Concurrent calls run one after the other, because they share
    networks, whose parameters each inner step replaces in place. All computations run on the CPU.

    Args:
        path: run directory.
        config: config of the run.
    """

    def __init__(self, path: Path, config: DistillationConfig) -> None:
        self._path, self._config = path, config
        self._lock = threading.Lock()
        self._data: PreparedData | None = None
        self._preprocessing: Preprocessing | None = None
        self._distiller: Distiller | None = None

    def versions(
        self, poster: RenderedPoster, patch: int, draw_index: int, report: ProgressCallback
    ) -> tuple[AugmentedVersion, ...]:
        """Augment a patch as the run does.

        Args:
            poster: the poster.
            patch: index of the patch.
            draw_index: number of the random draw. Different numbers give different versions.
            report: callback for progress.

        Raises:
            RunError: the run is damaged.
            DataError: the dataset is missing and no bundle contains its preprocessing.
        """
        config, preprocessing = self._config, self._read_preprocessing(report)
        with self._lock:
            augmented = augmented_versions(
                self._patch(poster, patch),
                config.augmentation.patches,
                AUGMENTED_VERSIONS,
                config.seed,
                patch,
                draw_index,
            )
        span = deprocess(poster.values, config.layout, preprocessing).span
        seen = scale_to_uint8(preprocessing.invert(augmented.images), *span)
        trained = scale_to_uint8(augmented.images, *poster.span)
        return tuple(
            AugmentedVersion(kind or "", *pictures)
            for kind, *pictures in zip(augmented.kinds, seen, trained, strict=True)
        )

    def nearest(
        self, poster: RenderedPoster, patch: int, report: ProgressCallback
    ) -> tuple[NearestImage, ...]:
        """Find the training images nearest to a patch, among the strongest classes of its soft label.

        Args:
            poster: the poster.
            patch: index of the patch.
            report: callback for progress.

        Raises:
            DataError: the dataset is missing.
        """
        data = self._read_data(report)
        classes = strongest_classes(poster.patch_labels[patch])
        with self._lock:
            indices, distances = nearest_images(
                self._patch(poster, patch), data.train, data.train_labels, classes, NEAREST_IMAGES, report
            )
        return tuple(
            NearestImage(int(data.train_labels[index]), distance, np.array(data.dataset.train_images[index]))
            for index, distance in zip(indices.tolist(), distances.tolist(), strict=True)
        )

    def gradient_map(self, poster: RenderedPoster, report: ProgressCallback) -> NDArray[np.float32]:
        """Compute the magnitude of the gradient of the loss on real images for each pixel.

        Args:
            poster: the poster.
            report: callback for progress.

        Returns:
            float32 [height, width].

        Raises:
            DataError: the dataset is missing.
        """
        data = self._read_data(report)
        snapshot = PosterSnapshot(poster.step, poster.values, poster.patch_labels)
        with self._lock:
            if self._distiller is None:
                self._distiller = gradient_map_distiller(self._config, data)
            return gradient_magnitude(gradient_map(self._distiller, snapshot, report))

    def _patch(self, poster: RenderedPoster, patch: int) -> NDArray[np.float32]:
        x0, y0, x1, y1 = self._config.layout.windows[patch]
        return poster.values[:, y0:y1, x0:x1]

    def _read_data(self, report: ProgressCallback) -> PreparedData:
        with self._lock:
            if self._data is None:
                self._data = prepare_dataset(self._config.dataset, report=report)
            return self._data

    def _read_preprocessing(self, report: ProgressCallback) -> Preprocessing:
        with self._lock:
            if self._preprocessing is None:
                self._preprocessing = load_source(self._path, report=report).preprocessing
            return self._preprocessing


def strongest_classes(soft_label: NDArray[np.float32]) -> tuple[int, ...]:
    """Return the strongest classes of a soft label.

    Args:
        soft_label: float32 [classes].

    Returns:
        Class indices, strongest first: at least one and at most `MAX_COMPARED_CLASSES`. All but the
        first have a weight of at least `MIN_CLASS_SHARE`.
    """
    order = np.argsort(-soft_label, kind="stable")[:MAX_COMPARED_CLASSES]
    return tuple(
        int(index) for rank, index in enumerate(order) if not rank or soft_label[index] >= MIN_CLASS_SHARE
    )
