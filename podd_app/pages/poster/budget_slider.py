"""Slider that sets the poster size as a number of images per class."""

import math

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QSlider, QVBoxLayout, QWidget

from podd_app.models.session import Session
from podd_app.qt.plain_text import rich_text, set_tooltip
from podd_app.widgets.text import label
from podd_engine.poster.sizing import size_for_budget

_TICKS = 400
_LARGEST_BUDGET = 4.0


class BudgetSlider(QWidget):
    """Slider with a logarithmic scale of the budget. The aspect ratio of the poster is kept.

    Args:
        session: the session whose poster is resized.
    """

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self._gesture: object = None
        self._aspect = 1.0
        self._value = label("", "value")
        self.slider = QSlider(Qt.Orientation.Horizontal)
        self.slider.setRange(0, _TICKS)
        self.slider.setPageStep(_TICKS // 20)
        self.slider.setMinimumHeight(28)
        self.slider.setAccessibleName(self.tr("Images per class"))
        tooltip = self.tr(
            "<b>Images per class</b><br>Poster pixels divided by (classes × image pixels). "
            "The slider keeps the aspect ratio of the poster."
        )
        set_tooltip(self, rich_text(tooltip))
        row = QHBoxLayout()
        row.addWidget(label(self.tr("Images per class")))
        row.addStretch(1)
        row.addWidget(self._value)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(2)
        column.addLayout(row)
        column.addWidget(self.slider)
        self.slider.sliderPressed.connect(self._on_pressed)
        self.slider.sliderReleased.connect(self._on_released)
        self.slider.valueChanged.connect(self._on_moved)
        session.draft_changed.connect(self._on_draft_changed)
        self._on_draft_changed()

    def _limits(self) -> tuple[float, float]:
        """Return the smallest budget, which is a poster of one patch, and the largest budget."""
        layout = self._session.layout
        return 1 / layout.classes, max(_LARGEST_BUDGET, layout.images_per_class)

    def _on_pressed(self) -> None:
        self._gesture = object()
        self._aspect = self._session.layout.poster[0] / self._session.layout.poster[1]

    def _on_released(self) -> None:
        self._gesture = None
        self._on_draft_changed()

    def _on_moved(self, tick: int) -> None:
        low, high = self._limits()
        layout = self._session.layout
        if self._gesture is None:
            self._aspect = layout.poster[0] / layout.poster[1]
        budget = low * (high / low) ** (tick / _TICKS)
        width, height = size_for_budget(budget, layout.classes, layout.patch[0], self._aspect)
        changes = {"poster.width": width, "poster.height": height}
        self._session.edit(changes, self.tr("Images per class"), self._gesture)

    def _on_draft_changed(self) -> None:
        low, high = self._limits()
        budget = self._session.layout.images_per_class
        self._value.setText(f"{budget:.2f}")
        if not self.slider.isSliderDown():
            self.slider.blockSignals(True)
            self.slider.setValue(round(_TICKS * math.log(max(budget, low) / low) / math.log(high / low)))
            self.slider.blockSignals(False)
