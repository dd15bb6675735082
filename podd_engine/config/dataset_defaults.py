"""Settings that fit a newly selected dataset. Imports no torch.

The current settings are kept if they fit the dataset, that is, if they have the same number of classes
and the recommended image size. Otherwise, a named dataset applies its own preset. A folder of images
applies the preset for small photographs, with a class grid, poster and patches for its number of classes.
The seed and the compute settings never change.
"""

import math
from collections.abc import Mapping
from typing import Any

from podd_engine.config.dataset_catalogue import FOLDER_DATASET
from podd_engine.config.presets import load_preset
from podd_engine.config.schema import DistillationConfig
from podd_engine.poster.sizing import class_grid_for, size_for_budget

FOLDER_IMAGES_PER_CLASS = 0.9
"""Budget of the poster of a folder: less than one image per class, as published for the named datasets."""

PATCHES_PER_SIDE = 4
"""Patches that start within one patch width. The published density for CIFAR-10 is similar."""

LEARNED_LABELS_MIN_CLASSES = 100
"""Minimum number of classes for learned labels, as published."""

_FOLDER_BASE_DATASET = "cifar10"
_PRESETS = {
    "digits": "digits",
    "cifar10": "cifar10-0.9ipc",
    "cifar100": "cifar100-0.9ipc",
    "cub200": "cub200-0.9ipc",
    "tiny-imagenet": "tiny-imagenet-0.9ipc",
}
_CPU_PRESETS = {**_PRESETS, "cifar10": "cifar10-laptop"}


def default_preset(name: str, has_gpu: bool) -> str:
    """Return the name of the preset for a dataset.

    Args:
        name: a named dataset, or 'folder' for the preset for small photographs.
        has_gpu: whether a GPU is available.
    """
    presets = _PRESETS if has_gpu else _CPU_PRESETS
    return presets[_FOLDER_BASE_DATASET if name == FOLDER_DATASET else name]


def dataset_default_settings(
    current: Mapping[str, Any], name: str, path: str, classes: int, has_gpu: bool
) -> dict[str, Any]:
    """Return the changes that the selection of a dataset makes, by dotted key.

    Args:
        current: the current values of all dotted keys.
        name: new value of ``dataset.name``.
        path: new value of ``dataset.path``.
        classes: number of classes of the dataset; 0 if unknown, then no other setting changes.
        has_gpu: whether a GPU is available.
    """
    selected = {"dataset.name": name, "dataset.path": path}
    preset = load_preset(default_preset(name, has_gpu)).flat_values
    fits = (
        current["poster.class_columns"] * current["poster.class_rows"] == classes
        and current["dataset.image_size"] == preset["dataset.image_size"]
    )
    if fits or not classes:
        return selected
    defaults = {
        key: value for key, value in preset.items() if key != "seed" and not key.startswith("compute.")
    }
    folder_changes = _folder_settings(classes, defaults) if name == FOLDER_DATASET else {}
    return {**defaults, **folder_changes, **selected}


def config_for_folder(
    path: str, classes: int, has_gpu: bool = False, name: str = FOLDER_DATASET
) -> DistillationConfig:
    """Return a config that distills a folder of images.

    Args:
        path: the folder.
        classes: number of classes in the folder.
        has_gpu: whether a GPU is available.
        name: the named dataset whose published files the folder contains, or 'folder'.
    """
    start = load_preset("digits")
    return start.with_values(dataset_default_settings(start.flat_values, name, path, classes, has_gpu))


def _folder_settings(classes: int, preset: Mapping[str, Any]) -> dict[str, Any]:
    """Return the values that differ from ``preset`` for a folder with ``classes`` classes."""
    patch_px = preset["dataset.image_size"]
    columns, rows = class_grid_for(classes)
    width, height = size_for_budget(FOLDER_IMAGES_PER_CLASS, classes, patch_px, columns / rows)
    stride = patch_px / PATCHES_PER_SIDE
    across, down = (1 + math.ceil((length - patch_px) / stride) for length in (width, height))
    return {
        "name": "folder",
        "summary": "",
        "poster.width": width,
        "poster.height": height,
        "poster.class_columns": columns,
        "poster.class_rows": rows,
        "poster.class_width": 0,
        "poster.class_height": 0,
        "patches.columns": across,
        "patches.rows": down,
        "labels.kind": "learned" if classes >= LEARNED_LABELS_MIN_CLASSES else "fixed",
        # Folder names can be meaningless, for example "0001". Visual similarity is always available.
        "order.source": "images",
        "order.refine": True,
        "order.grid": (),
        "inner.patch_batch": min(preset["inner.patch_batch"], across * down),
    }
