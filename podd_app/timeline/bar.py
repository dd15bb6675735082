"""Bar below the poster: play button, timeline, step label, and the Best and Live buttons."""

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QHideEvent
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QWidget

from podd_app.models.session import Session
from podd_app.qt.plain_text import set_tooltip
from podd_app.services.snapshot_player import SnapshotPlayer
from podd_app.style.formatting import format_count
from podd_app.style.icons import icon
from podd_app.style.palette import FollowsPalette
from podd_app.style.theme import colors_of
from podd_app.timeline.player import PlaybackController
from podd_app.timeline.thumbnails import ThumbnailCache
from podd_app.timeline.track import TimelineTrack
from podd_app.widgets.text import ElidedLabel, button

_STEP_LABEL_PX = 128
_ICON_PX = 16


class TimelineBar(FollowsPalette, QWidget):
    """Controls that select the snapshot to show.

    Args:
        session: the session with the open run.
        snapshot_player: the player that shows the selected snapshot.
    """

    def __init__(
        self, session: Session, snapshot_player: SnapshotPlayer, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._session, self.snapshot_player = session, snapshot_player
        self._shown_playing: bool | None = None
        self.playback = PlaybackController(snapshot_player, self)
        self.play = button("", "", "toggle")
        self.play.setCheckable(False)
        self.play.setIconSize(QSize(_ICON_PX, _ICON_PX))
        self.track = TimelineTrack(ThumbnailCache(snapshot_player))
        self.step_label = ElidedLabel()
        self.step_label.setProperty("role", "small")
        self.step_label.setFixedWidth(_STEP_LABEL_PX)
        self.step_label.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        self.best = button(
            self.tr("Best"), self.tr("Show the poster with the lowest loss on real training images"), "toggle"
        )
        self.live = button("", "", "toggle")
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(6)
        row.addWidget(self.play)
        row.addWidget(self.track, 1)
        row.addWidget(self.step_label)
        row.addSpacing(6)
        row.addWidget(self.best)
        row.addWidget(self.live)
        self.play.clicked.connect(self._on_play)
        self.track.step_chosen.connect(self._on_step_chosen)
        self.best.clicked.connect(lambda: self._on_step_chosen(snapshot_player.best))
        self.live.clicked.connect(lambda: self._on_step_chosen(None))
        snapshot_player.snapshots_changed.connect(self._on_snapshots_changed)
        snapshot_player.position_changed.connect(self._refresh)
        self.playback.changed.connect(self._refresh)
        session.run_changed.connect(self._update_live_button)
        self._on_snapshots_changed()
        self.follow_palette()

    # User actions

    def _on_play(self) -> None:
        if self.playback.playing:
            self.playback.pause()
        else:
            self.playback.play()

    def _on_step_chosen(self, step: int | None) -> None:
        self.playback.pause()
        self.snapshot_player.select_step(step)
        self._refresh()

    def hideEvent(self, event: QHideEvent) -> None:
        """Pause the playback while the bar is hidden."""
        self.playback.pause()
        super().hideEvent(event)

    def _apply_palette(self) -> None:
        self._shown_playing = None
        self._refresh()

    # Updates

    def _on_snapshots_changed(self) -> None:
        snapshot_player = self.snapshot_player
        metadata = self._session.run_history.metadata
        poster = (1, 1) if metadata is None else metadata.config.layout.poster
        self.track.show_marks(
            poster, snapshot_player.snapshot_steps, snapshot_player.best, snapshot_player.end
        )
        self._refresh()

    def _refresh(self) -> None:
        snapshot_player = self.snapshot_player
        looking_back = snapshot_player.selected_step is not None
        self.track.show_step(snapshot_player.selected_step)
        self.track.setEnabled(bool(snapshot_player.snapshot_steps))
        self.track.setAccessibleDescription(self._step_text())
        self.step_label.setText(self._step_text())
        self.play.setEnabled(bool(snapshot_player.snapshot_steps))
        self._show_playing(self.playback.playing)
        self.best.setEnabled(snapshot_player.best is not None)
        self.best.setChecked(looking_back and snapshot_player.selected_step == snapshot_player.best)
        self.live.setChecked(not looking_back)
        self._update_live_button()

    def _show_playing(self, playing: bool) -> None:
        if playing is self._shown_playing:
            return
        self._shown_playing = playing
        self.play.setIcon(icon("pause" if playing else "start", colors_of(self).text, size_px=_ICON_PX))
        self.play.setAccessibleName(self.tr("Pause") if playing else self.tr("Play"))
        set_tooltip(self.play, self.tr("Pause") if playing else self.tr("Play the history of the poster"))

    def _update_live_button(self) -> None:
        looking_back, running = self.snapshot_player.selected_step is not None, self._session.run.phase.active
        self.live.setText(self.tr("Live") if running else self.tr("Latest"))
        set_tooltip(
            self.live,
            self.tr("Show the newest poster (End)")
            if looking_back
            else self.tr("The newest poster is shown"),
        )
        if self.live.property("calls") != looking_back:
            self._set_accented(self.live, looking_back)

    @staticmethod
    def _set_accented(target: QPushButton, accented: bool) -> None:
        """Fill a button with the accent color, or restore its normal fill."""
        target.setProperty("calls", accented)
        target.style().unpolish(target)
        target.style().polish(target)

    def _step_text(self) -> str:
        """Return the step of the shown poster, and its test accuracy if it was evaluated."""
        snapshot_player, poster = self.snapshot_player, self.snapshot_player.poster
        if poster is None:
            return ""
        if snapshot_player.loading:
            return self.tr("Step %s…") % format_count(snapshot_player.selected_step or 0)
        step = format_count(poster.step)
        evaluations = [each for each in self._session.run_history.evaluations if each.step == poster.step]
        if not evaluations:
            return self.tr("Step %s") % step
        return self.tr("Step %s · %s") % (step, f"{100 * evaluations[-1].best_result.test_accuracy:.1f}%")
