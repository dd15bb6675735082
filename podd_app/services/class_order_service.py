"""Answers the session's questions for a class order, off the GUI thread."""

from PySide6.QtCore import QObject, QTimer

from podd_app.engine.jobs import JobLane
from podd_app.models.class_order import ClassOrderRequest
from podd_app.models.run_status import ErrorReport
from podd_app.models.session import Session
from podd_engine.config.dataset_catalogue import FOLDER_DATASET
from podd_engine.progress import ProgressCallback

STARTUP_DELAY_MS = 1500
"""Time between the window's making and the first question."""


class ClassOrderService(QObject):
    """Hands `order_requested` to a job; answers come as `provide_order` or `fail_order`.

    Args:
        session: asks, and gets the answers.
        jobs: starts the work.
    """

    def __init__(self, session: Session, jobs: JobLane, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._session, self._jobs = session, jobs
        session.class_order.requested.connect(self._on_order_requested)
        # A source may need torch, which takes seconds to load: first let the window appear.
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
    """Whether the distances may come from the images, which takes minutes for a large dataset.

    Without weights, ``clip`` falls back to images for classes that the program does not know.
    """
    return request.source == "images" or (request.source == "clip" and request.dataset_name == FOLDER_DATASET)
