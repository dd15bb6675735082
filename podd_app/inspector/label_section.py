"""The soft label of a patch, and what networks take the patch for."""

from PySide6.QtCore import QCoreApplication

from podd_app.inspector.paired_bars import PairedBar, PairedBars
from podd_app.inspector.section import InspectorSection
from podd_app.inspector.subject import Subject
from podd_app.inspector.texts import evaluation_text, missing_evaluation_text
from podd_app.services.inspection_service import InspectionService

translate = QCoreApplication.translate


class LabelSection(InspectorSection):
    """Bars side by side: said, and seen."""

    def __init__(self, desk: InspectionService) -> None:
        super().__init__(
            "label",
            translate("Inspector", "Soft label and networks"),
            translate(
                "Inspector",
                "What a network is told this patch shows, a share for each class, beside what fresh "
                "networks of the last evaluation take it for",
            ),
            desk,
        )
        self.bars = PairedBars()
        self.bars.setAccessibleName(self.tr("Soft label and predictions"))
        self.column.addWidget(self.bars)
        self.words = self.add_text_label()
        desk.details.changed.connect(self.update_if_expanded)

    def refresh(self, subject: Subject) -> None:
        """Draw the bars."""
        details = self.desk.details.result
        label, classes = subject.soft_label, range(len(subject.soft_label))
        heads: tuple[str, ...] = (self.tr("soft label"),)
        shares: list[tuple[float, ...]] = [(float(label[index]),) for index in classes]
        if details is not None:
            predicted = details.patch_predictions[subject.patch]
            heads = (*heads, self.tr("networks"))
            shares = [(*shares[index], float(predicted[index])) for index in classes]
        self.bars.set_bars(
            heads,
            [PairedBar(subject.name(index), subject.color(index), shares[index]) for index in classes],
        )
        self.words.setText(
            missing_evaluation_text(self.desk) if details is None else evaluation_text(details)
        )
