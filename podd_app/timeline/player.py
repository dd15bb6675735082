"""Playing the kept posters one after the other."""

from PySide6.QtCore import QObject, QTimer, Signal

from podd_app.services.snapshot_player import Reel

FRAME_MS = 100
"""Each poster is seen at least so long; one that takes longer to read is waited for."""


class Player(QObject):
    """Moves a reel from stop to stop, and at the end to the live poster.

    Args:
        reel: what is played.
    """

    changed = Signal()
    """`playing` is another."""

    def __init__(self, reel: Reel, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._reel = reel
        self._playing = False
        self._timer = QTimer(self, singleShot=True, interval=FRAME_MS)
        self._timer.timeout.connect(self._advance)
        reel.looked.connect(self._on_looked)
        reel.missed.connect(self.pause)

    @property
    def playing(self) -> bool:
        """Whether it goes on by itself."""
        return self._playing

    def play(self) -> None:
        """Go on from the poster looked at, or from the first where there is none after it."""
        if self._playing or not self._reel.stops:
            return
        self._set_playing(True)
        following = self._reel.following
        self._reel.look_at(self._reel.stops[0] if following is None else following)

    def pause(self) -> None:
        """Stay at the poster looked at."""
        self._set_playing(False)

    def _set_playing(self, playing: bool) -> None:
        if playing != self._playing:
            self._playing = playing
            self.changed.emit()
        if not playing:
            self._timer.stop()

    def _on_looked(self) -> None:
        """Start the next frame's time once a poster is on screen."""
        if not self._playing:
            return
        if self._reel.wanted is None:
            self.pause()
        elif not self._reel.reading:
            self._timer.start()

    def _advance(self) -> None:
        self._reel.look_at(self._reel.following)
