"""Settings that fit a dataset somebody has just chosen; imports no torch.

What is set already is kept when it fits: as many classes, and images of the size suggested for the
dataset. Otherwise a named dataset brings the preset made for it, and a folder of images the preset
for photographs with a grid, a poster and patches for its classes. Seed and computing stay.
"""

import math
from collections.abc import Mapping
from typing import Any

from podd_engine.config.dataset_catalogue import FOLDER_DATASET
from podd_engine.config.presets import load_preset
from podd_engine.config.schema import DistillationConfig
from podd_engine.poster.sizing import class_grid_for, size_for_budget

FOLDER_IMAGES_PER_CLASS = 0.9
"""Budget of a folder's poster: less than one image a class, as published for the named datasets."""

PATCHES_PER_SIDE = 4
"""Patches that start within the width of one: about as dense as published for CIFAR-10."""

LEARNED_LABELS_MIN_CLASSES = 100
"""Classes from which labels are learned, as published."""

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
    """Name of the preset made for a dataset; for a folder, the one for small photographs.

    Args:
        name: a named dataset, or 'folder'.
        accelerated: whether there is a GPU to compute on.
    """
    presets = _PRESETS if has_gpu else _CPU_PRESETS
    return presets[_FOLDER_BASE_DATASET if name == FOLDER_DATASET else name]


def dataset_default_settings(
    current: Mapping[str, Any], name: str, path: str, classes: int, has_gpu: bool
) -> dict[str, Any]:
    """What choosing a dataset changes, by dotted key.

    Args:
        current: the values before, every dotted key.
        name, path: of the dataset, as in the config.
        classes: its number of classes; 0 while nobody knows: then nothing else is changed.
        accelerated: whether there is a GPU to compute on.
    """
    chosen = {"dataset.name": name, "dataset.path": path}
    preset = load_preset(default_preset(name, has_gpu)).flat_values
    fits = (
        current["poster.class_columns"] * current["poster.class_rows"] == classes
        and current["dataset.image_size"] == preset["dataset.image_size"]
    )
    if fits or not classes:
        return chosen
    fitting = {
        key: value for key, value in preset.items() if key != "seed" and not key.startswith("compute.")
    }
    return {**fitting, **(_folder_settings(classes, fitting) if name == FOLDER_DATASET else {}), **chosen}


def config_for_folder(path: str, classes: int, has_gpu: bool = False) -> DistillationConfig:
    """A config that distills a folder of images as it is.

    Args:
        path: the folder.
        classes: its number of classes.
        accelerated: whether there is a GPU to compute on.
    """
    start = load_preset("digits")
    return start.with_values(
        dataset_default_settings(start.flat_values, FOLDER_DATASET, path, classes, has_gpu)
    )


def _folder_settings(classes: int, preset: Mapping[str, Any]) -> dict[str, Any]:
    """What differs from the preset for a folder of ``classes`` classes."""
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
        # Names of a person's folders may mean nothing; what the images look like always does.
        "order.source": "images",
        "order.refine": True,
        "order.grid": (),
        "inner.patch_batch": min(preset["inner.patch_batch"], across * down),
    }
