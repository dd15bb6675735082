"""Controls of a comparison: the poster to compare with, and the mode."""

from typing import Literal

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QPaintEvent
from PySide6.QtWidgets import (
    QButtonGroup,
    QHBoxLayout,
    QPushButton,
    QSizePolicy,
    QStyle,
    QStyleOptionButton,
    QStylePainter,
    QVBoxLayout,
    QWidget,
)

from podd_app.qt.plain_text import set_tooltip
from podd_app.timeline.comparison_menu import ComparisonMenu
from podd_app.widgets.text import PlainButton, button, label

Mode = Literal["swipe", "side", "difference"]

_MAX_CHOICE_PX = 300


class _ChoiceButton(PlainButton):
    """Button with a menu that elides a text that does not fit."""

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the button with the elided text."""
        painter, option = QStylePainter(self), QStyleOptionButton()
        self.initStyleOption(option)
        style = self.style()
        room = style.subElementRect(QStyle.SubElement.SE_PushButtonContents, option, self).width()
        room -= style.pixelMetric(QStyle.PixelMetric.PM_MenuButtonIndicator, option, self)
        option.text = self.fontMetrics().elidedText(
            self.text(), Qt.TextElideMode.ElideRight, room, Qt.TextFlag.TextShowMnemonic
        )
        painter.drawControl(QStyle.ControlElement.CE_PushButton, option)


class CompareBar(QWidget):
    """Row of comparison controls with a message below.

    The bar emits the choices of the user. The owner updates the bar with `show_choice` and
    `show_message`.

    Args:
        menu: menu of the posters to compare with.
    """

    mode_chosen = Signal(str)
    """Emitted with the `Mode` that the user chose."""
    follow_step_toggled = Signal(bool)
    """Emitted with True if the other run should follow the current step."""

    def __init__(self, menu: ComparisonMenu, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.menu = menu
        menu.setParent(self, menu.windowFlags())
        self.choice_button = _ChoiceButton()
        self.choice_button.setProperty("role", "toggle")
        self.choice_button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.choice_button.setCursor(Qt.CursorShape.PointingHandCursor)
        self.choice_button.setMenu(menu)
        self.choice_button.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        self.choice_button.setMaximumWidth(_MAX_CHOICE_PX)
        self.follow_step = button(
            self.tr("Sync steps"),
            self.tr("Show the other run at the saved step nearest to the current step"),
            "toggle",
        )
        self.follow_step.clicked.connect(self.follow_step_toggled)
        self.modes: dict[Mode, QPushButton] = {}
        self._group = QButtonGroup(self)
        self.message = label("", "small", wraps=True)
        row = QHBoxLayout()
        row.setSpacing(6)
        row.addWidget(label(self.tr("Compare with"), "small"))
        row.addWidget(self.choice_button, 1)
        row.addWidget(self.follow_step)
        row.addSpacing(6)
        row.addStretch()
        for mode, text, tooltip in self._mode_texts():
            mode_button = button(text, tooltip, "toggle")
            mode_button.clicked.connect(lambda _, mode=mode: self.mode_chosen.emit(mode))
            self._group.addButton(mode_button)
            self.modes[mode] = mode_button
            row.addWidget(mode_button)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(6)
        column.addLayout(row)
        column.addWidget(self.message)

    def _mode_texts(self) -> tuple[tuple[Mode, str, str], ...]:
        return (
            ("swipe", self.tr("Swipe"), self.tr("Show both posters with a movable divider")),
            ("side", self.tr("Side by side"), self.tr("Show both posters and zoom and pan them together")),
            (
                "difference",
                self.tr("Difference"),
                self.tr("Show the difference of each pixel before preprocessing is removed"),
            ),
        )

    def show_choice(self, choice_text: str, mode: Mode, same_shape: bool, follow_step: bool | None) -> None:
        """Show the current choice.

        Args:
            choice_text: description of the poster to compare with.
            mode: the current mode.
            same_shape: whether the posters have the same shape. If not, only "side" is possible.
            follow_step: whether the other run follows the current step. None hides the button.
        """
        self.follow_step.setVisible(follow_step is not None)
        self.follow_step.setChecked(bool(follow_step))
        self.choice_button.setText(choice_text)
        set_tooltip(self.choice_button, self.tr("Compared with %s. Click to change") % choice_text)
        self.choice_button.setAccessibleName(self.tr("Compare with: %s") % choice_text)
        self.modes[mode].setChecked(True)
        self.modes["swipe"].setEnabled(same_shape)
        self.modes["difference"].setEnabled(same_shape)

    def show_message(self, message: str, is_error: bool) -> None:
        """Show a message below the controls. An empty message hides the label."""
        self.message.setText(message)
        self.message.setVisible(bool(message))
        role = "trouble" if is_error else "small"
        if self.message.property("role") != role:
            self.message.setProperty("role", role)
            self.message.style().unpolish(self.message)
            self.message.style().polish(self.message)
