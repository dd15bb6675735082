"""Card with the best test accuracy and the compute time of the run."""

from PySide6.QtWidgets import QWidget

from podd_app.models.run_history import RunHistory
from podd_app.pages.run.accuracy_curves import best_and_last
from podd_app.qt.plain_text import Html, rich_text
from podd_app.style.formatting import format_count, format_duration
from podd_app.widgets.text import FactsCard


class RunOutcomeCard(FactsCard):
    """Accuracy of the best and of the last poster, and the compute time.

    Before the first evaluation, the card shows the size of the poster and when the evaluation is due.

    Args:
        run_history: history of the run.
        parent: parent widget.
    """

    def __init__(self, run_history: RunHistory, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._run_history = run_history
        self.refresh()

    def refresh(self) -> None:
        """Show the current values."""
        metadata, best = self._run_history.metadata, self._run_history.best
        if metadata is None:
            self.set_html(Html())
            return
        layout = metadata.config.layout
        if best is None:
            evaluation = metadata.config.evaluation
            first = min(evaluation.every, metadata.config.outer.steps)
            self.set_html(
                rich_text(
                    self.tr("<b>%s pixels</b> in %s patches<br>First evaluation at step %s<br>Networks: %s"),
                    format_count(layout.pixels),
                    format_count(layout.patches),
                    format_count(first),
                    format_count(evaluation.networks),
                )
            )
            return
        chosen = best.best_result
        self.set_html(
            rich_text(
                self.tr(
                    "Test accuracy of newly trained networks<br>%s<br>"
                    "Networks: %s, training steps: %s<br>Compute time: %s"
                ),
                best_and_last(self._run_history.evaluations, separator="<br>")[0],
                format_count(best.networks),
                format_count(chosen.steps),
                format_duration(self._run_history.compute_seconds),
            )
        )
