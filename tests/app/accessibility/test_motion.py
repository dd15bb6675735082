"""Nothing moves by itself: playing waits to be asked, busy bars stand still where motion is not wanted."""

from focus_walk import PAGE_KEYS, show
from PySide6.QtCore import QVariantAnimation
from PySide6.QtWidgets import QProgressBar, QProxyStyle, QStyle, QStyleHintReturn, QStyleOption, QWidget
from pytestqt.qtbot import QtBot

from podd_app.pages.run.page import RunPage
from podd_app.widgets.busy_bar import BusyBar
from podd_app.window.main_window import MainWindow


class WithMotion(QProxyStyle):
    """A style of a desktop on which things move for so many ms, or not at all."""

    def __init__(self, duration_ms: int) -> None:
        super().__init__("Fusion")
        self._duration_ms = duration_ms

    def styleHint(
        self,
        hint: QStyle.StyleHint,
        option: QStyleOption | None = None,
        widget: QWidget | None = None,
        answer: QStyleHintReturn | None = None,
    ) -> int:
        """The duration of animations; anything else as ever."""
        if hint == QStyle.StyleHint.SH_Widget_Animation_Duration:
            return self._duration_ms
        return super().styleHint(hint, option, widget, answer)


def test_looking_at_a_run_plays_nothing(populated_window: MainWindow) -> None:
    show(populated_window, "run")
    page = populated_window.page_widget("run")
    assert isinstance(page, RunPage)
    assert not page.timeline.playback.playing
    assert page.timeline.snapshot_player.selected_step is None


def test_no_place_has_an_animation_of_its_own(populated_window: MainWindow) -> None:
    for key in PAGE_KEYS:
        show(populated_window, key)
        # Qt's scroll areas and styles keep theirs elsewhere, and ask the desktop about them.
        assert not populated_window.page_widget(key).findChildren(QVariantAnimation)


def test_every_bar_can_stand_still(populated_window: MainWindow) -> None:
    bars = populated_window.findChildren(QProgressBar)
    assert bars
    assert all(isinstance(bar, BusyBar) for bar in bars)


def test_a_busy_bar_moves_only_where_motion_is_wanted(qtbot: QtBot) -> None:
    bar = BusyBar()
    qtbot.addWidget(bar)
    moving, still = WithMotion(200), WithMotion(0)
    bar.setStyle(moving)
    bar.show_busy()
    assert (bar.minimum(), bar.maximum()) == (0, 0)  # Qt moves such a bar
    bar.setStyle(still)
    bar.show_busy()
    assert (bar.minimum(), bar.maximum(), bar.value()) == (0, 1, 1)
    assert bar.property("still") is True
    bar.show_progress(3, 12)
    assert (bar.maximum(), bar.value(), bar.property("still")) == (12, 3, False)
