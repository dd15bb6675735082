"""A virtual X screen with a window manager, for as long as it is needed."""

import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager

SERVER, MANAGER = "Xvfb", "openbox"
_SETTINGS = """<?xml version="1.0"?>
<openbox_config xmlns="http://openbox.org/3.4/rc">
<margins><top>0</top><bottom>%d</bottom><left>0</left><right>0</right></margins>
</openbox_config>
"""


def missing() -> str:
    """What is not installed, named; empty if everything is."""
    return " and ".join(program for program in (SERVER, MANAGER) if shutil.which(program) is None)


@contextmanager
def virtual_screen(size_px: tuple[int, int], task_bar_px: int = 0) -> Iterator[str]:
    """Start a screen and its window manager; gives its name for ``DISPLAY``.

    Args:
        size_px: device pixels across and down.
        task_bar_px: device pixels at the bottom that maximized windows leave free.
    """
    reading, writing = os.pipe()
    size = f"{size_px[0]}x{size_px[1]}x24"
    command = [SERVER, "-displayfd", str(writing), "-screen", "0", size, "-nolisten", "tcp"]
    server = subprocess.Popen(command, pass_fds=(writing,), stderr=subprocess.DEVNULL)
    os.close(writing)
    try:
        with os.fdopen(reading) as told:
            number = told.readline().strip()  # comes when the screen is ready
        if not number:
            raise RuntimeError(f"{SERVER} ended with code {server.wait()} before its screen was ready")
        display = f":{number}"
        environment = os.environ | {"DISPLAY": display}
        with tempfile.NamedTemporaryFile("w", suffix=".xml") as settings:
            settings.write(_SETTINGS % task_bar_px)
            settings.flush()
            command = [MANAGER, "--config-file", settings.name]
            manager = subprocess.Popen(command, env=environment, stderr=subprocess.DEVNULL)
            try:
                yield display
            finally:
                _end(manager)
    finally:
        _end(server)


def _end(process: "subprocess.Popen[bytes]") -> None:
    process.terminate()
    process.wait()
