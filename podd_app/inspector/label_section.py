"""Inspector section with the soft label and the predictions of a patch."""

from PySide6.QtCore import QCoreApplication

from podd_app.inspector.paired_bars import PairedBar, PairedBars
from podd_app.inspector.section import InspectorSection
from podd_app.inspector.subject import Subject
from podd_app.inspector.texts import evaluation_text, is_later, missing_evaluation_text
from podd_app.services.inspection_service import InspectionService
from podd_app.style.formatting import format_count

translate = QCoreApplication.translate


class LabelSection(InspectorSection):
    """Bar chart of the soft label and of the predictions of evaluated networks."""

    def __init__(self, service: InspectionService) -> None:
        super().__init__(
            "label",
            translate("Inspector", "Soft label and predictions"),
            translate(
                "Inspector",
                "Soft label of this patch, and what the networks of the last evaluation predict for it",
            ),
            service,
        )
        self.bars = PairedBars()
        self.bars.setAccessibleName(self.tr("Soft label and predictions"))
        self.column.addWidget(self.bars)
        self.text_label = self.add_text_label()
        service.details.changed.connect(self.update_if_expanded)

    def refresh(self, subject: Subject) -> None:
        """Show the bars and the text about the evaluation."""
        details = self.service.details.result
        label, classes = subject.soft_label, range(len(subject.soft_label))
        headings: tuple[str, ...] = (self.tr("soft label"),)
        shares: list[tuple[float, ...]] = [(float(label[index]),) for index in classes]
        dimmed: tuple[int, ...] = ()
        if details is not None:
            predicted = details.patch_predictions[subject.patch]
            later = is_later(details, subject.poster)
            at_step = self.tr("at step %s") % format_count(details.step)
            headings = (*headings, at_step if later else self.tr("prediction"))
            dimmed = (1,) if later else ()
            shares = [(*shares[index], float(predicted[index])) for index in classes]
        self.bars.set_bars(
            headings,
            [PairedBar(subject.name(index), subject.color(index), shares[index]) for index in classes],
            dimmed,
        )
        self.text_label.setText(
            missing_evaluation_text(self.service)
            if details is None
            else evaluation_text(details, subject.poster)
        )
