"""Short texts about the run on screen for the top bar, the status line and the window title."""

from PySide6.QtCore import QCoreApplication

from podd_app.models.run_status import Phase, RunStatus
from podd_app.models.session import Session
from podd_app.style.formatting import format_duration

_translate = QCoreApplication.translate


def phase_text(run: RunStatus) -> str:
    """Return the phase of a run, such as "paused"."""
    match run.phase:
        case Phase.READY:
            return ""
        case Phase.WATCHED:
            return _translate("RunTexts", "running in another process")
        case Phase.STARTING if run.is_preparing:
            return _translate("RunTexts", "preparing")
        case Phase.STARTING:
            return _translate("RunTexts", "starting")
        case Phase.RUNNING:
            return _translate("RunTexts", "running")
        case Phase.PAUSING:
            return _translate("RunTexts", "pausing")
        case Phase.PAUSED:
            return _translate("RunTexts", "paused")
        case Phase.STOPPING:
            return _translate("RunTexts", "stopping")
        case Phase.FINISHED:
            return _translate("RunTexts", "finished")
        case Phase.STOPPED:
            return _translate("RunTexts", "stopped")
        case Phase.FAILED:
            return _translate("RunTexts", "failed")


def progress_text(run: RunStatus) -> str:
    """Return the completed share of the run or of its preparation, such as "34%"; empty while unknown."""
    if run.is_preparing:
        stage = run.preparation.current
        return "" if stage is None or stage.share is None else f"{stage.share:.0%}"
    # Round down: 100% means that all steps are complete.
    return f"{100 * run.step // run.steps}%" if run.steps else ""


def time_left_text(run: RunStatus) -> str:
    """Return the remaining time of the run or of the stage of its preparation; empty while unknown."""
    seconds = run.seconds_remaining
    if run.is_preparing:
        stage = run.preparation.current
        seconds = None if stage is None else stage.seconds_remaining
    return "" if seconds is None else _translate("RunTexts", "%s left") % format_duration(seconds)


def tab_text(session: Session) -> str:
    """Return the name of the run on screen with its progress, or with its best accuracy after its end."""
    run, best = session.run, session.run_history.best
    if run.phase.has_ended:
        detail = phase_text(run)
        if best is not None:
            detail = _translate("RunTexts", "%s accuracy") % f"{100 * best.best_result.test_accuracy:.1f}%"
    else:
        detail = " ".join(part for part in (phase_text(run), progress_text(run)) if part)
    return f"{run.name} · {detail}"


def title_text(session: Session) -> str:
    """Return the window title without the program name; empty if no run is open.

    Examples: "digits-001 · 34% · 2 min left", "digits-001 · failed".
    """
    run = session.run
    if run.phase is Phase.READY:
        return ""
    parts = [run.name]
    if run.phase is not Phase.RUNNING:
        parts.append(phase_text(run))
    if not run.phase.has_ended:
        parts += [progress_text(run), time_left_text(run)]
    return " · ".join(part for part in parts if part)
