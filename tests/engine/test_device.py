"""Choice of device and number of threads."""

import pytest
import torch

from podd_engine.config.presets import load_preset
from podd_engine.config.schema import DistillationConfig
from podd_engine.config.sections import ComputeConfig
from podd_engine.errors import DeviceError
from podd_engine.runtime.device import available_devices, choose_device, choose_threads


def test_auto_selects_the_first_available_device() -> None:
    devices = available_devices()
    assert "cpu" in devices
    assert choose_device(ComputeConfig(device="auto")).type == next(iter(devices))
    assert choose_device(ComputeConfig(device="cpu")) == torch.device("cpu")


def test_unavailable_device_is_an_error(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(torch.cuda, "is_available", lambda: False)
    with pytest.raises(
        DeviceError, match=r"compute\.device: cuda is not available on this machine; choose auto"
    ):
        choose_device(ComputeConfig(device="cuda"))


def test_small_steps_use_one_thread_unless_configured() -> None:
    assert choose_threads(load_preset("digits")) == 1
    assert choose_threads(load_preset("cifar10-0.9ipc")) >= 1
    assert choose_threads(DistillationConfig().with_values({"compute.threads": 3})) == 3
