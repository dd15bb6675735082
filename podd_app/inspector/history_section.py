"""Inspector section with the history of the soft label of a patch."""

from PySide6.QtCore import QCoreApplication

from podd_app.inspector.label_lines import LabelLines, LabelShareLine
from podd_app.inspector.section import InspectorSection
from podd_app.inspector.subject import Subject
from podd_app.services.inspection_service import InspectionService
from podd_app.services.snapshot_player import SnapshotPlayer

translate = QCoreApplication.translate


class HistorySection(InspectorSection):
    """Plots the soft label in all saved posters, or explains that labels are fixed.

    Args:
        service: reads the soft labels.
        snapshot_player: the player with the saved posters of the run.
    """

    def __init__(self, service: InspectionService, snapshot_player: SnapshotPlayer) -> None:
        super().__init__(
            "history",
            translate("Inspector", "Label history"),
            translate("Inspector", "Soft label of this patch in all saved posters"),
            service,
        )
        self.lines = LabelLines()
        self.lines.setAccessibleName(self.tr("Soft label over time"))
        self.column.addWidget(self.lines)
        self.text_label = self.add_text_label()
        service.history.changed.connect(self.update_if_expanded)
        snapshot_player.snapshots_changed.connect(self.update_if_expanded)

    def refresh(self, subject: Subject) -> None:
        """Request the history up to the latest saved poster, and show the history that was read."""
        config, request = self.service.config, self.service.history
        learned = config is not None and config.labels.kind == "learned"
        if learned:
            self.service.fetch_history(subject.patch)
        key, history = request.key, request.result
        ready = learned and isinstance(key, tuple) and key[0] == subject.patch and len(history.steps) > 0
        self.lines.setVisible(ready)
        if ready:
            lines = [
                LabelShareLine(subject.name(index), subject.color(index), history.shares[:, index])
                for index in range(history.shares.shape[1])
            ]
            self.lines.set_lines(history.steps, lines)
        if not learned:
            self.text_label.setText(
                self.tr("Labels are fixed in this run. The soft label of this patch does not change.")
            )
        elif request.error is not None:
            self.text_label.setText(request.error.what)
        else:
            self.text_label.setText("" if ready else self.tr("Reading the saved posters…"))
        self.text_label.setVisible(bool(self.text_label.text()))
