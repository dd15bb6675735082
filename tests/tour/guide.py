"""Walks through the window like a person, waits for what it says, and takes the pictures."""

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QEvent, QEventLoop, QObject, QPoint, Qt, QTimer, Signal, SignalInstance
from PySide6.QtGui import QCursor, QGuiApplication, QPainter, QPixmap, QWindow
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QApplication, QLineEdit, QWidget

from podd_app.models.run_status import ErrorReport, Phase
from podd_app.window.main_window import MainWindow
from tests.tour.patience import adapted

PATIENCE_S = 300
"""Time without a sign of life after which the tour gives up, on a machine that does nothing else."""
_SOON_MS = 200
_LONGEST_SETTLING = 40
_NESTED_LAYOUTS = 5


class TourError(Exception):
    """The program did not do what the tour waited for."""


class _PointerWatcher(QObject):
    """Tells when a window hears that the pointer is at a place of the screen."""

    came = Signal()

    def __init__(self, window: QWindow, at: QPoint) -> None:
        super().__init__(window)
        self._at, self.happened = at, False
        window.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Look at the pointer's moves; let them all through."""
        if event.type() == QEvent.Type.MouseMove and event.globalPosition().toPoint() == self._at:
            self.happened = True
            self.came.emit()
        return False


class Guide:
    """One tour through one window.

    Args:
        window: the program's window, shown.
        folder: receives the pictures.
    """

    def __init__(self, window: MainWindow, folder: Path) -> None:
        self.window = window
        self.session = window.session
        self.pictures: list[Path] = []
        self.errors: list[ErrorReport] = []
        self._folder = folder
        self.session.error_reported.connect(self.errors.append)

    # Waiting

    def wait_until(self, condition: Callable[[], bool], signal: SignalInstance, what: str) -> None:
        """Wait until ``condition`` holds, looking whenever ``signal`` comes.

        Each signal renews the patience, and a busy machine gets more of it.

        Args:
            condition: what is waited for.
            signal: comes when it may have changed.
            what: says it in words.

        Raises:
            TourError: ``signal`` did not come in `PATIENCE_S`, and the condition does not hold.
        """
        loop = QEventLoop()

        def look(*_: object) -> None:
            if condition():
                loop.quit()
            else:
                watch.start(round(1000 * adapted(PATIENCE_S)))

        watch = QTimer(singleShot=True)
        watch.timeout.connect(loop.quit)
        connection = signal.connect(look)
        look()
        if not condition():
            loop.exec()
            watch.stop()
        signal.disconnect(connection)
        if not condition():
            said = "; ".join(error.what for error in self.errors)
            raise TourError(f"waited in vain until {what}" + (f" (it said: {said})" if said else ""))

    def close(self) -> None:
        """Stop a run, close the window, and wait until no thread is left.

        Call this method also after an error. Qt ends the process when an object of a running thread is
        deleted, and the report of the error would be lost.
        """
        if self.session.run.phase.active:
            self.session.stop()
            loop = QEventLoop()
            QTimer.singleShot(round(1000 * adapted(PATIENCE_S)), loop.quit)
            self.session.run_changed.connect(lambda: self.session.run.phase.active or loop.quit())
            if self.session.run.phase.active:
                loop.exec()
        self.window.close()
        QApplication.processEvents()

    def _until_next(self, signal: SignalInstance) -> None:
        """Wait until ``signal`` comes once more."""
        came: list[bool] = []
        connection = signal.connect(lambda: came.append(True))
        self.wait_until(lambda: bool(came), signal, "it is drawn")
        signal.disconnect(connection)

    def wait_for_phase(self, *phases: Phase) -> None:
        """Wait until the run is in one of ``phases``."""
        session = self.session
        names = " or ".join(phases)
        self.wait_until(lambda: session.run.phase in phases, session.run_changed, f"the run is {names}")

    def settle(self) -> None:
        """Let everything be drawn that is about to be."""
        for _ in range(_LONGEST_SETTLING):
            QApplication.processEvents()
            timers = self.window.findChildren(QTimer)
            waiting = [
                timer
                for timer in timers
                if timer.isActive() and timer.isSingleShot() and timer.interval() <= _SOON_MS
            ]
            if not waiting:
                break
            self._until_next(waiting[0].timeout)
        # A layout within a layout within a scroll area tells the next one only in the next round.
        for _ in range(_NESTED_LAYOUTS):
            QApplication.processEvents()

    # Acting

    def move(self, widget: QWidget, at: QPoint) -> None:
        """Bring the pointer to a place of ``widget``; on a real screen it takes a moment to get there."""
        page = widget.mapToGlobal(at)
        if QGuiApplication.platformName() == "offscreen":
            QTest.mouseMove(widget, at)
        elif QCursor.pos() != page:
            arrival = _PointerWatcher(widget.window().windowHandle(), page)
            QCursor.setPos(page)
            self.wait_until(lambda: arrival.happened, arrival.came, "the pointer has arrived")
            arrival.deleteLater()
        QApplication.processEvents()

    def click(self, widget: QWidget, at: QPoint | None = None) -> None:
        """Click ``widget`` with the left button."""
        QTest.mouseClick(
            widget, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, at or widget.rect().center()
        )
        QApplication.processEvents()

    def click_button(self, within: QWidget, text: str) -> None:
        """Click the button that says ``text``."""
        shown = [each for each in within.findChildren(QAbstractButton) if each.isVisible()]
        found = [each for each in shown if each.text() == text]
        if len(found) != 1:
            raise TourError(f"there are {len(found)} buttons called {text}")
        self.click(found[0])

    def drag(self, widget: QWidget, start: QPoint, end: QPoint) -> None:
        """Press at ``start`` and drag to ``end``; `drop` lets go."""
        self.move(widget, start)
        QTest.mousePress(widget, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, start)
        for part in (0.25, 0.5, 0.75, 1.0):
            self.move(widget, start + (end - start) * part)

    def drop(self, widget: QWidget, at: QPoint) -> None:
        """Let go."""
        QTest.mouseRelease(widget, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, at)
        QApplication.processEvents()

    def type_into(self, field: QLineEdit, text: str) -> None:
        """Replace what a field says."""
        field.setFocus()
        field.selectAll()
        QTest.keyClicks(field, text)
        QTest.keyClick(field, Qt.Key.Key_Return)

    def press(self, key: Qt.Key) -> None:
        """Press a key where the focus is; a question before may have taken it from the window."""
        self.window.activateWindow()
        if not QTest.qWaitForWindowActive(self.window):
            raise TourError("the window did not get the focus back")
        QTest.keyClick(QApplication.focusWidget() or self.window, key)
        QApplication.processEvents()

    def call_later(self, act: Callable[[], None]) -> None:
        """Act from inside the next event loop, such as that of a question."""
        QTimer.singleShot(0, self.window, act)

    def show_page(self, page: str) -> None:
        """Choose a place on the rail."""
        self.window.rail.page_selected.emit(page)
        self.settle()

    # Pictures

    def picture(self, name: str, *, settled: bool = True) -> None:
        """Save what the screen shows of the window, with whatever lies over it, as the next picture.

        Args:
            name: what is seen.
            settled: whether to wait until everything is drawn; else it is caught in passing.
        """
        if settled:
            self.settle()
        else:
            QApplication.processEvents()
        path = self._folder / f"{len(self.pictures) + 1:02d}-{name}.png"
        on_a_screen = QGuiApplication.platformName() != "offscreen"
        shot = self._grab_screen() if on_a_screen else self._grab_offscreen()
        if not shot.save(str(path)):
            raise TourError(f"{path} could not be written")
        self.pictures.append(path)

    def _grab_screen(self) -> QPixmap:
        area = self.window.frameGeometry()
        return self.window.screen().grabWindow(0, area.x(), area.y(), area.width(), area.height())

    def _grab_offscreen(self) -> QPixmap:
        """The window with the other windows over it; Qt's own picture misplaces them at a ratio above 1."""
        shot = self.window.grab()
        painter = QPainter(shot)
        others = [each for each in QApplication.topLevelWidgets() if each.isVisible()]
        for other in others:
            if other is not self.window:
                painter.drawPixmap(other.pos() - self.window.pos(), other.grab())
        painter.end()
        return shot

    def expect_error(self) -> None:
        """Take note of trouble that belongs to the tour."""
        if not self.errors:
            raise TourError("trouble was expected, and none was told")
        self.errors.clear()
