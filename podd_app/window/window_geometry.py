"""Size and position of the main window that fit the screen."""

from PySide6.QtCore import QByteArray, QObject, QRect, QSize, Qt
from PySide6.QtGui import QGuiApplication, QScreen
from PySide6.QtWidgets import QWidget

DEFAULT_SIZE = QSize(1280, 800)
MINIMUM_SIZE = QSize(900, 500)
_TITLE_BAR_PX = 40
"""Height that is reserved for the title bar, which is unknown before the window is shown."""


def clamped(geometry: QRect, available: QRect) -> QRect:
    """Shrink and move a window geometry so that the window is inside the available area."""
    size = geometry.size().boundedTo(available.size())
    left = max(available.left(), min(geometry.left(), available.right() + 1 - size.width()))
    top = max(available.top(), min(geometry.top(), available.bottom() + 1 - size.height()))
    return QRect(left, top, size.width(), size.height())


class WindowGeometry(QObject):
    """Restores the geometry of a window, and keeps the window on a screen when screens change.

    Args:
        window: the window.
    """

    def __init__(self, window: QWidget) -> None:
        super().__init__(window)
        self._window = window
        window.setMinimumSize(MINIMUM_SIZE)
        app = QGuiApplication.instance()
        assert isinstance(app, QGuiApplication)
        app.screenRemoved.connect(self._on_screen_removed)

    def restore(self, saved: QByteArray) -> None:
        """Restore a saved geometry, or use the default size if ``saved`` is empty or damaged."""
        if saved.isEmpty() or not self._window.restoreGeometry(saved):
            self._window.resize(DEFAULT_SIZE)
        self._clamp()

    def _available(self) -> QRect:
        """Return the available area of the screen with the center of the window, below a title bar."""
        center = self._window.frameGeometry().center()
        screen = QGuiApplication.screenAt(center) or self._window.screen() or QGuiApplication.primaryScreen()
        return screen.availableGeometry().adjusted(0, _TITLE_BAR_PX, 0, 0)

    def _clamp(self) -> None:
        window, available = self._window, self._available()
        # The minimum must not exceed a very small screen, or the window could not be moved into it.
        window.setMinimumSize(MINIMUM_SIZE.boundedTo(available.size()))
        if not window.windowState() & (Qt.WindowState.WindowMaximized | Qt.WindowState.WindowFullScreen):
            window.setGeometry(clamped(window.geometry(), available))

    def _on_screen_removed(self, _screen: QScreen) -> None:
        self._clamp()
