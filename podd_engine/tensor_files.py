"""Writing tensors in a way that lets other threads go on."""

from collections.abc import Mapping
from pathlib import Path

from safetensors.torch import save
from torch import Tensor

from podd_engine.files import atomic_write_bytes


def save_tensors(path: Path, tensors: Mapping[str, Tensor], metadata: Mapping[str, str]) -> None:
    """Write tensors (contiguous, on the CPU) and texts as one .safetensors file, atomically.

    Raises:
        StorageError: the disk is full or the folder cannot be written.
    """
    # Not `save_file`: it holds Python's lock, and so a window, until a slow disk is done, and makes
    # files that other people on a shared disk cannot read.
    atomic_write_bytes(path, save(dict(tensors), metadata=dict(metadata)))
