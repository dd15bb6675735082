"""A bounded pool of threads for background work, and lanes that put jobs into the pool."""

import threading
from collections import deque
from dataclasses import dataclass

from PySide6.QtCore import QObject, QTimer

from podd_app.engine.job import Job, JobFunction

MOST_THREADS = 2
"""Most jobs that run at the same time, beside the engine thread of a run."""


class JobPool(QObject):
    """Runs each job on a thread of its own, at most `MOST_THREADS` at a time.

    A thread that has computed with torch keeps helper threads. While there are more of these than
    cores, the helper threads of a run sleep whenever they wait for each other. This was measured to
    cost a sixth of the run's speed. Therefore the pool is bounded, and no thread outlives its job.
    """

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._closed = False
        self._queued: deque[_Entry] = deque()
        self._running: dict[Job, tuple[_Entry, threading.Thread]] = {}

    @property
    def running(self) -> int:
        """The number of jobs that run now."""
        return len(self._running)

    def lane(self, *, serial: bool = False) -> "JobLane":
        """Make a lane.

        Args:
            serial: whether jobs of the lane run one after the other, in the order of their start.
        """
        return JobLane(self, serial)

    def start(self, work: JobFunction, lane: "JobLane", long: bool) -> Job:
        """Put a job into the queue; see `JobLane.start`."""
        job = Job(self)
        entry = _Entry(job, work, lane, long)
        job.ended.connect(lambda: self._on_ended(job))
        if self._closed:
            job.cancel()
            job.run(work)
            return job
        self._queued.append(entry)
        job.cancel_requested.connect(lambda: self._on_cancel_requested(entry))
        # The job begins from the event loop, so that the caller can connect to its signals first.
        QTimer.singleShot(0, self, self._start_queued_jobs)
        return job

    def close(self) -> None:
        """Cancel all jobs, accept no more, and wait until all threads have ended."""
        self._closed = True
        for entry in list(self._queued):
            entry.job.cancel()
        for job in self._running:
            job.cancel()
        for _, thread in self._running.values():
            thread.join()

    def _start_queued_jobs(self) -> None:
        for entry in list(self._queued):
            if len(self._running) >= MOST_THREADS:
                return
            if self._may_begin(entry):
                self._queued.remove(entry)
                thread = threading.Thread(target=entry.job.run, args=(entry.work,), name="job")
                self._running[entry.job] = entry, thread
                thread.start()

    def _may_begin(self, entry: "_Entry") -> bool:
        running = [other for other, _ in self._running.values()]
        if entry.lane.serial and any(other.lane is entry.lane for other in running):
            return False
        return not (entry.long and any(other.long for other in running))

    def _on_cancel_requested(self, entry: "_Entry") -> None:
        """End a job that waits at once, without a thread."""
        if entry in self._queued:
            self._queued.remove(entry)
            entry.job.run(entry.work)

    def _on_ended(self, job: Job) -> None:
        entry_and_thread = self._running.pop(job, None)
        if entry_and_thread is not None:
            entry_and_thread[1].join()
            self._start_queued_jobs()
        job.deleteLater()


class JobLane:
    """Starts jobs in a pool.

    Args:
        pool: runs the jobs.
        serial: whether jobs of this lane run one after the other, in the order of their start.
    """

    def __init__(self, pool: JobPool, serial: bool = False) -> None:
        self._pool = pool
        self.serial = serial

    def start(self, work: JobFunction, *, long: bool = False) -> Job:
        """Run ``work`` as soon as the pool has a thread for it.

        Connect to the signals of the job at once. The job is cancelled if the pool is closed.

        Args:
            work: the function to run.
            long: whether the work may take minutes. At most one long job runs at a time in the whole
                pool, so that a thread is always free for short work such as reading a snapshot.
        """
        return self._pool.start(work, self, long)


@dataclass(frozen=True, eq=False)
class _Entry:
    """A job with what decides when the job may begin."""

    job: Job
    work: JobFunction
    lane: JobLane
    long: bool
