"""Finds the devices of this computer after startup."""

from dataclasses import replace

from PySide6.QtCore import QObject, QTimer

from podd_app.engine.jobs import JobLane
from podd_app.models.run_status import DeviceChoice
from podd_app.models.session import Session
from podd_engine.progress import ProgressCallback

STARTUP_DELAY_MS = 1500
"""Delay before torch is imported to list the devices."""


class DeviceService(QObject):
    """Sets `Session.devices`.

    Args:
        session: the session.
        jobs: lane that runs the job.
    """

    def __init__(self, session: Session, jobs: JobLane, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._session, self._jobs = session, jobs
        self._startup_timer = QTimer(self, singleShot=True, interval=STARTUP_DELAY_MS)
        self._startup_timer.timeout.connect(self._list_devices)
        self._startup_timer.start()

    def _list_devices(self) -> None:
        def work(report: ProgressCallback) -> object:
            from podd_app.workers.devices import list_devices

            return list_devices(report)

        self._jobs.start(work).succeeded.connect(self._on_listed)

    def _on_listed(self, devices: tuple[DeviceChoice, ...]) -> None:
        automatic, *others = devices
        title = self.tr("Auto: %s") % automatic.title
        self._session.set_devices((replace(automatic, title=title), *others))
