"""Inspector page of a class."""

from math import isnan

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from podd_app.canvas.value_overlay import CellValues
from podd_app.inspector.class_figures import ClassFigures, accuracies, class_figures
from podd_app.inspector.paired_bars import PairedBar, PairedBars
from podd_app.inspector.subject import Subject
from podd_app.inspector.texts import evaluation_text, is_later, missing_evaluation_text
from podd_app.qt.plain_text import join_html, rich_text, set_tooltip
from podd_app.services.inspection_service import InspectionService
from podd_app.style.formatting import format_count, format_percent
from podd_app.widgets.heat_legend import HeatLegend
from podd_app.widgets.text import FactsCard, button, label, section


class ClassPage(QWidget):
    """Details of a class: region, label weight, accuracy and confusions.

    Args:
        service: provides the results of the last evaluation.
    """

    values_changed = Signal(object)
    """Emitted with the `CellValues` to show on the poster, or None."""

    def __init__(self, service: InspectionService, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._service = service
        self._subject: Subject | None = None
        self._title = section("")
        self._facts = FactsCard()
        self._evaluation_label = label("", "small", wraps=True)
        self._confusions_title = section(self.tr("Confused with"))
        self.bars = PairedBars()
        self.bars.setAccessibleName(self.tr("Confused with"))
        set_tooltip(
            self.bars,
            self.tr(
                "Predicted as: share of the test images of this class that are predicted as the other class. "
                "Mistaken: share of the other class among the images predicted as this class."
            ),
        )
        self.accuracy = button(
            self.tr("Accuracy"), self.tr("Color the classes on the poster by accuracy"), "toggle"
        )
        self.confusions = button(
            self.tr("Confusions"),
            self.tr("Color the classes on the poster by how often they are predicted for this class"),
            "toggle",
        )
        self.legend = HeatLegend(self.tr("of images"))
        self._poster_title = section(self.tr("On the poster"))
        self._values_label = label("", "small", wraps=True)
        toggles = QHBoxLayout()
        toggles.setSpacing(6)
        toggles.addWidget(self.accuracy)
        toggles.addWidget(self.confusions)
        toggles.addStretch(1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        column.addWidget(self._title)
        column.addWidget(self._facts)
        column.addWidget(self._poster_title)
        column.addLayout(toggles)
        column.addWidget(self.legend)
        column.addWidget(self._values_label)
        for widget in (self._confusions_title, self.bars, self._evaluation_label):
            column.addWidget(widget)
        self.accuracy.toggled.connect(lambda shown: self._on_toggled(shown, self.confusions))
        self.confusions.toggled.connect(lambda shown: self._on_toggled(shown, self.accuracy))
        service.details.changed.connect(self._refresh)
        service.run_changed.connect(self._clear_subject)

    def show_subject(self, subject: Subject) -> None:
        """Show the class of ``subject``."""
        self._subject = subject
        self._refresh()

    def _clear_subject(self) -> None:
        self._subject = None

    def _refresh(self) -> None:
        subject, details = self._subject, self._service.details.result
        if subject is None:
            return
        index, view = subject.class_index, subject.view
        columns = view.layout.class_grid[0]
        row, column = divmod(subject.cell, columns)
        numbers = column + 1, row + 1
        self._title.setText(self.tr("CLASS %s · column %d, row %d") % (subject.name(index), *numbers))
        figures, later_step = None, None
        if details is not None:
            later_step = details.step if is_later(details, subject.poster) else None
            figures = class_figures(details.confusion, details.networks, index)
            self._show_bars(subject, figures, later_step)
        self._facts.set_html(join_html("<br>", self._fact_lines(subject, figures, later_step)))
        self._evaluation_label.setText(
            evaluation_text(details, subject.poster) if details else missing_evaluation_text(self._service)
        )
        for widget in (self._confusions_title, self.bars, self._poster_title, self.accuracy, self.confusions):
            widget.setVisible(details is not None)
        self._show_on_poster()

    def _fact_lines(
        self, subject: Subject, figures: ClassFigures | None, later_step: int | None
    ) -> list[str]:
        x0, y0, x1, y1 = (int(edge) for edge in subject.view.layout.class_regions[subject.cell])
        labels = subject.poster.patch_labels
        weight = float(labels[:, subject.class_index].mean())
        region = self.tr("Region: x <b>%d–%d</b> px, y <b>%d–%d</b> px")
        share = self.tr("<b>%s</b> of total label weight (uniform: %s)")
        lines: list[str] = [
            rich_text(region, x0, x1 - 1, y0, y1 - 1),
            rich_text(share, format_percent(weight), format_percent(1 / labels.shape[1])),
        ]
        if figures is not None and isnan(figures.accuracy):
            lines.append(self.tr("No test images of this class"))
        elif figures is not None and later_step is not None:
            at_step = self.tr("At step %s: %s of %s test images correct")
            share, images = format_percent(figures.accuracy), format_count(figures.images)
            lines.append(at_step % (format_count(later_step), share, images))
        elif figures is not None:
            correct = self.tr("<b>%s</b> of %s test images correct")
            lines.append(rich_text(correct, format_percent(figures.accuracy), format_count(figures.images)))
        return lines

    def _show_bars(self, subject: Subject, figures: ClassFigures, later_step: int | None) -> None:
        """Show the confusions, dimmed if they belong to the poster of a later step."""
        title, at_step = self.tr("Confused with"), self.tr("Confused with · step %s")
        self._confusions_title.setText(
            title.upper() if later_step is None else (at_step % format_count(later_step)).upper()
        )
        shares = zip(figures.predicted_as, figures.mistaken_for_it, strict=True)
        others = [
            PairedBar(subject.name(index), subject.color(index), (float(predicted), float(mistaken)))
            for index, (predicted, mistaken) in enumerate(shares)
            if index != subject.class_index
        ]
        headings = (self.tr("predicted as"), self.tr("mistaken"))
        self.bars.set_bars(headings, others, () if later_step is None else (0, 1))

    # Values on the poster

    def _on_toggled(self, shown: bool, other: QPushButton) -> None:
        """Turn off the other toggle, because the poster shows one kind of value at a time."""
        if shown:
            other.setChecked(False)
        self._show_on_poster()

    def _show_on_poster(self) -> None:
        values = self._cell_values()
        self.legend.setVisible(values is not None)
        self._values_label.setVisible(values is not None)
        if values is not None:
            self.legend.set_scale(format_percent(0), format_percent(values.highest))
        self.values_changed.emit(values)

    def _cell_values(self) -> CellValues | None:
        subject, details = self._subject, self._service.details.result
        if subject is None or details is None:
            return None
        cells = subject.view.cell_classes
        if self.accuracy.isChecked():
            of_class = accuracies(details.confusion)
            self._values_label.setText(
                self.tr("Share of the test images of each class that are classified correctly.")
            )
            return CellValues(tuple(of_class[index] for index in cells))
        if not self.confusions.isChecked():
            return None
        own = subject.class_index
        shares = class_figures(details.confusion, details.networks, own).predicted_as
        self._values_label.setText(
            self.tr("Share of the test images of %s that are predicted as each other class.")
            % subject.name(own)
        )
        others = tuple(None if index == own else float(shares[index]) for index in cells)
        return CellValues(others, max((share for share in others if share), default=1.0))
