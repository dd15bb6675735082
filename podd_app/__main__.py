"""Entry point of the command ``podd-app``."""

import argparse
import ctypes
import os
import socket
import sys
import traceback
from collections.abc import Sequence
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from podd_app.models.session import Session

_CURSOR_LIBRARY = "libxcb-cursor.so.0"
_PLATFORMS_WITHOUT_X11 = ("win32", "darwin", "cygwin")


def display_problem() -> str:
    """Return why Qt cannot open a window, in one line. Return an empty string if Qt can."""
    if (
        sys.platform in _PLATFORMS_WITHOUT_X11
        or os.environ.get("QT_QPA_PLATFORM")
        or os.environ.get("WAYLAND_DISPLAY")
    ):
        return ""
    display = os.environ.get("DISPLAY", "")
    if not display:
        return "no display found: neither DISPLAY nor WAYLAND_DISPLAY is set"
    try:
        ctypes.CDLL(_CURSOR_LIBRARY)
    except OSError:
        return f"Qt requires {_CURSOR_LIBRARY}: install libxcb-cursor0 or xcb-util-cursor"
    host, _, number = display.rpartition(":")
    if host not in ("", "unix"):
        return ""
    address = f"/tmp/.X11-unix/X{number.partition('.')[0]}"
    for name in (address, f"\0{address}"):
        with socket.socket(socket.AF_UNIX) as probe:
            try:
                probe.connect(name)
            except OSError:
                continue
            return ""
    return f"cannot connect to display {display}"


def main(argv: Sequence[str] | None = None) -> int:
    """Open the main window and run the application.

    Args:
        argv: Arguments without the program name. If None, the arguments of this process are used.

    Returns:
        The exit code.
    """
    parser = argparse.ArgumentParser(
        "podd-app", description="Distill an image dataset into one poster, in a desktop window."
    )
    parser.add_argument(
        "path", nargs="?", type=Path, help="run, poster bundle, settings file or folder of images to open"
    )
    parser.add_argument("--demo", action="store_true", help="start a run on the digits dataset")
    arguments = parser.parse_args(argv)
    problem = display_problem()
    if problem:
        sys.stderr.write(f"podd-app: {problem}. The command `podd` needs no display.\n")
        return 1
    from podd_app.application import create_application, create_main_window
    from podd_app.models.preferences import Preferences
    from podd_app.models.session import FIRST_PRESET
    from podd_app.qt.termination import TerminationSignals

    app = create_application(sys.argv[:1])
    show_tour = Preferences().first_start and not (arguments.path or arguments.demo)
    window = create_main_window(arguments.path.absolute() if arguments.path else None)
    _install_exception_hook(window.session)
    TerminationSignals(window).received.connect(window.close_without_question)
    window.show()
    if arguments.demo:
        window.session.use_preset(FIRST_PRESET)
        window.session.start()
    if show_tour:
        window.start_tour()
    return app.exec()


def _install_exception_hook(session: "Session") -> None:
    """Show uncaught exceptions in the error banner and keep the window open."""
    from PySide6.QtCore import QCoreApplication

    from podd_app.models.run_status import ErrorReport

    def report(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
        sys.__excepthook__(kind, error, trace)
        details = "".join(traceback.format_exception(kind, error, trace))
        what = QCoreApplication.translate("ErrorBanner", "Unexpected error: %s") % (error or kind.__name__)
        remedy = QCoreApplication.translate(
            "ErrorBanner", "You can keep working. Please report the error with the details."
        )
        session.report_error(ErrorReport(what, remedy, details))

    sys.excepthook = report


if __name__ == "__main__":
    sys.exit(main())
