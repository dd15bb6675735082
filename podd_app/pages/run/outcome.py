"""What the run has come to so far, in a few figures."""

from PySide6.QtWidgets import QWidget

from podd_app.models.run_history import RunRecord
from podd_app.style.formatting import THIN_SPACE, count, duration
from podd_app.widgets.text import Facts


class Outcome(Facts):
    """Accuracy of the kept poster, and what it took.

    Args:
        record: the run.
    """

    def __init__(self, record: RunRecord, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._record = record
        for signal in (record.opened, record.evaluated):
            signal.connect(self._refresh)
        self._refresh()

    def _refresh(self) -> None:
        story, best = self._record.story, self._record.best
        if story is None:
            self.set_html("")
            return
        layout = story.config.layout
        if best is None:
            evaluation = story.config.evaluation
            first = min(evaluation.every, story.config.outer.steps)
            self.set_html(
                self.tr("<b>%s pixels</b> in %s patches.<br>First measured at step %s, by %d fresh networks.")
                % (count(layout.pixels), count(layout.patches), count(first), evaluation.networks)
            )
            return
        chosen = best.chosen
        spent = sum(report.seconds for report in self._record.reports)
        spent += sum(evaluation.seconds for evaluation in self._record.evaluations)
        accuracy = f"{100 * chosen.test_accuracy:.1f} ± {100 * chosen.test_accuracy_std:.1f}{THIN_SPACE}%"
        self.set_html(
            self.tr(
                "<b>%s</b> of test images, by %d networks after %s steps on the <b>best poster</b>, "
                "of step %s.<br>%s of work."
            )
            % (accuracy, best.networks, count(chosen.steps), count(best.step), duration(spent))
        )
