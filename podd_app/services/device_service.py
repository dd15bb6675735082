"""Tells the session which devices there are, once the window stands."""

from dataclasses import replace

from PySide6.QtCore import QObject, QTimer

from podd_app.engine.jobs import JobLane
from podd_app.models.run_status import DeviceChoice
from podd_app.models.session import Session
from podd_engine.progress import ProgressCallback

STARTUP_DELAY_MS = 1500
"""Time between the window's making and loading torch, which knows the devices."""


class DeviceService(QObject):
    """Names the devices in `Session.devices`.

    Args:
        session: is told.
        jobs: starts the work.
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
        best, *others = devices
        self._session.set_devices((replace(best, title=self.tr("Best: %s") % best.title), *others))
