"""Save and load checkpoints, which contain all state needed to resume a run."""

import json
import math
from collections.abc import Sequence
from dataclasses import MISSING, fields
from pathlib import Path
from typing import Any, get_type_hints

import torch
from safetensors import SafetensorError, safe_open
from torch import Tensor

from podd_engine.distillation.state import State
from podd_engine.errors import RunError
from podd_engine.io.atomic_write import atomic_write_bytes
from podd_engine.io.finite_json import finite_json
from podd_engine.io.os_errors import read_error_text
from podd_engine.io.safetensors_file import save_tensors

FORMAT = 1
"""Format version. Increase it when this version can no longer read older checkpoints."""


def save_checkpoint(path: Path, state: State, class_names: Sequence[str] = ()) -> None:
    """Write ``state`` to ``path`` (.safetensors) and its plain numbers to a .json file next to it.

    The first file is complete on its own, so a crash between the two writes loses nothing.

    Args:
        path: the .safetensors file.
        state: the state.
        class_names: names by class index; empty: not stored.

    Raises:
        StorageError: the disk is full, or the folder is not writable.
    """
    tensors = {name: value.contiguous().cpu() for name, value in _tensors(state).items()}
    numbers = {field.name: getattr(state, field.name) for field in fields(state) if field.name not in tensors}
    metadata: dict[str, Any] = {"format": FORMAT, "torch": torch.__version__, "state": numbers}
    if class_names:
        metadata["class_names"] = list(class_names)
    text = finite_json(metadata, indent=2)
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
        stored_format, numbers = metadata["format"], dict(metadata["state"])
        if numbers.get("best_loss", 0.0) is None:
            numbers["best_loss"] = math.inf
    except OSError as error:
        raise RunError(read_error_text(path, error)) from error
    except KeyError as error:
        raise _damaged_error(path, f"{error} is missing") from error
    except (SafetensorError, TypeError, ValueError) as error:
        raise _damaged_error(path, " ".join(str(error).split())) from error
    if stored_format != FORMAT:
        raise RunError(
            f"{path}: format {stored_format} is not supported (expected {FORMAT}); "
            "resume the run with the version that wrote it"
        )
    return _checked_state(path, tensors, numbers)


def check_fits(
    path: Path,
    state: State,
    poster: Sequence[int],
    labels: Sequence[int],
    dtype: torch.dtype | None = None,
) -> None:
    """Check that a loaded state fits the settings of the run.

    Args:
        path: the checkpoint, for the message.
        state: loaded state.
        poster: shape of the poster, [channels, height, width].
        labels: shape of the label array, [cells, classes].
        dtype: data type of the run; None: not checked.

    Raises:
        RunError: the state has another shape or data type.
    """
    problem = ""
    for name, found, needed in (("poster", state.poster, poster), ("label array", state.labels, labels)):
        if tuple(found.shape) != tuple(needed):
            problem = f"its {name} has the size {_size(found.shape)} instead of {_size(needed)}"
    if dtype is not None and state.poster.dtype != dtype:
        problem = f"its data type is {state.poster.dtype} instead of {dtype}"
    if problem:
        raise RunError(
            f"{path}: the checkpoint does not fit the settings of the run ({problem}); "
            "restore the original config.toml"
        )


def _checked_state(path: Path, tensors: dict[str, Tensor], numbers: dict[str, Any]) -> State:
    """Return the state with the given values.

    Raises:
        RunError: a value is missing, unknown or of the wrong type, or tensors do not fit together.
    """
    known = get_type_hints(State)
    values = {**tensors, **numbers}
    required = {field.name for field in fields(State) if field.default is MISSING}
    unknown, missing = sorted(values.keys() - known.keys()), sorted(required - values.keys())
    if missing or unknown:
        raise _damaged_error(path, f"{missing[0]!r} is missing" if missing else f"{unknown[0]!r} is unknown")
    for name in tensors.keys() & numbers.keys():
        raise _damaged_error(path, f"{name!r} is stored twice")
    for name, value in values.items():
        # JSON does not distinguish 1 and 1.0.
        accepted = (int, float) if known[name] is float else known[name]
        if not isinstance(value, accepted) or isinstance(value, bool):
            raise _damaged_error(path, f"{name!r} is not of the type {known[name].__name__}")
    state = State(**values)
    if state.poster.dim() != 3 or state.labels.dim() != 2 or state.average_norm.dim() != 0 or state.step < 0:
        raise _damaged_error(path, "a value has the wrong shape or range")
    for name, tensor in _tensors(state).items():
        original = state.poster if name.startswith("poster") else state.labels
        if tensor.dtype != state.poster.dtype or (tensor.dim() > 0 and tensor.shape != original.shape):
            raise _damaged_error(path, f"the shapes or data types of the tensors differ at {name!r}")
    return state


def _tensors(state: State) -> dict[str, Tensor]:
    values = {field.name: getattr(state, field.name) for field in fields(state)}
    return {name: value for name, value in values.items() if isinstance(value, Tensor)}


def _size(shape: Sequence[int]) -> str:
    return " x ".join(map(str, shape))


def _damaged_error(path: Path, cause: str) -> RunError:
    return RunError(
        f"{path}: the checkpoint is damaged ({cause}); restore it from a backup or start a new run"
    )
