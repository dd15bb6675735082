"""What is said of the evaluation that the inspector tells about."""

from PySide6.QtCore import QCoreApplication

from podd_app.services.inspection_service import InspectionService
from podd_app.style.formatting import format_count
from podd_engine.runtime.events import EvaluationDetails

translate = QCoreApplication.translate


def evaluation_text(details: EvaluationDetails) -> str:
    """Which evaluation it is."""
    return translate(
        "Inspector", "Networks: mean of %d after %s steps of training, evaluated at step %s."
    ) % (
        details.networks,
        format_count(details.length),
        format_count(details.step),
    )


def missing_evaluation_text(desk: InspectionService) -> str:
    """Why there are no details of an evaluation, and what to do."""
    question = desk.details
    if question.error is not None:
        return question.error.what
    if question.is_pending:
        return translate("Inspector", "Reading the last evaluation …")
    if desk.is_evaluated:
        return translate(
            "Inspector",
            "What networks say was not kept when this run was evaluated. Go on with the run, for more "
            "steps if it is finished (podd resume RUN --steps N): its next evaluation keeps it.",
        )
    return translate("Inspector", "What networks say comes with the first evaluation.")
