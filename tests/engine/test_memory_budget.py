"""What happens when memory is short, and what a kept step takes."""

import math
from types import SimpleNamespace

import numpy as np
import psutil
import pytest
import torch
from torch import Tensor

from podd_engine.config.presets import load_preset
from podd_engine.config.schema import ComputeConfig
from podd_engine.distillation.distiller import MIN_MICRO_BATCH, Distiller
from podd_engine.distillation.memory_budget import ACTIVATION_CACHE_MAX_BYTES, activation_cache_limit
from podd_engine.distillation.real_data import RealData
from podd_engine.distillation.step_functions import RecordedGradient
from podd_engine.errors import OutOfMemoryError
from podd_engine.runtime.events import Notice

SETTINGS = {
    "network.width": 4,
    "truncation.window": 3,
    "truncation.total": 4,
    "outer.real_batch": 100,
    "compute.compile": "off",
    "compute.micro_batch": 100,
    "compute.strategy": "replayed",
}


def small_distiller(**changes: object) -> Distiller:
    config = load_preset("digits").with_values(SETTINGS | changes)
    images = torch.randn(100, 1, 8, 8, generator=torch.Generator().manual_seed(0))
    data = RealData(images, torch.arange(100) % 10)
    return Distiller(config, data, data, np.arange(10).reshape(2, 5))


def refuse_batches_over(distiller: Distiller, largest: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """Make memory run out, as torch tells it on a GPU, for real batches over ``largest``."""
    real = distiller.step_functions.real_loss_and_gradient

    def short(parameters: Tensor, images: Tensor, labels: Tensor) -> tuple[Tensor, Tensor]:
        if len(images) > largest:
            raise torch.OutOfMemoryError("CUDA out of memory")
        return real(parameters, images, labels)

    monkeypatch.setattr(distiller.step_functions, "real_loss_and_gradient", short)


def notices(distiller: Distiller) -> list[str]:
    """Take one outer step; what it told."""
    told = list(distiller.step_coroutine(distiller.init_state(0)))
    return [event.text for event in told if isinstance(event, Notice)]


def test_a_step_is_repeated_with_less_memory_and_comes_out_equal(monkeypatch: pytest.MonkeyPatch) -> None:
    distiller = small_distiller()
    plenty, _ = distiller.step(distiller.init_state(0))
    refuse_batches_over(distiller, 30, monkeypatch)
    assert notices(distiller) == [
        "Memory is short: real images are taken 50 at once from now on",
        "Memory is short: real images are taken 25 at once from now on",
    ]
    short, _ = distiller.step(distiller.init_state(0))
    torch.testing.assert_close(short.poster_first, plenty.poster_first, rtol=1e-3, atol=1e-6)


@pytest.mark.parametrize(
    "changes", [{"compute.kept_memory": 100}, {"compute.strategy": "stored"}, {"compute.strategy": "auto"}]
)
def test_kept_activations_go_first(monkeypatch: pytest.MonkeyPatch, changes: dict[str, object]) -> None:
    distiller = small_distiller(**changes)
    assert distiller.cached_steps(3) == 3
    refuse_batches_over(distiller, 50, monkeypatch)
    first, *_ = notices(distiller)
    assert first == "Memory is short: activations of the window are no longer kept"
    assert distiller.cached_steps(3) == 0


def test_then_patches_are_taken_in_parts(monkeypatch: pytest.MonkeyPatch) -> None:
    distiller = small_distiller(**{"compute.micro_batch": MIN_MICRO_BATCH})
    plenty, _ = distiller.step(distiller.init_state(0))
    record = distiller.step_functions.record

    def short(parameters: Tensor, images: Tensor, soft_labels: Tensor) -> RecordedGradient:
        if len(images) > 20:
            raise torch.OutOfMemoryError("CUDA out of memory")
        return record(parameters, images, soft_labels)

    monkeypatch.setattr(distiller.step_functions, "record", short)
    assert notices(distiller) == [
        "Memory is short: patches are taken 25 at once from now on",
        "Memory is short: patches are taken 12 at once from now on",
    ]
    in_parts, _ = distiller.step(distiller.init_state(0))
    torch.testing.assert_close(in_parts.poster_first, plenty.poster_first, rtol=1e-3, atol=1e-6)


def test_the_last_resort_says_what_to_lower(monkeypatch: pytest.MonkeyPatch) -> None:
    distiller = small_distiller()
    refuse_batches_over(distiller, MIN_MICRO_BATCH - 1, monkeypatch)
    with pytest.raises(OutOfMemoryError, match=r"lower inner\.patch_batch or network\.width"):
        notices(distiller)


def test_other_errors_are_not_taken_for_it(monkeypatch: pytest.MonkeyPatch) -> None:
    distiller = small_distiller()

    def broken(*arguments: object) -> None:
        raise RuntimeError("something else")

    monkeypatch.setattr(distiller.step_functions, "real_loss_and_gradient", broken)
    with pytest.raises(RuntimeError, match="something else"):
        notices(distiller)


def test_memory_decides_how_many_steps_are_kept() -> None:
    window = {"truncation.window": 10, "truncation.total": 12}
    distiller, plain = small_distiller(**{"compute.kept_memory": 1}, **window), small_distiller(**window)
    # 50 patches of 8 x 8 in 4 channels: 50 kB an activation, of which a step holds a dozen or two.
    assert 200_000 < distiller.cached_step_bytes() < 1_000_000
    assert distiller.cached_steps(10) == 10**6 // distiller.cached_step_bytes() < 10
    assert plain.cached_steps(10) == 0
    state = distiller.init_state(0)
    (kept, _), (expected, _) = distiller.step(state), plain.step(state)
    torch.testing.assert_close(kept.poster_first, expected.poster_first, rtol=1e-3, atol=1e-6)


@pytest.mark.parametrize(
    ("total", "free", "expected"),
    [(8 * 10**9, 6 * 10**9, 2e9), (8 * 10**9, 10**9, 5e8), (10**12, 10**11, ACTIVATION_CACHE_MAX_BYTES)],
)
def test_what_is_kept_unasked_leaves_memory_to_others(
    monkeypatch: pytest.MonkeyPatch, total: int, free: int, expected: float
) -> None:
    monkeypatch.setattr(psutil, "virtual_memory", lambda: SimpleNamespace(total=total, available=free))
    cpu = torch.device("cpu")
    assert activation_cache_limit(ComputeConfig(), cpu) == expected
    assert activation_cache_limit(ComputeConfig(strategy="replayed"), cpu) == 0
    assert activation_cache_limit(ComputeConfig(strategy="stored"), cpu) == math.inf
    assert activation_cache_limit(ComputeConfig(kept_memory=3), cpu) == 3e6
