"""The soft label of a patch over time, from the kept posters."""

from PySide6.QtCore import QCoreApplication

from podd_app.inspector.label_lines import LabelLines, LabelShareLine
from podd_app.inspector.section import InspectorSection
from podd_app.inspector.subject import Subject
from podd_app.services.inspection_service import InspectionService
from podd_app.services.snapshot_player import SnapshotPlayer

translate = QCoreApplication.translate


class HistorySection(InspectorSection):
    """Lines that follow the kept posters; labels that are fixed are said to be.

    Args:
        desk: finds out.
        reel: knows what is kept.
    """

    def __init__(self, desk: InspectionService, snapshot_player: SnapshotPlayer) -> None:
        super().__init__(
            "history",
            translate("Inspector", "Label over time"),
            translate("Inspector", "The soft label at the start, now, and in every kept poster between"),
            desk,
        )
        self.lines = LabelLines()
        self.lines.setAccessibleName(self.tr("Soft label over time"))
        self.column.addWidget(self.lines)
        self.words = self.add_text_label()
        desk.history.changed.connect(self.update_if_expanded)
        snapshot_player.snapshots_changed.connect(self.update_if_expanded)

    def refresh(self, subject: Subject) -> None:
        """Read what is kept by now, and draw what is read."""
        config, question = self.desk.config, self.desk.history
        learned = config is not None and config.labels.kind == "learned"
        if learned:
            self.desk.fetch_history(subject.patch)
        key, history = question.key, question.result
        ready = learned and isinstance(key, tuple) and key[0] == subject.patch and len(history.steps) > 0
        self.lines.setVisible(ready)
        if ready:
            classes = range(history.shares.shape[1])
            lines = [
                LabelShareLine(subject.name(index), subject.color(index), history.shares[:, index])
                for index in classes
            ]
            self.lines.set_lines(history.steps, lines)
        if not learned:
            self.words.setText(
                self.tr("Labels are fixed in this run: this patch has had its soft label from the start.")
            )
        elif question.error is not None:
            self.words.setText(question.error.what)
        else:
            self.words.setText("" if ready else self.tr("Reading the kept posters …"))
        self.words.setVisible(bool(self.words.text()))
