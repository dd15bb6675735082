"""Behavior when memory is short, and limits of the activation cache."""

import math
from types import SimpleNamespace

import numpy as np
import psutil
import pytest
import torch
from torch import Tensor

from podd_engine.config.presets import load_preset
from podd_engine.config.sections import ComputeConfig
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
    """Raise the out-of-memory error of a GPU for micro-batches of more than ``largest`` real images."""
    loss_and_gradient = distiller.step_functions.real_loss_and_gradient

    def limited(parameters: Tensor, images: Tensor, labels: Tensor) -> tuple[Tensor, Tensor]:
        if len(images) > largest:
            raise torch.OutOfMemoryError("CUDA out of memory")
        return loss_and_gradient(parameters, images, labels)

    monkeypatch.setattr(distiller.step_functions, "real_loss_and_gradient", limited)


def notices(distiller: Distiller) -> list[str]:
    """Take one outer step and return the texts of its notices."""
    events = list(distiller.step_coroutine(distiller.init_state(0)))
    return [event.text for event in events if isinstance(event, Notice)]


def test_step_is_repeated_with_smaller_micro_batches_and_equal_result(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    distiller = small_distiller()
    unlimited, _ = distiller.step(distiller.init_state(0))
    refuse_batches_over(distiller, 30, monkeypatch)
    assert notices(distiller) == [
        "Memory is short: micro-batch of real images reduced to 50",
        "Memory is short: micro-batch of real images reduced to 25",
    ]
    reduced, _ = distiller.step(distiller.init_state(0))
    torch.testing.assert_close(reduced.poster_first, unlimited.poster_first, rtol=1e-3, atol=1e-6)


@pytest.mark.parametrize(
    "changes", [{"compute.kept_memory": 100}, {"compute.strategy": "stored"}, {"compute.strategy": "auto"}]
)
def test_activation_cache_is_dropped_first(
    monkeypatch: pytest.MonkeyPatch, changes: dict[str, object]
) -> None:
    distiller = small_distiller(**changes)
    assert distiller.cached_steps(3) == 3
    refuse_batches_over(distiller, 50, monkeypatch)
    first, *_ = notices(distiller)
    assert first == "Memory is short: activations of the window are no longer cached"
    assert distiller.cached_steps(3) == 0


def test_patch_micro_batch_is_reduced_last(monkeypatch: pytest.MonkeyPatch) -> None:
    distiller = small_distiller(**{"compute.micro_batch": MIN_MICRO_BATCH})
    unlimited, _ = distiller.step(distiller.init_state(0))
    record = distiller.step_functions.record

    def limited(parameters: Tensor, images: Tensor, soft_labels: Tensor) -> RecordedGradient:
        if len(images) > 20:
            raise torch.OutOfMemoryError("CUDA out of memory")
        return record(parameters, images, soft_labels)

    monkeypatch.setattr(distiller.step_functions, "record", limited)
    assert notices(distiller) == [
        "Memory is short: micro-batch of patches reduced to 25",
        "Memory is short: micro-batch of patches reduced to 12",
    ]
    reduced, _ = distiller.step(distiller.init_state(0))
    torch.testing.assert_close(reduced.poster_first, unlimited.poster_first, rtol=1e-3, atol=1e-6)


def test_error_names_the_settings_to_lower(monkeypatch: pytest.MonkeyPatch) -> None:
    distiller = small_distiller()
    refuse_batches_over(distiller, MIN_MICRO_BATCH - 1, monkeypatch)
    with pytest.raises(OutOfMemoryError, match=r"lower inner\.patch_batch or network\.width"):
        notices(distiller)


def test_other_runtime_errors_are_raised(monkeypatch: pytest.MonkeyPatch) -> None:
    distiller = small_distiller()

    def broken(*arguments: object) -> None:
        raise RuntimeError("something else")

    monkeypatch.setattr(distiller.step_functions, "real_loss_and_gradient", broken)
    with pytest.raises(RuntimeError, match="something else"):
        notices(distiller)


def test_cache_limit_determines_the_number_of_cached_steps() -> None:
    window = {"truncation.window": 10, "truncation.total": 12}
    distiller, uncached = small_distiller(**{"compute.kept_memory": 1}, **window), small_distiller(**window)
    # 50 patches of 8x8 px in 4 channels: 50 kB per activation. A step caches 12 to 24 activations.
    assert 200_000 < distiller.cached_step_bytes() < 1_000_000
    assert distiller.cached_steps(10) == 10**6 // distiller.cached_step_bytes() < 10
    assert uncached.cached_steps(10) == 0
    state = distiller.init_state(0)
    (cached, _), (expected, _) = distiller.step(state), uncached.step(state)
    torch.testing.assert_close(cached.poster_first, expected.poster_first, rtol=1e-3, atol=1e-6)


@pytest.mark.parametrize(
    ("total", "free", "expected"),
    [(8 * 10**9, 6 * 10**9, 2e9), (8 * 10**9, 10**9, 5e8), (10**12, 10**11, ACTIVATION_CACHE_MAX_BYTES)],
)
def test_default_cache_limit_leaves_memory_for_other_programs(
    monkeypatch: pytest.MonkeyPatch, total: int, free: int, expected: float
) -> None:
    monkeypatch.setattr(psutil, "virtual_memory", lambda: SimpleNamespace(total=total, available=free))
    cpu = torch.device("cpu")
    assert activation_cache_limit(ComputeConfig(), cpu) == expected
    assert activation_cache_limit(ComputeConfig(strategy="replayed"), cpu) == 0
    assert activation_cache_limit(ComputeConfig(strategy="stored"), cpu) == math.inf
    assert activation_cache_limit(ComputeConfig(kept_memory=3), cpu) == 3e6
