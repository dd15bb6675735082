"""Meta-gradients in each value of `compute.precision` compared with float64."""

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
    """Return the gradient of the poster at the first outer step, converted to float64.

    The first moment of outer Adam is then (1 - β₁) times the gradient.
    """
    compute = {"precision": precision, "strategy": strategy, "compile": compiling}
    values = WINDOW | {f"compute.{key}": value for key, value in compute.items()}
    prepared = prepare_run(load_preset("digits").with_values(values))
    distiller = prepared.distiller
    state, _ = distiller.step(distiller.init_state(prepared.config.seed))
    return state.poster_first.double() / (1 - BETA1)


def distance(found: Tensor) -> tuple[float, float]:
    """Compare with the float64 gradient: 1 - cosine of the angle, and relative error of the norm."""
    exact = gradient("float64", "stored")
    cosine = torch.cosine_similarity(found.flatten(), exact.flatten(), dim=0)
    return 1 - float(cosine), abs(float(found.norm() / exact.norm()) - 1)


@pytest.mark.parametrize("compiling", ["off", "on"])
def test_float32_replayed_is_as_accurate_as_the_stored_graph(compiling: str) -> None:
    angle, norm = distance(gradient("float32", "replayed", compiling))
    stored_angle, stored_norm = distance(gradient("float32", "stored"))
    assert stored_angle < 1e-6
    # The order of summation differs, so rounding errors differ, and the unroll amplifies them.
    assert angle < 10 * stored_angle + 1e-9
    assert norm < 10 * stored_norm + 1e-5


@pytest.mark.parametrize("compiling", ["off", "on"])
def test_bfloat16_gradient_has_a_similar_direction(compiling: str) -> None:
    angle, norm = distance(gradient("bfloat16", "replayed", compiling))
    assert 1e-6 < angle < 0.1  # the lower bound proves that bfloat16 is used
    assert norm < 0.2
