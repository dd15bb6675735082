"""Checkpoints: malformed files are reported in one line with a remedy."""

import json
import math
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import torch
from safetensors.torch import save_file

from podd_engine.distillation.state import State
from podd_engine.errors import RunError
from podd_engine.runs.checkpoint import check_fits, load_checkpoint, save_checkpoint

CPU = torch.device("cpu")
NUMBERS = {"step": 3, "window_moves": 0, "stalled": 0, "evaluated": 2, "best_loss": 0.5}


def tensors() -> dict[str, torch.Tensor]:
    values = {f"poster{part}": torch.zeros(1, 4, 6) for part in ("", "_first", "_second")}
    values |= {f"labels{part}": torch.zeros(5, 2) for part in ("", "_first", "_second")}
    return {**values, "average_norm": torch.tensor(1.0)}


def write(path: Path, values: dict[str, torch.Tensor], metadata: dict[str, str] | None) -> Path:
    save_file(values, path, metadata=metadata)
    return path


def metadata(**changes: Any) -> dict[str, str]:
    return {"checkpoint": json.dumps({"format": 1, "torch": "2", "state": NUMBERS, **changes})}


def test_state_and_class_names_are_restored(tmp_path: Path) -> None:
    path = tmp_path / "checkpoint.safetensors"
    state = State(**tensors(), **NUMBERS)
    save_checkpoint(path, state, ("cat", "dog"))
    loaded = load_checkpoint(path, CPU)
    assert (loaded.step, loaded.best_loss) == (3, 0.5)
    assert torch.equal(loaded.poster, state.poster)
    assert json.loads(path.with_suffix(".json").read_text())["class_names"] == ["cat", "dog"]


def test_state_before_the_first_evaluation_is_standard_json(tmp_path: Path) -> None:
    path = tmp_path / "checkpoint.safetensors"
    save_checkpoint(path, State(**tensors(), step=0))

    def refuse(constant: str) -> None:
        raise AssertionError(f"{constant} is not JSON")

    json.loads(path.with_suffix(".json").read_text(), parse_constant=refuse)
    assert load_checkpoint(path, CPU).best_loss == math.inf


def test_infinity_of_earlier_versions_is_read(tmp_path: Path) -> None:
    content = metadata(state={**NUMBERS, "best_loss": math.inf})
    assert load_checkpoint(write(tmp_path / "c.safetensors", tensors(), content), CPU).best_loss == math.inf


@pytest.mark.parametrize(
    ("content", "cause"),
    [
        (None, "'checkpoint' is missing"),
        ({"other": "{}"}, "'checkpoint' is missing"),
        ({"checkpoint": "not JSON"}, "Expecting value"),
        ({"checkpoint": "[1, 2]"}, "damaged"),
        ({"checkpoint": "null"}, "damaged"),
        ({"checkpoint": "{}"}, "'format' is missing"),
        ({"checkpoint": '{"format": 1}'}, "'state' is missing"),
        (metadata(state=[1]), "damaged"),
        (metadata(state=None), "damaged"),
        (metadata(state={}), "'step' is missing"),
        (metadata(state={**NUMBERS, "colour": 1}), "'colour' is unknown"),
        (metadata(state={**NUMBERS, "step": "3"}), "'step' is not of the type int"),
        (metadata(state={**NUMBERS, "step": None}), "'step' is not of the type int"),
        (metadata(state={**NUMBERS, "step": 3.5}), "'step' is not of the type int"),
        (metadata(state={**NUMBERS, "step": -1}), "wrong shape or range"),
        (metadata(state={**NUMBERS, "best_loss": "low"}), "'best_loss' is not of the type float"),
        (metadata(state={**NUMBERS, "poster": 1}), "'poster' is stored twice"),
        (metadata(format=99), "format 99 is not supported"),
        (metadata(format=None), "format None is not supported"),
    ],
)
def test_malformed_metadata_is_reported(tmp_path: Path, content: dict[str, str] | None, cause: str) -> None:
    path = write(tmp_path / "checkpoint.safetensors", tensors(), content)
    with pytest.raises(RunError, match=cause) as caught:
        load_checkpoint(path, CPU)
    assert str(caught.value).startswith(f"{path}: ")
    assert "; " in str(caught.value)
    assert "\n" not in str(caught.value)


def without(name: str) -> Callable[[dict[str, torch.Tensor]], None]:
    return lambda values: values.__delitem__(name)


def with_tensor(name: str, tensor: torch.Tensor) -> Callable[[dict[str, torch.Tensor]], None]:
    return lambda values: values.__setitem__(name, tensor)


@pytest.mark.parametrize(
    ("change", "cause"),
    [
        (without("poster"), "'poster' is missing"),
        (without("average_norm"), "'average_norm' is missing"),
        (with_tensor("extra", torch.zeros(1)), "'extra' is unknown"),
        (with_tensor("step", torch.zeros(1)), "'step' is stored twice"),
        (with_tensor("poster", torch.zeros(4, 6)), "wrong shape"),
        (with_tensor("poster_second", torch.zeros(1, 4, 5)), "differ at 'poster_second'"),
        (with_tensor("labels_first", torch.zeros(5, 3)), "differ at 'labels_first'"),
        (with_tensor("labels", torch.zeros(5, 2, dtype=torch.float64)), "differ at 'labels'"),
        (with_tensor("poster_first", torch.zeros(1, 4, 6, dtype=torch.int64)), "differ at 'poster_first'"),
        (with_tensor("average_norm", torch.zeros(2)), "wrong shape"),
    ],
)
def test_malformed_tensors_are_reported(
    tmp_path: Path, change: Callable[[dict[str, torch.Tensor]], None], cause: str
) -> None:
    values = tensors()
    change(values)
    path = write(tmp_path / "checkpoint.safetensors", values, metadata())
    with pytest.raises(RunError, match=cause):
        load_checkpoint(path, CPU)


@pytest.mark.parametrize("data", [b"", b"{}", b"\xff" * 100, b"PK\x03\x04" + bytes(60)])
def test_files_of_another_kind_are_reported(tmp_path: Path, data: bytes) -> None:
    path = tmp_path / "checkpoint.safetensors"
    path.write_bytes(data)
    with pytest.raises(RunError, match="the checkpoint is damaged"):
        load_checkpoint(path, CPU)


def test_checkpoint_of_other_settings_is_reported() -> None:
    state, path = State(**tensors(), **NUMBERS), Path("run/checkpoint.safetensors")
    check_fits(path, state, (1, 4, 6), (5, 2), torch.float32)
    for arguments, cause in (
        (((3, 4, 6), (5, 2), torch.float32), "poster has the size 1 x 4 x 6 instead of 3 x 4 x 6"),
        (((1, 4, 6), (8, 2), torch.float32), "label array has the size 5 x 2 instead of 8 x 2"),
        (((1, 4, 6), (5, 2), torch.float64), "data type is torch.float32 instead of torch.float64"),
    ):
        with pytest.raises(RunError, match=cause):
            check_fits(path, replace(state), *arguments)
