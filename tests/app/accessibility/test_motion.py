"""Motion: nothing plays automatically, and busy bars respect the animation setting of the desktop."""

from focus_walk import PAGE_KEYS, show
from PySide6.QtCore import QVariantAnimation
from PySide6.QtWidgets import QProgressBar, QProxyStyle, QStyle, QStyleHintReturn, QStyleOption, QWidget
from pytestqt.qtbot import QtBot

from podd_app.pages.run.page import RunPage
from podd_app.widgets.busy_bar import BusyBar
from podd_app.window.main_window import MainWindow


class AnimationStyle(QProxyStyle):
    """Style with the given duration of animations in ms. A duration of 0 disables animations."""

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
        """Return the duration of animations, or the value of the base style for other hints."""
        if hint == QStyle.StyleHint.SH_Widget_Animation_Duration:
            return self._duration_ms
        return super().styleHint(hint, option, widget, answer)


def test_opening_a_run_does_not_start_playback(populated_window: MainWindow) -> None:
    show(populated_window, "run")
    page = populated_window.page_widget("run")
    assert isinstance(page, RunPage)
    assert not page.timeline.playback.playing
    assert page.timeline.snapshot_player.selected_step is None


def test_no_page_has_its_own_animation(populated_window: MainWindow) -> None:
    for key in PAGE_KEYS:
        show(populated_window, key)
        # Animations of Qt scroll areas and styles are not children of the page and follow the desktop.
        assert not populated_window.page_widget(key).findChildren(QVariantAnimation)


def test_all_progress_bars_are_busy_bars(populated_window: MainWindow) -> None:
    bars = populated_window.findChildren(QProgressBar)
    assert bars
    assert all(isinstance(bar, BusyBar) for bar in bars)


def test_a_busy_bar_is_static_without_animations(qtbot: QtBot) -> None:
    bar = BusyBar()
    qtbot.addWidget(bar)
    moving, still = AnimationStyle(200), AnimationStyle(0)
    bar.setStyle(moving)
    bar.show_busy()
    assert (bar.minimum(), bar.maximum()) == (0, 0)  # Qt animates this range
    bar.setStyle(still)
    bar.show_busy()
    assert (bar.minimum(), bar.maximum(), bar.value()) == (0, 1, 1)
    assert bar.property("still") is True
    bar.show_progress(3, 12)
    assert (bar.maximum(), bar.value(), bar.property("still")) == (12, 3, False)
