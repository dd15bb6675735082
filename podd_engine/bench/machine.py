"""Description of the machine and the installed packages."""

import platform
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

import psutil

from podd_engine.config.sections import ComputeConfig
from podd_engine.runtime.device import available_devices, choose_device

PACKAGES = ("podd-studio", "torch", "numpy", "higher")
CPU_INFO = Path("/proc/cpuinfo")


def describe_machine(compute: ComputeConfig) -> dict[str, Any]:
    """Return processor, cores, memory, and the display name of the device that ``compute`` selects."""
    return {
        "platform": platform.platform(),
        "processor": _processor(),
        "cores": psutil.cpu_count(logical=False) or 1,
        "logical_cores": psutil.cpu_count() or 1,
        "memory_bytes": psutil.virtual_memory().total,
        "device": available_devices()[choose_device(compute).type],
    }


def package_versions() -> dict[str, str | None]:
    """Return the versions of Python and of each of `PACKAGES`. None for packages that are not installed."""
    return {"python": platform.python_version(), **{name: _version(name) for name in PACKAGES}}


def _version(name: str) -> str | None:
    try:
        return version(name)
    except PackageNotFoundError:
        return None


def _processor() -> str:
    """Return the processor name. `platform.processor` does not provide the name on Linux."""
    lines = CPU_INFO.read_text().splitlines() if CPU_INFO.exists() else []
    names = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    return names[0] if names else platform.processor() or platform.machine()
