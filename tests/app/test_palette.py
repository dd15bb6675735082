"""Widgets that follow a change of the color scheme."""

from PySide6.QtGui import QColor, QPalette
from PySide6.QtWidgets import QLabel, QWidget
from pytestqt.qtbot import QtBot

from podd_app.style.palette import FollowsPalette


class _Swatch(FollowsPalette, QWidget):
    """Widget whose child shows the name of the window color."""

    def __init__(self) -> None:
        super().__init__()
        self.setPalette(QPalette(QColor("red")))  # an event before the child exists
        self.name = QLabel(self)
        self.follow_palette()

    def _apply_palette(self) -> None:
        self.name.setText(self.palette().color(QPalette.ColorRole.Button).name())


def test_palette_events_during_construction_are_ignored(qtbot: QtBot) -> None:
    swatch = _Swatch()
    qtbot.addWidget(swatch)
    assert swatch.name.text() == "#ff0000"


def test_hidden_widget_follows_each_later_palette(qtbot: QtBot) -> None:
    swatch = _Swatch()
    qtbot.addWidget(swatch)
    for color in ("blue", "green"):
        swatch.setPalette(QPalette(QColor(color)))
        assert swatch.name.text() == QColor(color).name()
