"""Lists the devices of this computer."""

from podd_app.models.run_status import DeviceChoice
from podd_engine.progress import ProgressCallback
from podd_engine.runtime.device import available_devices


def list_devices(report: ProgressCallback) -> tuple[DeviceChoice, ...]:
    """Return the automatic choice, titled with the best device, followed by all devices. Imports torch."""
    devices = available_devices()
    best = next(iter(devices.values()))
    return (
        DeviceChoice("auto", best),
        *(DeviceChoice(key, title) for key, title in devices.items()),
    )
