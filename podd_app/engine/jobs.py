"""Bounded thread pool for background jobs, and lanes that submit jobs."""

import threading
from collections import deque
from dataclasses import dataclass

from PySide6.QtCore import QObject, QTimer

from podd_app.engine.job import Job, JobFunction

MOST_THREADS = 2
"""Maximum number of concurrent jobs, in addition to the engine thread of a run."""


class JobPool(QObject):
    """Runs each job on a new thread, at most `MOST_THREADS` at a time.

    A thread that has computed with torch keeps helper threads. If there are more helper threads than
    cores, those of a run sleep whenever they wait for each other. This was measured to make a run
    slower by one sixth. Therefore the pool is bounded, and each thread ends with its job.
    """

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._closed = False
        self._queued: deque[_Entry] = deque()
        self._running: dict[Job, tuple[_Entry, threading.Thread]] = {}

    @property
    def running(self) -> int:
        """Number of running jobs."""
        return len(self._running)

    def lane(self, *, serial: bool = False) -> "JobLane":
        """Create a lane.

        Args:
            serial: whether jobs of the lane run one after the other, in the order of their start.
        """
        return JobLane(self, serial)

    def start(self, work: JobFunction, lane: "JobLane", long: bool) -> Job:
        """Queue a job.

        Args:
            work: function to run.
            lane: lane of the job.
            long: as for `JobLane.start`.
        """
        job = Job(self)
        entry = _Entry(job, work, lane, long)
        job.ended.connect(lambda: self._on_ended(job))
        if self._closed:
            job.cancel()
            job.run(work)
            return job
        self._queued.append(entry)
        job.cancel_requested.connect(lambda: self._on_cancel_requested(entry))
        # Start the job from the event loop, so that the caller can connect to its signals first.
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
            if self._may_start(entry):
                self._queued.remove(entry)
                thread = threading.Thread(target=entry.job.run, args=(entry.work,), name="job")
                self._running[entry.job] = entry, thread
                thread.start()

    def _may_start(self, entry: "_Entry") -> bool:
        running = [other for other, _ in self._running.values()]
        if entry.lane.serial and any(other.lane is entry.lane for other in running):
            return False
        return not (entry.long and any(other.long for other in running))

    def _on_cancel_requested(self, entry: "_Entry") -> None:
        """End a queued job immediately, without a thread."""
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
    """Submits jobs to a pool.

    Args:
        pool: pool that runs the jobs.
        serial: whether jobs of this lane run one after the other, in the order of their start.
    """

    def __init__(self, pool: JobPool, serial: bool = False) -> None:
        self._pool = pool
        self.serial = serial

    def start(self, work: JobFunction, *, long: bool = False) -> Job:
        """Run ``work`` as soon as the pool has a thread for it.

        Connect to the signals of the job immediately. The job is canceled if the pool is closed.

        Args:
            work: function to run.
            long: whether the work may take minutes. The pool runs at most one long job at a time, so
                that a thread is always available for short work such as reading a snapshot.
        """
        return self._pool.start(work, self, long)


@dataclass(frozen=True, eq=False)
class _Entry:
    """Queued or running job with the values that decide when the job may start."""

    job: Job
    work: JobFunction
    lane: JobLane
    long: bool
