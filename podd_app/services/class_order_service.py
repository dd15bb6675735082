"""Computes class orders on background threads."""

from PySide6.QtCore import QObject, QTimer

from podd_app.engine.jobs import JobLane
from podd_app.models.class_order import ClassOrderRequest
from podd_app.models.run_status import ErrorReport
from podd_app.models.session import Session
from podd_engine.config.dataset_catalogue import FOLDER_DATASET
from podd_engine.progress import ProgressCallback

STARTUP_DELAY_MS = 1500
"""Delay of the first request after the service is created."""


class ClassOrderService(QObject):
    """Starts a job for each `ClassOrderModel.requested`, and passes the result to the model.

    Args:
        session: the session whose class order is computed.
        jobs: lane that runs the jobs.
    """

    def __init__(self, session: Session, jobs: JobLane, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._session, self._jobs = session, jobs
        session.class_order.requested.connect(self._on_order_requested)
        # A source may import torch, which takes seconds. Show the window first.
        self._startup_timer = QTimer(self, singleShot=True, interval=STARTUP_DELAY_MS)
        self._startup_timer.timeout.connect(session.class_order.retry)
        self._startup_timer.start()

    def _on_order_requested(self, request: ClassOrderRequest) -> None:
        session = self._session
        assert session.config is not None
        config = request.applied_to(session.config)
        names = session.dataset.class_names

        def work(report: ProgressCallback) -> object:
            from podd_app.workers.class_order import compute_class_order

            return compute_class_order(request, config, names, report)

        job = self._jobs.start(work, long=_may_prepare_images(request))
        job.succeeded.connect(session.class_order.provide)
        job.failed.connect(lambda error: self._on_failed(request, error))

    def _on_failed(self, request: ClassOrderRequest, error: ErrorReport) -> None:
        self._session.class_order.fail(request, error.what)


def _may_prepare_images(request: ClassOrderRequest) -> bool:
    """Return whether the distances may be computed from the images, which takes minutes for large datasets.

    Without its weights, the source ``clip`` falls back to images for classes of unknown datasets.
    """
    return request.source == "images" or (request.source == "clip" and request.dataset_name == FOLDER_DATASET)
