"""Memory is measured on the device that a run uses, and tracing belongs to one thread."""

import threading

import pytest
import torch

from podd_engine.errors import OutOfMemoryError
from podd_engine.networks.tracing_mode import is_tracing, tracing_mode
from podd_engine.runtime.memory import available_memory_bytes, peak_memory_bytes, translate_memory_errors

CPU = torch.device("cpu")
GPU_FREE, GPU_PEAK = 12_345, 678


@pytest.fixture
def machine_with_gpu(monkeypatch: pytest.MonkeyPatch) -> None:
    """Machine on which torch reports a GPU."""
    monkeypatch.setattr(torch.cuda, "is_available", lambda: True)
    monkeypatch.setattr(torch.cuda, "mem_get_info", lambda device=None: (GPU_FREE, 10 * GPU_FREE))
    monkeypatch.setattr(torch.cuda, "max_memory_allocated", lambda device=None: GPU_PEAK)


@pytest.mark.usefixtures("machine_with_gpu")
def test_run_on_the_cpu_of_a_machine_with_a_gpu_uses_cpu_memory() -> None:
    assert peak_memory_bytes(CPU) > 10**7
    assert available_memory_bytes(CPU) > 10**7


@pytest.mark.usefixtures("machine_with_gpu")
def test_run_on_a_gpu_uses_gpu_memory() -> None:
    gpu = torch.device("cuda")
    assert (peak_memory_bytes(gpu), available_memory_bytes(gpu)) == (GPU_PEAK, GPU_FREE)


@pytest.mark.parametrize(
    "error",
    [
        MemoryError("Unable to allocate 224. GiB for an array"),
        RuntimeError("[enforce fail at alloc_cpu.cpp:127] DefaultCPUAllocator: can't allocate memory"),
        torch.OutOfMemoryError("CUDA out of memory. Tried to allocate 3 GiB"),
        RuntimeError("MPS backend out of memory"),
    ],
)
def test_errors_of_allocations_become_one_line_with_a_remedy(error: Exception) -> None:
    message = r"^memory ran out; .* lower dataset.image_size"
    with pytest.raises(OutOfMemoryError, match=message), translate_memory_errors():
        raise error


def test_other_errors_stay() -> None:
    with pytest.raises(RuntimeError, match="shapes differ"), translate_memory_errors():
        raise RuntimeError("shapes differ")


def test_tracing_can_be_nested() -> None:
    assert not is_tracing()
    with tracing_mode():
        with tracing_mode():
            assert is_tracing()
        assert is_tracing()
    assert not is_tracing()


def test_tracing_ends_after_an_error() -> None:
    with pytest.raises(ValueError, match="stop"), tracing_mode():
        raise ValueError("stop")
    assert not is_tracing()


def test_tracing_does_not_reach_other_threads() -> None:
    seen: list[bool] = []
    with tracing_mode():
        thread = threading.Thread(target=lambda: seen.append(is_tracing()))
        thread.start()
        thread.join()
    assert seen == [False]
