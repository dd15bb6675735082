"""Choice of device, CPU threads and parallel networks."""

import psutil
import torch

from podd_engine.config.schema import DistillationConfig
from podd_engine.config.sections import ComputeConfig
from podd_engine.errors import DeviceError


def choose_device(config: ComputeConfig) -> torch.device:
    """Return the device that ``config`` selects. ``auto`` prefers CUDA, then MPS, then the CPU.

    Raises:
        DeviceError: the device is not available on this machine.
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
    """List the devices of this machine.

    Returns:
        Display name by config name (``cuda``, ``mps``, ``cpu``). The first device is the choice of ``auto``.
    """
    devices = {}
    if torch.cuda.is_available():
        devices["cuda"] = torch.cuda.get_device_name()
    if torch.backends.mps.is_available():
        devices["mps"] = "Apple GPU"
    return {**devices, "cpu": f"CPU · {psutil.cpu_count(logical=False) or 1} cores"}


MULTITHREADING_MIN_ACTIVATIONS = 1_000_000
"""First-layer activations of an inner step above which several CPU threads are faster than one."""


def choose_threads(config: DistillationConfig) -> int:
    """Return the number of CPU threads for a run.

    If the config does not set it, small inner steps use one thread and large inner steps use all cores.
    Several threads speed up a small step by a third at best. They slow it down tenfold as soon as other
    processes use the cores, because the threads wait for each other. The choice depends only on the
    config, so that a repeated run gives the same numbers.
    """
    if config.compute.threads:
        return config.compute.threads
    size, inner = config.dataset.image_size, config.inner
    activations = inner.patch_batch * config.network.width * size * size
    return 1 if activations < MULTITHREADING_MIN_ACTIVATIONS else psutil.cpu_count(logical=False) or 1


def choose_workers(config: DistillationConfig) -> int:
    """Return how many networks train at the same time on a CPU.

    The number is ``compute.threads`` if it is set, and otherwise the number of cores.
    """
    return config.compute.threads or psutil.cpu_count(logical=False) or 1
