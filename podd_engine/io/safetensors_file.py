"""Atomic writes of safetensors files."""

import os
import re
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
        StorageError: the file cannot be written.
    """
    with atomic_write(path) as temporary:
        temporary.touch()
        default_mode = temporary.stat().st_mode
        try:
            save_file(dict(tensors), temporary, metadata=dict(metadata))
        except SafetensorError as error:
            raise _as_os_error(error) from error
        # safetensors creates files that only the owner can read. Files in shared folders must be readable
        # for others too.
        temporary.chmod(default_mode)


def _as_os_error(error: SafetensorError) -> OSError:
    """Return the error of the operating system that safetensors reports only in its message."""
    found = re.search(r"\(os error (\d+)\)", str(error))
    if found is None:
        return OSError(str(error))
    number = int(found[1])
    return OSError(
        number, os.strerror(number), None, number
    )  # on Windows, the number is a Windows error code
