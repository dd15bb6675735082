"""Reports termination signals of the operating system in the event loop of Qt."""

import signal
import socket
from types import FrameType

from PySide6.QtCore import QObject, QSocketNotifier, Signal

_NAMES = ("SIGINT", "SIGTERM", "SIGHUP")


class TerminationSignals(QObject):
    """Emits `received` for the first SIGINT, SIGTERM or SIGHUP. A second signal ends the process.

    Python runs signal handlers only between two instructions of Python code, so that they do not run
    while Qt waits for events. The interpreter therefore also writes each signal to a socket, which
    wakes up the event loop.
    """

    received = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._reader, self._writer = socket.socketpair()
        for end in (self._reader, self._writer):
            end.setblocking(False)
        signal.set_wakeup_fd(self._writer.fileno(), warn_on_full_buffer=False)
        self._notifier = QSocketNotifier(self._reader.fileno(), QSocketNotifier.Type.Read, self)
        self._notifier.activated.connect(self._on_woken)
        self._was_received = False
        for name in _NAMES:
            if hasattr(signal, name):  # Windows has no SIGHUP
                signal.signal(getattr(signal, name), self._handle)

    def _handle(self, number: int, _frame: FrameType | None) -> None:
        self._was_received = True
        signal.signal(number, signal.SIG_DFL)

    def _on_woken(self) -> None:
        self._reader.recv(16)
        if self._was_received:
            self._was_received = False
            self.received.emit()
