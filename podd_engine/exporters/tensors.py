"""Tensor files with poster, labels and preprocessing, for use in other programs."""

import io
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import torch

from podd_engine.io.atomic_write import atomic_write, atomic_write_bytes
from podd_engine.runs.bundle import PosterBundle, save_bundle


def write_bundle(bundle: PosterBundle, folder: Path) -> Iterator[Path]:
    """Write the poster bundle to ``poster.safetensors``. `podd_engine.load_poster` reads this file."""
    path = folder / "poster.safetensors"
    save_bundle(path, bundle)
    yield path


def write_npz(bundle: PosterBundle, folder: Path) -> Iterator[Path]:
    """Write ``poster.npz`` with unpickled NumPy arrays.

    Arrays: ``poster`` float32 [channels, height, width], ``patch_labels`` float32 [patches, classes],
    ``windows`` int64 [patches, 4] (x0, y0, x1, y1 in px), ``class_names`` and ``preprocessing`` as
    strings, and the tensors of the preprocessing as ``preprocessing.…``.
    """
    path = folder / "poster.npz"
    arrays: dict[str, Any] = {
        "poster": bundle.poster.numpy(),
        "patch_labels": bundle.patch_labels.numpy(),
        "windows": bundle.layout.windows,
        "class_names": np.array(bundle.class_names),
        "preprocessing": np.array(bundle.preprocessing.kind),
    }
    for name, tensor in bundle.preprocessing.to_tensors().items():
        arrays[f"preprocessing.{name}"] = tensor.numpy()
    with atomic_write(path) as temporary:
        np.savez(temporary, **arrays)
    yield path


def write_pt(bundle: PosterBundle, folder: Path) -> Iterator[Path]:
    """Write ``poster.pt`` with a dictionary of tensors and plain Python values.

    The dictionary contains the same values as ``poster.npz``, with the preprocessing as a dictionary of
    ``kind`` and tensors. It also contains ``dataset``, ``class_order``, ``step``, ``training`` and
    ``config``. Load the file with ``torch.load(path, weights_only=True)``.
    """
    path = folder / "poster.pt"
    preprocessing = bundle.preprocessing
    content = {
        "poster": bundle.poster,
        "patch_labels": bundle.patch_labels,
        "windows": torch.from_numpy(bundle.layout.windows),
        "class_names": list(bundle.class_names),
        "class_order": bundle.grid.tolist(),
        "preprocessing": {"kind": preprocessing.kind, **preprocessing.to_tensors()},
        "dataset": bundle.dataset,
        "step": bundle.step,
        "training": bundle.training.model_dump(mode="json"),
        "config": bundle.config.model_dump(mode="json"),
    }
    # Serialize to memory first: on a full disk, torch.save raises only a RuntimeError without the cause.
    buffer = io.BytesIO()
    torch.save(content, buffer)
    atomic_write_bytes(path, buffer.getbuffer())
    yield path
