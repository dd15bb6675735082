"""The command ``podd-app``."""

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
    """Why no window could be shown here, one line; empty if one could."""
    if (
        sys.platform in _PLATFORMS_WITHOUT_X11
        or os.environ.get("QT_QPA_PLATFORM")
        or os.environ.get("WAYLAND_DISPLAY")
    ):
        return ""
    display = os.environ.get("DISPLAY", "")
    if not display:
        return "there is no display (neither DISPLAY nor WAYLAND_DISPLAY is set)"
    try:
        ctypes.CDLL(_CURSOR_LIBRARY)
    except OSError:
        return f"Qt needs {_CURSOR_LIBRARY} to open a window: install libxcb-cursor0 or xcb-util-cursor"
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
    return f"nothing answers on display {display}"


def main(argv: Sequence[str] | None = None) -> int:
    """Open the window; returns the exit code.

    Args:
        argv: arguments without the program's name; None: those of this process.
    """
    parser = argparse.ArgumentParser(
        "podd-app", description="Distill a dataset into one poster, in a window."
    )
    parser.add_argument("path", nargs="?", type=Path, help="run, poster bundle, settings or folder of images")
    parser.add_argument("--demo", action="store_true", help="start the digits run at once")
    arguments = parser.parse_args(argv)
    problem = display_problem()
    if problem:
        advice = "or use the command `podd`, which does the same without a window"
        sys.stderr.write(f"podd-app: {problem}; {advice}\n")
        return 1
    from podd_app.application import create_application, create_main_window
    from podd_app.models.preferences import Preferences
    from podd_app.models.session import FIRST_PRESET

    app = create_application(sys.argv[:1])
    show_tour = Preferences().first_start and not (arguments.path or arguments.demo)
    window = create_main_window(arguments.path.absolute() if arguments.path else None)
    _install_exception_hook(window.session)
    window.show()
    if arguments.demo:
        window.session.use_preset(FIRST_PRESET)
        window.session.start()
    if show_tour:
        window.start_tour()
    return app.exec()


def _install_exception_hook(session: "Session") -> None:
    """Show exceptions nobody caught in the window, and keep it open."""
    from podd_app.models.run_status import ErrorReport

    def report(kind: type[BaseException], error: BaseException, where: TracebackType | None) -> None:
        sys.__excepthook__(kind, error, where)
        details = "".join(traceback.format_exception(kind, error, where))
        what = f"The program made a mistake: {error or kind.__name__}"
        session.report_error(ErrorReport(what, "You can go on; please report it with the details.", details))

    sys.excepthook = report


if __name__ == "__main__":
    sys.exit(main())
