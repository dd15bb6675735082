"""Where to compute."""

import psutil
import torch

from podd_engine.config.schema import ComputeConfig, DistillationConfig
from podd_engine.errors import DeviceError


def choose_device(config: ComputeConfig) -> torch.device:
    """The device that ``config`` asks for; ``auto`` takes CUDA, then MPS, then the CPU.

    Raises:
        DeviceError: it is not on this machine.
    """
    available = available_devices()
    if config.device == "auto":
        return torch.device(next(iter(available)))
    if config.device not in available:
        raise DeviceError(
            f"compute.device: {config.device} is not available on this machine; "
            f"choose auto or {', '.join(available)}"
        )
    return torch.device(config.device)


def available_devices() -> dict[str, str]:
    """The devices of this machine, by the name the config knows them by, with their name for people.

    The best comes first; it is what ``auto`` takes.
    """
    devices = {}
    if torch.cuda.is_available():
        devices["cuda"] = torch.cuda.get_device_name()
    if torch.backends.mps.is_available():
        devices["mps"] = "Apple GPU"
    return {**devices, "cpu": f"CPU · {psutil.cpu_count(logical=False) or 1} cores"}


MULTITHREADING_MIN_ACTIVATIONS = 1_000_000
"""First-layer activations of an inner step above which a second CPU thread pays off."""


def choose_threads(config: DistillationConfig) -> int:
    """CPU threads for a run: those asked for, else one for small inner steps and all cores for large.

    A small step split over cores gains a third at best, and loses ten times as much as soon as
    anything else runs there: the threads then wait for each other. The choice depends on the
    settings alone, so that a run repeats exactly.
    """
    if config.compute.threads:
        return config.compute.threads
    size, inner = config.dataset.image_size, config.inner
    activations = inner.patch_batch * config.network.width * size * size
    return 1 if activations < MULTITHREADING_MIN_ACTIVATIONS else psutil.cpu_count(logical=False) or 1


def choose_workers(config: DistillationConfig) -> int:
    """Networks to train at once on a CPU: one for each thread asked for, else for each core."""
    return config.compute.threads or psutil.cpu_count(logical=False) or 1
