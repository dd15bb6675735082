"""Texts about the evaluation that the inspector shows."""

from PySide6.QtCore import QCoreApplication

from podd_app.models.run_messages import RenderedPoster
from podd_app.services.inspection_service import InspectionService
from podd_app.style.formatting import format_count
from podd_engine.runtime.events import EvaluationDetails

translate = QCoreApplication.translate


def is_later(details: EvaluationDetails, poster: RenderedPoster) -> bool:
    """Return whether the evaluation belongs to a later poster than the poster on screen.

    The run keeps the details of its last evaluation only, and the user can look back at earlier posters.
    """
    return details.step > poster.step


def evaluation_text(details: EvaluationDetails, poster: RenderedPoster) -> str:
    """Return a description of the evaluation, with a remark if it belongs to a later poster."""
    networks = details.networks
    text = translate(
        "Inspector", "Mean of %n network(s) after %s training steps, evaluated at step %s.", "", networks
    ) % (format_count(details.length), format_count(details.step))
    if not is_later(details, poster):
        return text
    remark = translate("Inspector", "The poster on screen is older (step %s).")
    return f"{text} {remark % format_count(poster.step)}"


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
