"""Meta-gradients in the precisions of `compute.precision`, against the same in float64."""

from functools import cache

import pytest
import torch
from torch import Tensor

from podd_engine.config.presets import load_preset
from podd_engine.distillation.outer_optimizer import BETA1
from podd_engine.runs import prepare_run

WINDOW = {"truncation.kind": "random", "truncation.window": 10, "truncation.total": 20}


@cache
def gradient(precision: str, strategy: str, compiling: str = "off") -> Tensor:
    """The poster's gradient at the first outer step, float64: outer Adam's first moment is a share of it."""
    compute = {"precision": precision, "strategy": strategy, "compile": compiling}
    values = WINDOW | {f"compute.{key}": value for key, value in compute.items()}
    prepared = prepare_run(load_preset("digits").with_values(values))
    distiller = prepared.distiller
    state, _ = distiller.step(distiller.init_state(prepared.config.seed))
    return state.poster_first.double() / (1 - BETA1)


def distance(found: Tensor) -> tuple[float, float]:
    """1 - cosine of the angle to the float64 gradient, and by how much the norm is off, relative."""
    exact = gradient("float64", "stored")
    cosine = torch.cosine_similarity(found.flatten(), exact.flatten(), dim=0)
    return 1 - float(cosine), abs(float(found.norm() / exact.norm()) - 1)


@pytest.mark.parametrize("compiling", ["off", "on"])
def test_in_float32_replaying_is_as_close_to_float64_as_the_stored_graph(compiling: str) -> None:
    angle, norm = distance(gradient("float32", "replayed", compiling))
    stored_angle, stored_norm = distance(gradient("float32", "stored"))
    assert stored_angle < 1e-6
    # Two orders of summation are two draws of rounding, which the unroll magnifies.
    assert angle < 10 * stored_angle + 1e-9
    assert norm < 10 * stored_norm + 1e-5


@pytest.mark.parametrize("compiling", ["off", "on"])
def test_in_bfloat16_the_gradient_points_the_same_way(compiling: str) -> None:
    angle, norm = distance(gradient("bfloat16", "replayed", compiling))
    assert 1e-6 < angle < 0.1  # it is coarser, or it would not be bfloat16
    assert norm < 0.2
