"""Atomic writes of safetensors files."""

from collections.abc import Mapping
from pathlib import Path

from safetensors import SafetensorError
from safetensors.torch import save_file
from torch import Tensor

from podd_engine.io.atomic_write import atomic_write


def save_tensors(path: Path, tensors: Mapping[str, Tensor], metadata: Mapping[str, str]) -> None:
    """Write tensors and metadata to a .safetensors file, atomically.

    Args:
        path: the file to write.
        tensors: contiguous CPU tensors by name.
        metadata: texts by name.

    Raises:
        StorageError: the disk is full, or the folder is not writable.
    """
    with atomic_write(path) as temporary:
        temporary.touch()
        default_mode = temporary.stat().st_mode
        try:
            save_file(dict(tensors), temporary, metadata=dict(metadata))
        except SafetensorError as error:
            raise OSError(str(error)) from error
        # safetensors creates files that only the owner can read. Files in shared folders must be readable
        # for others too.
        temporary.chmod(default_mode)
