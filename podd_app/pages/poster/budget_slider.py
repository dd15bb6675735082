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
_ACTION = QSlider.SliderAction
_STEPS_UP = (_ACTION.SliderSingleStepAdd.value, _ACTION.SliderPageStepAdd.value)
_STEPS_DOWN = (_ACTION.SliderSingleStepSub.value, _ACTION.SliderPageStepSub.value)


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
        self.slider.actionTriggered.connect(self._on_action)
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

    def _on_action(self, action: int) -> None:
        """Let each step with the keyboard reach another size.

        Several positions of the slider have the same size, because sizes are whole pixels.
        """
        if action in _STEPS_UP:
            following = range(self.slider.sliderPosition(), _TICKS + 1)
        elif action in _STEPS_DOWN:
            following = range(self.slider.sliderPosition(), -1, -1)
        else:
            return
        self._aspect = self._session.layout.poster[0] / self._session.layout.poster[1]
        pixels = self._session.layout.pixels
        for tick in following:
            width, height = self._size_at(tick)
            if (width * height > pixels) if action in _STEPS_UP else (width * height < pixels):
                self.slider.setSliderPosition(tick)
                return
        self.slider.setSliderPosition(self.slider.value())

    def _on_moved(self, tick: int) -> None:
        if self._gesture is None:
            self._aspect = self._session.layout.poster[0] / self._session.layout.poster[1]
        width, height = self._size_at(tick)
        changes = {"poster.width": width, "poster.height": height}
        self._session.edit(changes, self.tr("Images per class"), self._gesture)

    def _size_at(self, tick: int) -> tuple[int, int]:
        """Return the poster size at a position of the slider, px."""
        low, high = self._limits()
        layout = self._session.layout
        return size_for_budget(
            low * (high / low) ** (tick / _TICKS), layout.classes, layout.patch[0], self._aspect
        )

    def _on_draft_changed(self) -> None:
        low, high = self._limits()
        budget = self._session.layout.images_per_class
        outdated = self._session.draft.layout is None
        self._value.setText("–" if outdated else f"{budget:.2f}")
        if not self.slider.isSliderDown():
            self.slider.blockSignals(True)
            self.slider.setValue(round(_TICKS * math.log(max(budget, low) / low) / math.log(high / low)))
            self.slider.blockSignals(False)
