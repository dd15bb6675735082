"""Summary of the next run and its save location, shown while no run is open."""

from pathlib import Path

from PySide6.QtWidgets import QFileDialog, QVBoxLayout, QWidget

from podd_app.models.session import Session
from podd_app.qt.plain_text import rich_text
from podd_app.style.formatting import format_count
from podd_app.widgets.text import FactsCard, button, label, section


class NextRunSummary(QWidget):
    """Summary of the current settings and the folder in which runs are saved.

    Args:
        session: session with the settings.
        parent: parent widget.
    """

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self._facts = FactsCard()
        self._folder_label = label("", "muted", wraps=True)
        choose = button(self.tr("Choose folder…"), self.tr("Each new run gets a subfolder in this folder"))
        choose.clicked.connect(self._choose_folder)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        column.addWidget(section(self.tr("Next run")))
        column.addWidget(self._facts)
        column.addSpacing(8)
        column.addWidget(section(self.tr("Save location")))
        column.addWidget(self._folder_label)
        column.addWidget(choose)
        for signal in (session.draft_changed, session.dataset_changed, session.can_start_changed):
            signal.connect(self._refresh)
        session.runs_folder_changed.connect(self._refresh)
        self._refresh()

    def _refresh(self) -> None:
        session, config = self._session, self._session.config
        self._folder_label.setText(str(session.runs_folder))
        if config is None:
            self._facts.set_html(rich_text("%s", session.start_blocker))
            return
        evaluation, layout = config.evaluation, config.layout
        self._facts.set_html(
            rich_text(
                self.tr(
                    "<b>%s</b><br>%s pixels in %s patches<br>Outer steps: <b>%s</b><br>"
                    "Evaluation interval: %s steps<br>Networks per evaluation: %s"
                ),
                session.dataset.title,
                format_count(layout.pixels),
                format_count(layout.patches),
                format_count(config.outer.steps),
                format_count(evaluation.every),
                format_count(evaluation.networks),
            )
        )

    def _choose_folder(self) -> None:
        chosen = QFileDialog.getExistingDirectory(
            self, self.tr("Save location for runs"), str(self._session.runs_folder)
        )
        if chosen:
            self._session.set_runs_folder(Path(chosen))
