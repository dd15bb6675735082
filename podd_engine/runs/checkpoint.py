"""Save and load checkpoints, which contain all state needed to resume a run."""

import json
from dataclasses import fields
from pathlib import Path
from typing import Any

import torch
from safetensors import SafetensorError, safe_open
from torch import Tensor

from podd_engine.distillation.state import State
from podd_engine.errors import RunError
from podd_engine.io.atomic_write import atomic_write_bytes
from podd_engine.io.safetensors_file import save_tensors

FORMAT = 1
"""Format version. Increase it when this version can no longer read older checkpoints."""


def save_checkpoint(path: Path, state: State) -> None:
    """Write ``state`` to ``path`` (.safetensors) and its plain numbers to a .json file next to it.

    The first file is complete on its own, so a crash between the two writes loses nothing.

    Raises:
        StorageError: the disk is full, or the folder is not writable.
    """
    values = {field.name: getattr(state, field.name) for field in fields(state)}
    tensors = {name: value.contiguous().cpu() for name, value in values.items() if isinstance(value, Tensor)}
    numbers = {name: value for name, value in values.items() if not isinstance(value, Tensor)}
    metadata: dict[str, Any] = {"format": FORMAT, "torch": torch.__version__, "state": numbers}
    text = json.dumps(metadata, indent=2)
    save_tensors(path, tensors, {"checkpoint": text})
    atomic_write_bytes(path.with_suffix(".json"), text.encode())


def load_checkpoint(path: Path, device: torch.device) -> State:
    """Load a state that `save_checkpoint` wrote.

    Args:
        path: the .safetensors file.
        device: device for the tensors.

    Raises:
        RunError: the checkpoint is missing or damaged, or has another format.
    """
    if not path.is_file():
        raise RunError(f"{path.parent}: no checkpoint found, so the run cannot be resumed; start a new run")
    try:
        with safe_open(path, framework="pt") as file:
            metadata = json.loads((file.metadata() or {})["checkpoint"])
            tensors = {name: file.get_tensor(name).to(device) for name in file.keys()}  # noqa: SIM118 - no mapping
    except (SafetensorError, KeyError, json.JSONDecodeError, OSError) as error:
        raise RunError(f"{path}: the checkpoint is damaged ({error}); start a new run") from error
    if metadata["format"] != FORMAT:
        raise RunError(
            f"{path}: format {metadata['format']} is not supported (expected {FORMAT}); "
            "resume the run with the version that wrote it"
        )
    return State(**tensors, **metadata["state"])
