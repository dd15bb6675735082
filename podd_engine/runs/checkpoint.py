"""Saving and reading all the state a run needs to go on."""

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
"""Raise when a checkpoint of an older version could not be read as one of this."""


def save_checkpoint(path: Path, state: State) -> None:
    """Write ``state`` to ``path`` (.safetensors), and its plain numbers beside it (.json).

    The first file alone is complete, so a crash between the two loses nothing.

    Raises:
        StorageError: the disk is full or the folder cannot be written.
    """
    values = {field.name: getattr(state, field.name) for field in fields(state)}
    tensors = {name: value.contiguous().cpu() for name, value in values.items() if isinstance(value, Tensor)}
    numbers = {name: value for name, value in values.items() if not isinstance(value, Tensor)}
    about: dict[str, Any] = {"format": FORMAT, "torch": torch.__version__, "state": numbers}
    text = json.dumps(about, indent=2)
    save_tensors(path, tensors, {"checkpoint": text})
    atomic_write_bytes(path.with_suffix(".json"), text.encode())


def load_checkpoint(path: Path, device: torch.device) -> State:
    """The state that `save_checkpoint` wrote.

    Raises:
        RunError: there is none, or it is damaged, or of a newer format.
    """
    if not path.is_file():
        raise RunError(f"{path.parent}: has no checkpoint, so there is nothing to resume; start the run anew")
    try:
        with safe_open(path, framework="pt") as file:
            about = json.loads((file.metadata() or {})["checkpoint"])
            tensors = {name: file.get_tensor(name).to(device) for name in file.keys()}  # noqa: SIM118 - no mapping
    except (SafetensorError, KeyError, json.JSONDecodeError, OSError) as error:
        raise RunError(f"{path}: is damaged and cannot be read ({error}); start the run anew") from error
    if about["format"] != FORMAT:
        raise RunError(
            f"{path}: has format {about['format']}, not {FORMAT}; resume it with the version that wrote it"
        )
    return State(**tensors, **about["state"])
