"""The row of a comparison: with what, and how it is shown."""

from typing import Literal

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QButtonGroup, QHBoxLayout, QPushButton, QSizePolicy, QVBoxLayout, QWidget

from podd_app.timeline.comparison_menu import ComparisonMenu
from podd_app.widgets.text import button, label

Mode = Literal["swipe", "side", "difference"]


_WIDEST_PX = 300


class CompareBar(QWidget):
    """Tells what a person chose, and shows what it is given.

    Args:
        menu: of what can be compared with.
    """

    mode_chosen = Signal(str)
    """A `Mode`."""
    follow_step_toggled = Signal(bool)
    """Whether another run is to be shown at the step looked at."""

    def __init__(self, menu: ComparisonMenu, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.menu = menu
        menu.setParent(self, menu.windowFlags())
        self.against = button("", "", "toggle")
        self.against.setCheckable(False)
        self.against.setMenu(menu)
        self.against.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        self.against.setMaximumWidth(_WIDEST_PX)
        self.follow_step = button(
            self.tr("In step"),
            self.tr(
                "Show the other run at the step looked at, as near as it is kept, and follow; else its best"
            ),
            "toggle",
        )
        self.follow_step.clicked.connect(self.follow_step_toggled)
        self.modes: dict[Mode, QPushButton] = {}
        self._group = QButtonGroup(self)
        self.message = label("", "small", wraps=True)
        row = QHBoxLayout()
        row.setSpacing(6)
        row.addWidget(label(self.tr("Compare with"), "small"))
        row.addWidget(self.against, 1)
        row.addWidget(self.follow_step)
        row.addSpacing(6)
        row.addStretch()
        for mode, text, tooltip in self._choices():
            made = button(text, tooltip, "toggle")
            made.clicked.connect(lambda _, mode=mode: self.mode_chosen.emit(mode))
            self._group.addButton(made)
            self.modes[mode] = made
            row.addWidget(made)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(6)
        column.addLayout(row)
        column.addWidget(self.message)

    def _choices(self) -> tuple[tuple[Mode, str, str], ...]:
        return (
            ("swipe", self.tr("Swipe"), self.tr("Lay one over the other, with a divider to move")),
            ("side", self.tr("Side by side"), self.tr("Show both, zoomed and moved together")),
            (
                "difference",
                self.tr("Difference"),
                self.tr("Show how far each pixel, as trained, lies from the other poster's"),
            ),
        )

    def show_choice(self, against: str, mode: Mode, same_shape: bool, follow_step: bool | None) -> None:
        """Show what was chosen.

        Args:
            against: what is compared with, in words.
            mode: how it is shown.
            faced: whether the posters have the same shape; else they can only be side by side.
            follow_step: whether another run is shown at the step looked at; None where there is no choice.
        """
        self.follow_step.setVisible(follow_step is not None)
        self.follow_step.setChecked(bool(follow_step))
        self.against.setText(against)
        self.against.setToolTip(self.tr("Compared with: %s. Choose something else") % against)
        self.against.setAccessibleName(self.tr("Compare with: %s") % against)
        self.modes[mode].setChecked(True)
        self.modes["swipe"].setEnabled(same_shape)
        self.modes["difference"].setEnabled(same_shape)

    def show_message(self, sentence: str, wrong: bool) -> None:
        """One sentence under the row; empty: none."""
        self.message.setText(sentence)
        self.message.setVisible(bool(sentence))
        role = "trouble" if wrong else "small"
        if self.message.property("role") != role:
            self.message.setProperty("role", role)
            self.message.style().unpolish(self.message)
            self.message.style().polish(self.message)
