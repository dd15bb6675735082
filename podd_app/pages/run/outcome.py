"""What the run has come to so far, in a few figures."""

from PySide6.QtWidgets import QWidget

from podd_app.models.run_history import RunHistory
from podd_app.style.formatting import THIN_SPACE, format_count, format_duration
from podd_app.widgets.text import FactsCard


class RunOutcomeCard(FactsCard):
    """Accuracy of the kept poster, and what it took.

    Args:
        record: the run.
    """

    def __init__(self, run_history: RunHistory, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._run_history = run_history
        for signal in (run_history.opened, run_history.evaluated):
            signal.connect(self._refresh)
        self._refresh()

    def _refresh(self) -> None:
        metadata, best = self._run_history.metadata, self._run_history.best
        if metadata is None:
            self.set_html("")
            return
        layout = metadata.config.layout
        if best is None:
            evaluation = metadata.config.evaluation
            first = min(evaluation.every, metadata.config.outer.steps)
            self.set_html(
                self.tr("<b>%s pixels</b> in %s patches.<br>First measured at step %s, by %d fresh networks.")
                % (
                    format_count(layout.pixels),
                    format_count(layout.patches),
                    format_count(first),
                    evaluation.networks,
                )
            )
            return
        chosen = best.best_result
        spent = sum(report.seconds for report in self._run_history.reports)
        spent += sum(evaluation.seconds for evaluation in self._run_history.evaluations)
        accuracy = f"{100 * chosen.test_accuracy:.1f} ± {100 * chosen.test_accuracy_std:.1f}{THIN_SPACE}%"
        self.set_html(
            self.tr(
                "<b>%s</b> of test images, by %d networks after %s steps on the <b>best poster</b>, "
                "of step %s.<br>%s of work."
            )
            % (
                accuracy,
                best.networks,
                format_count(chosen.steps),
                format_count(best.step),
                format_duration(spent),
            )
        )
