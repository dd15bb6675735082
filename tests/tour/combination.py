"""Where and how the window is shown on a tour: platform, scheme, size, density."""

import itertools
import json
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

Platform = Literal["offscreen", "x11"]
Shade = Literal["light", "dark"]

FRAME_PX = 120
"""Room a window manager has round the window for its frame."""
TASK_BAR_PX = 40
"""Height of a task bar."""


@dataclass(frozen=True)
class Combination:
    """One way to show the window.

    Args:
        platform: Qt's own picture of a screen, or a virtual X screen with a window manager.
        scheme: light or dark.
        size: of the window, device-independent px.
        ratio: device pixels a device-independent pixel takes.
        maximized: whether ``size`` is that of a screen with a task bar that the window fills.
    """

    platform: Platform
    scheme: Shade
    size: tuple[int, int]
    ratio: int
    maximized: bool = False

    @property
    def name(self) -> str:
        """Folder of its pictures: "x11-dark-1440x900@2x"."""
        density = f"@{self.ratio}x" if self.ratio > 1 else ""
        filled = "-maximized" if self.maximized else ""
        return f"{self.platform}-{self.scheme}-{self.size[0]}x{self.size[1]}{density}{filled}"

    @property
    def window_size(self) -> tuple[int, int]:
        """Size of the window. A task bar takes away from a screen that the window fills."""
        width, height = self.size
        return (width, height - TASK_BAR_PX) if self.maximized else self.size

    @property
    def screen_px(self) -> tuple[int, int]:
        """Device pixels of a screen with room for window and frame."""
        frame = 0 if self.maximized else FRAME_PX
        return self.ratio * (self.size[0] + frame), self.ratio * (self.size[1] + frame)

    @property
    def task_bar_px(self) -> int:
        """Device pixels of the task bar at the bottom of the screen; 0 without a task bar."""
        return self.ratio * TASK_BAR_PX if self.maximized else 0

    def environment(self, private: Path) -> dict[str, str]:
        """Environment variables for a process that shows the window like this.

        Args:
            private: a folder for everything the program keeps: settings, data, runs.
        """
        platform = "xcb"
        if self.platform == "offscreen":
            platform = f"offscreen:configfile={self._write_screen(private / 'screen.json')}"
        return {
            "QT_QPA_PLATFORM": platform,
            "QT_SCALE_FACTOR": str(self.ratio),
            "PODD_HOME": str(private / "PoDD Studio"),
            "XDG_CONFIG_HOME": str(private / "config"),
            "OMP_NUM_THREADS": "1",
        }

    def _write_screen(self, path: Path) -> Path:
        width, height = self.screen_px
        screen = {"name": "tour", "x": 0, "y": 0, "width": width, "height": height, "dpr": 1}
        screen |= {"logicalDpi": 96, "logicalBaseDpi": 96}
        path.write_text(json.dumps({"screens": [screen]}), encoding="utf-8")
        return path


_SCREENS = (
    ((1280, 800), 1, False),
    ((1440, 900), 2, False),
    ((1366, 768), 1, True),
    ((960, 540), 2, True),
)
"""Size, ratio and whether the window fills the screen. The last is a screen of 1920 × 1080 at 200%."""

ALL = tuple(
    Combination(platform, scheme, size, ratio, maximized)
    for platform, (size, ratio, maximized), scheme in itertools.product(
        ("offscreen", "x11"), _SCREENS, ("light", "dark")
    )
)
