"""Inner and outer optimizers, schedules, random streams and real batches."""

import math

import pytest
import torch

from podd_engine.config.sections import OuterConfig, TruncationConfig
from podd_engine.distillation.inner_optimizers import SGD, Adam, OptimizerState
from podd_engine.distillation.outer_optimizer import adam_step, clip_to_average, learning_rate_factor
from podd_engine.distillation.real_data import RealData
from podd_engine.distillation.truncation import TruncationSchedule
from podd_engine.runtime import random_streams


@pytest.mark.parametrize("decay", [0.0, 0.1])
@pytest.mark.parametrize("name", ["adam", "sgd"])
def test_inner_optimizers_equal_torch(name: str, decay: float) -> None:
    value = torch.randn(20, dtype=torch.float64)
    leaf = value.clone().requires_grad_(True)
    optimizer, reference = {
        "adam": (Adam(0.01, decay), torch.optim.Adam([leaf], 0.01, weight_decay=decay)),
        "sgd": (SGD(0.01, 0.9, decay), torch.optim.SGD([leaf], 0.01, momentum=0.9, weight_decay=decay)),
    }[name]
    optimizer_state = OptimizerState(value, torch.zeros(20).double(), torch.zeros(20).double())
    for step in range(12):
        gradient = torch.sin(torch.arange(20).double() * (step + 1))
        gradient[3] = 0  # a parameter that never has a gradient
        optimizer_state = optimizer.update(optimizer_state, gradient, optimizer.bias_correction(step + 1))
        leaf.grad = gradient.clone()
        reference.step()
    torch.testing.assert_close(optimizer_state.parameters, leaf.detach())


def test_outer_adam_equals_torch() -> None:
    value = torch.randn(3, 4, dtype=torch.float64)
    leaf = value.clone().requires_grad_(True)
    optimizer = torch.optim.Adam([leaf], 0.05)
    first = second = torch.zeros_like(value)
    for step in range(1, 9):
        gradient = torch.cos(value * step)
        value, first, second = adam_step(value, first, second, gradient, step, 0.05)
        leaf.grad = gradient
        optimizer.step()
    torch.testing.assert_close(value, leaf.detach())


def test_learning_rate_warms_up_and_decays() -> None:
    config = OuterConfig(steps=110, warmup_steps=10, schedule="cosine")
    factors = [learning_rate_factor(config, step) for step in range(110)]
    assert factors[0] == pytest.approx(0.1)
    assert max(factors) == factors[10] == factors[9] == 1.0
    assert factors[60] == pytest.approx(0.5)
    assert factors[-1] < 0.01
    assert learning_rate_factor(OuterConfig(schedule="constant"), 10_000) == 1.0


def test_gradient_is_clipped_at_twice_the_average_norm() -> None:
    config = OuterConfig()
    small = torch.full((4,), 0.5, dtype=torch.float64)
    clipped, norm, average = clip_to_average(small, torch.tensor(math.nan).double(), config)
    assert torch.equal(clipped, small)
    assert float(norm) == float(average) == 1.0
    clipped, norm, average = clip_to_average(small * 100, average, config)
    assert float(average) == pytest.approx(0.9 + 0.1 * 100)
    assert float(clipped.norm()) == pytest.approx(2 * float(average))
    assert float(norm) == 100


def spans(config: TruncationConfig, moves: int = 0, steps_per_epoch: int = 1) -> list[tuple[int, int]]:
    return [tuple(TruncationSchedule(config, 0, steps_per_epoch).span(step, moves)) for step in range(600)]


def test_random_windows_cover_the_allowed_range() -> None:
    drawn = spans(TruncationConfig(kind="random", window=5, total=12, minimum=2))
    assert {start for start, _ in drawn} == set(range(2, 8))
    assert {window for _, window in drawn} == {5}


def test_redraw_per_pass_keeps_the_window_for_an_epoch() -> None:
    drawn = spans(TruncationConfig(kind="random", window=5, total=50, redraw="pass"), steps_per_epoch=10)
    assert all(len(set(drawn[begin : begin + 10])) == 1 for begin in range(0, 600, 10))
    assert len(set(drawn)) > 20


def test_moving_windows_stop_at_their_limits() -> None:
    backward = TruncationConfig(kind="backward", window=10, total=35, minimum=3)
    assert [spans(backward, moves)[0] for moves in range(4)] == [(25, 10), (15, 10), (5, 10), (3, 10)]
    forward = TruncationConfig(kind="forward", window=10, total=35, minimum=3)
    assert [spans(forward, moves)[0] for moves in range(4)] == [(3, 10), (13, 10), (23, 10), (25, 10)]


def test_growing_windows_have_no_warm_up_steps() -> None:
    drawn = spans(TruncationConfig(kind="growing", window=4, total=9))
    assert {start for start, _ in drawn} == {0}
    assert {window for _, window in drawn} == set(range(4, 10))


def test_random_streams_depend_on_seed_purpose_and_address() -> None:
    one = torch.rand(4, generator=random_streams.generator(0, "inner", 3))
    assert torch.equal(one, torch.rand(4, generator=random_streams.generator(0, "inner", 3)))
    for other in (
        random_streams.generator(1, "inner", 3),
        random_streams.generator(0, "outer", 3),
        random_streams.generator(0, "inner", 4),
    ):
        assert not torch.equal(one, torch.rand(4, generator=other))
    subsets = random_streams.random_subsets(10, 6, 50, random_streams.generator(0, "subsets"))
    assert all(len(set(row.tolist())) == 6 for row in subsets)


def test_real_batches_use_every_image_equally_often() -> None:
    data = RealData(torch.arange(10.0).view(10, 1, 1, 1), torch.arange(10))
    seen = torch.cat([data.batch(4, step, 0, ()).labels for step in range(10)])
    assert torch.equal(seen.bincount(), torch.full((10,), 4))
    assert torch.equal(data.batch(4, 7, 0, ()).labels, data.batch(4, 7, 0, ()).labels)
    assert len(data.batch(10, 3, 0, ()).labels) == 10
