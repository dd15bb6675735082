"""Texts about the evaluation that the inspector shows."""

from PySide6.QtCore import QCoreApplication

from podd_app.services.inspection_service import InspectionService
from podd_app.style.formatting import format_count
from podd_engine.runtime.events import EvaluationDetails

translate = QCoreApplication.translate


def evaluation_text(details: EvaluationDetails) -> str:
    """Return a description of the evaluation."""
    networks = details.networks
    return translate(
        "Inspector", "Mean of %n network(s) after %s training steps, evaluated at step %s.", "", networks
    ) % (format_count(details.length), format_count(details.step))


def missing_evaluation_text(service: InspectionService) -> str:
    """Explain why there are no details of an evaluation, and what the user can do."""
    request = service.details
    if request.error is not None:
        return request.error.what
    if request.is_pending:
        return translate("Inspector", "Reading the last evaluation…")
    if service.is_evaluated:
        return translate(
            "Inspector",
            "No predictions were saved for this run. Resume the run (podd resume RUN --steps N). "
            "The next evaluation saves them.",
        )
    return translate("Inspector", "Predictions appear after the first evaluation.")
