"""Writing tensors so that a full disk is reported as one."""

from collections.abc import Mapping
from pathlib import Path

from safetensors import SafetensorError
from safetensors.torch import save_file
from torch import Tensor

from podd_engine.io.atomic_write import atomic_write


def save_tensors(path: Path, tensors: Mapping[str, Tensor], metadata: Mapping[str, str]) -> None:
    """Write tensors (contiguous, on the CPU) and texts as one .safetensors file, atomically.

    Raises:
        StorageError: the disk is full or the folder cannot be written.
    """
    with atomic_write(path) as temporary:
        temporary.touch()
        usual_mode = temporary.stat().st_mode
        try:
            save_file(dict(tensors), temporary, metadata=dict(metadata))
        except SafetensorError as error:
            raise OSError(str(error)) from error
        # safetensors makes files for their owner alone; a shared folder is for others too.
        temporary.chmod(usual_mode)
