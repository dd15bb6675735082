"""Playback of the saved posters of a run."""

from PySide6.QtCore import QObject, QTimer, Signal

from podd_app.services.snapshot_player import SnapshotPlayer

FRAME_MS = 100
"""Minimum display time of a poster. A poster that takes longer to read delays the next one."""


class PlaybackController(QObject):
    """Selects one saved poster after the other, and the live poster at the end.

    Args:
        snapshot_player: the player that reads and shows the posters.
    """

    changed = Signal()
    """Emitted when `playing` changed."""

    def __init__(self, snapshot_player: SnapshotPlayer, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._snapshot_player = snapshot_player
        self._playing = False
        self._timer = QTimer(self, singleShot=True, interval=FRAME_MS)
        self._timer.timeout.connect(self._advance)
        snapshot_player.position_changed.connect(self._on_position_changed)
        snapshot_player.load_failed.connect(self.pause)

    @property
    def playing(self) -> bool:
        """Whether the playback is running."""
        return self._playing

    def play(self) -> None:
        """Play from the next saved poster, or from the first one if there is no next poster."""
        if self._playing or not self._snapshot_player.snapshot_steps:
            return
        self._set_playing(True)
        next_step = self._snapshot_player.next_step
        self._snapshot_player.select_step(
            self._snapshot_player.snapshot_steps[0] if next_step is None else next_step
        )

    def pause(self) -> None:
        """Stop the playback at the shown poster."""
        self._set_playing(False)

    def _set_playing(self, playing: bool) -> None:
        if playing != self._playing:
            self._playing = playing
            self.changed.emit()
        if not playing:
            self._timer.stop()

    def _on_position_changed(self) -> None:
        """Start the timer of the next poster when a poster is on screen."""
        if not self._playing:
            return
        if self._snapshot_player.selected_step is None:
            self.pause()
        elif not self._snapshot_player.loading:
            self._timer.start()

    def _advance(self) -> None:
        self._snapshot_player.select_step(self._snapshot_player.next_step)
