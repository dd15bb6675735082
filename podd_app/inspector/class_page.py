"""What the inspector tells about a class."""

from math import isnan

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from podd_app.canvas.value_overlay import CellValues
from podd_app.inspector.class_figures import ClassFigures, accuracies, class_figures
from podd_app.inspector.paired_bars import PairedBar, PairedBars
from podd_app.inspector.subject import Subject
from podd_app.inspector.texts import evaluation_text, missing_evaluation_text
from podd_app.services.inspection_service import InspectionService
from podd_app.style.formatting import format_count, format_percent
from podd_app.widgets.heat_legend import HeatLegend
from podd_app.widgets.text import FactsCard, button, label, section


class ClassPage(QWidget):
    """A class: its region, its share of the labels, its accuracy and its confusions.

    Args:
        desk: knows what the last evaluation said.
    """

    values_changed = Signal(object)
    """The `CellValues` to show on the poster, or None."""

    def __init__(self, desk: InspectionService, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._service = desk
        self._subject: Subject | None = None
        self._title = section("")
        self._facts = FactsCard()
        self._words = label("", "small", wraps=True)
        self._others = section(self.tr("Confused with"))
        self.bars = PairedBars()
        self.bars.setAccessibleName(self.tr("Confused with"))
        self.bars.setToolTip(
            self.tr(
                "Taken for: the share of its test images that networks wrongly take for each other class. "
                "Taken for it: the share that each other class has in all images that are taken for it."
            )
        )
        self.accuracy = button(
            self.tr("Accuracy"), self.tr("Tint every class on the poster by its accuracy"), "toggle"
        )
        self.confusions = button(
            self.tr("Confusions"),
            self.tr("Tint every class on the poster by the share of this class's images taken for it"),
            "toggle",
        )
        self.legend = HeatLegend(self.tr("of images"))
        self._on_poster = section(self.tr("On the poster"))
        self._meaning = label("", "small", wraps=True)
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
        column.addWidget(self._on_poster)
        column.addLayout(toggles)
        column.addWidget(self.legend)
        column.addWidget(self._meaning)
        for widget in (self._others, self.bars, self._words):
            column.addWidget(widget)
        self.accuracy.toggled.connect(lambda shown: self._on_toggled(shown, self.confusions))
        self.confusions.toggled.connect(lambda shown: self._on_toggled(shown, self.accuracy))
        desk.details.changed.connect(self._refresh)
        desk.run_changed.connect(self._clear_subject)

    def show_subject(self, subject: Subject) -> None:
        """Turn to another class or poster."""
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
        self._title.setText(
            self.tr("CLASS %s · column %d, row %d") % (subject.name(index).upper(), column, row)
        )
        figures = None
        if details is not None:
            figures = class_figures(details.confusion, details.networks, index)
            self._show_bars(subject, figures)
        self._facts.set_html("<br>".join(self._lines(subject, figures)))
        self._words.setText(evaluation_text(details) if details else missing_evaluation_text(self._service))
        for widget in (self._others, self.bars, self._on_poster, self.accuracy, self.confusions):
            widget.setVisible(details is not None)
        self._show_on_poster()

    def _lines(self, subject: Subject, figures: ClassFigures | None) -> list[str]:
        x0, y0, x1, y1 = (int(edge) for edge in subject.view.layout.class_regions[subject.cell])
        labels = subject.poster.patch_labels
        mass = float(labels[:, subject.class_index].mean())
        lines = [
            self.tr("Region <b>%d–%d</b> px across, <b>%d–%d</b> px down") % (x0, x1 - 1, y0, y1 - 1),
            self.tr("<b>%s</b> of all label mass (even: %s)")
            % (format_percent(mass), format_percent(1 / labels.shape[1])),
        ]
        if figures is not None and isnan(figures.accuracy):
            lines.append(self.tr("No test image is of this class"))
        elif figures is not None:
            lines.append(
                self.tr("<b>%s</b> of %s test images recognized")
                % (format_percent(figures.accuracy), format_count(figures.images))
            )
        return lines

    def _show_bars(self, subject: Subject, figures: ClassFigures) -> None:
        shares = zip(figures.taken_for, figures.mistaken, strict=True)
        others = [
            PairedBar(subject.name(index), subject.color(index), (float(taken), float(mistaken)))
            for index, (taken, mistaken) in enumerate(shares)
            if index != subject.class_index
        ]
        self.bars.set_bars((self.tr("taken for"), self.tr("taken for it")), others)

    # On the poster

    def _on_toggled(self, shown: bool, other: QPushButton) -> None:
        """One at a time."""
        if shown:
            other.setChecked(False)
        self._show_on_poster()

    def _show_on_poster(self) -> None:
        values = self._values()
        self.legend.setVisible(values is not None)
        self._meaning.setVisible(values is not None)
        if values is not None:
            self.legend.set_scale(format_percent(0), format_percent(values.highest))
        self.values_changed.emit(values)

    def _values(self) -> CellValues | None:
        subject, details = self._subject, self._service.details.result
        if subject is None or details is None:
            return None
        cells = subject.view.cell_classes
        if self.accuracy.isChecked():
            of_class = accuracies(details.confusion)
            self._meaning.setText(self.tr("How many of each class's test images are recognized."))
            return CellValues(tuple(of_class[index] for index in cells))
        if not self.confusions.isChecked():
            return None
        own = subject.class_index
        shares = class_figures(details.confusion, details.networks, own).taken_for
        self._meaning.setText(
            self.tr("How many of the test images of %s are taken for each other class.") % subject.name(own)
        )
        others = tuple(None if index == own else float(shares[index]) for index in cells)
        return CellValues(others, max((share for share in others if share), default=1.0))
