"""One tour in a process of its own: the program's window, the whole way through, picture by picture."""

import sys
import traceback
from pathlib import Path
from types import TracebackType

from PySide6.QtCore import QCoreApplication, QSettings
from PySide6.QtGui import QCursor
from PySide6.QtTest import QTest

from podd_app.application import create_application, create_main_window
from podd_app.models.preferences import APPLICATION, ORGANISATION, Memory
from tests.tour.after_the_run import (
    leave_with_files,
    look_around,
    look_at_an_example,
    look_through_runs,
    meet_trouble,
)
from tests.tour.before_the_run import choose_data, draw_poster, see_to_settings, take_the_first_tour
from tests.tour.combination import Combination
from tests.tour.during_the_run import watch_the_run
from tests.tour.guide import Guide, TourError


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
    QCoreApplication.setOrganizationName(ORGANISATION)
    QCoreApplication.setApplicationName(APPLICATION)
    memory = Memory()
    memory.scheme = combination.scheme
    memory.flush()
    app = create_application(["podd-app"])
    window = create_main_window()
    window.resize(*combination.size)
    QCursor.setPos(app.primaryScreen().geometry().bottomRight())  # or a button could take it for its own
    window.show()
    if not QTest.qWaitForWindowExposed(window):
        raise TourError("the window did not appear")
    if combination.platform == "x11" and not QTest.qWaitForWindowActive(window):
        raise TourError("the window manager gave the window no focus")
    guide = Guide(window, folder)
    guide.picture("first-start")
    take_the_first_tour(guide)
    choose_data(guide)
    draw_poster(guide)
    see_to_settings(guide)
    watch_the_run(guide)
    leave_with_files(guide)
    look_through_runs(guide)
    look_around(guide)
    look_at_an_example(guide)
    if guide.troubles:
        raise TourError("unexpected trouble: " + "; ".join(trouble.what for trouble in guide.troubles))
    meet_trouble(guide, private)
    window.close()
    app.processEvents()
    if mistakes:
        raise TourError("the program made mistakes:\n" + "\n".join(mistakes))
    return guide.pictures
