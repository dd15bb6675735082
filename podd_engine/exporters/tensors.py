"""Poster, labels and preprocessing as tensors, for other programs."""

import io
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import torch

from podd_engine.io.atomic_write import atomic_write, atomic_write_bytes
from podd_engine.runs.bundle import PosterBundle, save_bundle


def write_bundle(bundle: PosterBundle, folder: Path) -> Iterator[Path]:
    """The poster bundle: ``poster.safetensors``, what `podd_engine.load_poster` reads."""
    path = folder / "poster.safetensors"
    save_bundle(path, bundle)
    yield path


def write_npz(bundle: PosterBundle, folder: Path) -> Iterator[Path]:
    """``poster.npz``: NumPy arrays, none of them pickled.

    ``poster`` float32 [channels, height, width], ``patch_labels`` float32 [patches, classes],
    ``windows`` int64 [patches, 4] (x0, y0, x1, y1 in px), ``class_names`` and ``preprocessing``
    text, and the preprocessing's own as ``preprocessing.…``.
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
    """``poster.pt``: a dictionary of tensors and plain Python values.

    It holds what ``poster.npz`` does, with the preprocessing as a dictionary of its ``kind`` and
    tensors, and ``dataset``, ``class_order``, ``step`` and ``config`` besides. Read it with
    ``torch.load(path, weights_only=True)``.
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
        "config": bundle.config.model_dump(mode="json"),
    }
    # In memory first: written to a full disk directly, torch reports no more than a RuntimeError.
    buffer = io.BytesIO()
    torch.save(content, buffer)
    atomic_write_bytes(path, buffer.getbuffer())
    yield path
