"""One tour in a process of its own: the program's window, the whole way through, picture by picture."""

import sys
import traceback
from pathlib import Path
from types import TracebackType

from PySide6.QtCore import QCoreApplication, QSettings
from PySide6.QtGui import QCursor
from PySide6.QtTest import QTest

from podd_app.application import create_application, create_main_window
from podd_app.models.preferences import APPLICATION, ORGANIZATION, Preferences
from tests.tour.after_the_run import (
    browse_library,
    export_files,
    open_example,
    show_errors,
    show_help_and_menus,
)
from tests.tour.before_the_run import choose_data, draw_poster, edit_settings, show_first_tour
from tests.tour.combination import Combination
from tests.tour.during_the_run import watch_the_run
from tests.tour.guide import Guide, TourError


def _go(guide: Guide, private: Path) -> None:
    """Take all pictures."""
    guide.picture("first-start")
    show_first_tour(guide)
    choose_data(guide)
    draw_poster(guide)
    edit_settings(guide)
    watch_the_run(guide)
    export_files(guide)
    browse_library(guide)
    show_help_and_menus(guide)
    open_example(guide)
    if guide.errors:
        raise TourError("unexpected trouble: " + "; ".join(error.what for error in guide.errors))
    show_errors(guide, private)


def tour(combination: Combination, folder: Path, private: Path) -> list[Path]:
    """Go the whole way; gives the pictures.

    Args:
        combination: how the window is shown; the environment must be `Combination.environment`.
        folder: receives the pictures.
        private: for everything the program keeps.

    Raises:
        TourError: the program did not do what was waited for, or told of trouble that was not expected.
    """
    mistakes: list[str] = []

    def note(kind: type[BaseException], error: BaseException, where: TracebackType | None) -> None:
        mistakes.append("".join(traceback.format_exception(kind, error, where)))

    sys.excepthook = note
    QSettings.setDefaultFormat(QSettings.Format.IniFormat)
    QCoreApplication.setOrganizationName(ORGANIZATION)
    QCoreApplication.setApplicationName(APPLICATION)
    preferences = Preferences()
    preferences.scheme = combination.scheme
    preferences.flush()
    app = create_application(["podd-app"])
    window = create_main_window()
    window.resize(*combination.window_size)
    QCursor.setPos(app.primaryScreen().geometry().bottomRight())  # or a button could take it for its own
    if combination.maximized and combination.platform == "x11":
        window.showMaximized()
    else:
        window.show()
    if not QTest.qWaitForWindowExposed(window):
        raise TourError("the window did not appear")
    if combination.platform == "x11" and not QTest.qWaitForWindowActive(window):
        raise TourError("the window manager gave the window no focus")
    guide = Guide(window, folder)
    try:
        _go(guide, private)
    finally:
        guide.close()
        sys.excepthook = sys.__excepthook__  # shows why the tour itself has failed
    if mistakes:
        raise TourError("the program made mistakes:\n" + "\n".join(mistakes))
    return guide.pictures
