"""Answers the session's questions for a class order, off the GUI thread."""

from PySide6.QtCore import QObject, QTimer

from podd_app.engine.jobs import Jobs
from podd_app.models.class_order import OrderRequest
from podd_app.models.run_status import Trouble
from podd_app.models.session import Session
from podd_engine.progress import Report

OPENING_MS = 1500
"""Time between the window's making and the first question."""


class OrderDesk(QObject):
    """Hands `order_requested` to a job; answers come as `provide_order` or `fail_order`.

    Args:
        session: asks, and gets the answers.
        jobs: does the work.
    """

    def __init__(self, session: Session, jobs: Jobs, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._session, self._jobs = session, jobs
        session.orders.requested.connect(self._on_order_requested)
        # A source may need torch, which takes seconds to load: first let the window appear.
        self._opening = QTimer(self, singleShot=True, interval=OPENING_MS)
        self._opening.timeout.connect(session.orders.retry)
        self._opening.start()

    def _on_order_requested(self, request: OrderRequest) -> None:
        session = self._session
        assert session.config is not None
        config = request.applied_to(session.config)
        names = session.dataset.class_names

        def work(report: Report) -> object:
            from podd_app.workers.class_order import answer_order

            return answer_order(request, config, names, report)

        job = self._jobs.start(work)
        job.succeeded.connect(session.orders.provide)
        job.failed.connect(lambda trouble: self._on_failed(request, trouble))

    def _on_failed(self, request: OrderRequest, trouble: Trouble) -> None:
        self._session.orders.fail(request, trouble.what)
