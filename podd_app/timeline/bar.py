"""The row under the live poster: play, the track, which step is shown, and the ways to best and live."""

from PySide6.QtCore import QEvent, QSize, Qt
from PySide6.QtGui import QHideEvent
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QWidget

from podd_app.models.session import Session
from podd_app.services.snapshot_player import Reel
from podd_app.style.formatting import THIN_SPACE, count
from podd_app.style.icons import icon
from podd_app.style.theme import colours_of
from podd_app.timeline.player import Player
from podd_app.timeline.thumbnails import Thumbnails
from podd_app.timeline.track import Track
from podd_app.widgets.text import ElidedLabel, button

_SAID_PX = 128
_ICON_PX = 16


class TimelineBar(QWidget):
    """Moves a reel, and says where it is.

    Args:
        session: whose run it is.
        reel: what is moved.
    """

    def __init__(self, session: Session, reel: Reel, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session, self.reel = session, reel
        self._shown_playing: bool | None = None
        self.player = Player(reel, self)
        self.play = button("", "", "toggle")
        self.play.setCheckable(False)
        self.play.setIconSize(QSize(_ICON_PX, _ICON_PX))
        self.track = Track(Thumbnails(reel))
        self.said = ElidedLabel()
        self.said.setProperty("role", "small")
        self.said.setFixedWidth(_SAID_PX)
        self.said.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        self.best = button(
            self.tr("Best"), self.tr("Show the poster with the lowest loss on real training images"), "toggle"
        )
        self.live = button("", "", "toggle")
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(6)
        row.addWidget(self.play)
        row.addWidget(self.track, 1)
        row.addWidget(self.said)
        row.addSpacing(6)
        row.addWidget(self.best)
        row.addWidget(self.live)
        self.play.clicked.connect(self._on_play)
        self.track.chosen.connect(self._on_chosen)
        self.best.clicked.connect(lambda: self._on_chosen(reel.best))
        self.live.clicked.connect(lambda: self._on_chosen(None))
        reel.stops_changed.connect(self._on_stops_changed)
        reel.looked.connect(self._refresh)
        self.player.changed.connect(self._refresh)
        session.run_changed.connect(self._name_live)
        self._on_stops_changed()

    # What a person does

    def _on_play(self) -> None:
        if self.player.playing:
            self.player.pause()
        else:
            self.player.play()

    def _on_chosen(self, step: int | None) -> None:
        self.player.pause()
        self.reel.look_at(step)
        self._refresh()

    def hideEvent(self, event: QHideEvent) -> None:
        """Play to nobody no longer."""
        self.player.pause()
        super().hideEvent(event)

    def changeEvent(self, event: QEvent) -> None:
        """Follow the scheme."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange:
            self._shown_playing = None
            self._refresh()

    # What the reel tells

    def _on_stops_changed(self) -> None:
        reel = self.reel
        story = self._session.record.story
        poster = (1, 1) if story is None else story.config.layout.poster
        self.track.show_marks(poster, reel.stops, reel.best, reel.end)
        self._refresh()

    def _refresh(self) -> None:
        reel = self.reel
        looking_back = reel.wanted is not None
        self.track.show_step(reel.wanted)
        self.track.setEnabled(bool(reel.stops))
        self.track.setAccessibleDescription(self._words())
        self.said.setText(self._words())
        self.play.setEnabled(bool(reel.stops))
        self._show_playing(self.player.playing)
        self.best.setEnabled(reel.best is not None)
        self.best.setChecked(looking_back and reel.wanted == reel.best)
        self.live.setChecked(not looking_back)
        self._name_live()

    def _show_playing(self, playing: bool) -> None:
        if playing is self._shown_playing:
            return
        self._shown_playing = playing
        self.play.setIcon(icon("pause" if playing else "start", colours_of(self).text, size_px=_ICON_PX))
        self.play.setAccessibleName(self.tr("Stop playing") if playing else self.tr("Play"))
        self.play.setToolTip(
            self.tr("Stay at this poster") if playing else self.tr("Play how the poster came to be")
        )

    def _name_live(self) -> None:
        looking_back, going_on = self.reel.wanted is not None, self._session.run.phase.active
        self.live.setText(self.tr("Live") if going_on else self.tr("Latest"))
        self.live.setToolTip(
            self.tr("Go back to the poster as it is now (End)")
            if looking_back
            else self.tr("This is the poster as it is now")
        )
        if self.live.property("calls") != looking_back:
            self._call(self.live, looking_back)

    @staticmethod
    def _call(made: QPushButton, calls: bool) -> None:
        """Fill a button with the accent, or not."""
        made.setProperty("calls", calls)
        made.style().unpolish(made)
        made.style().polish(made)

    def _words(self) -> str:
        """Which step is on screen, and how good its poster was measured to be."""
        reel, poster = self.reel, self.reel.poster
        if poster is None:
            return ""
        if reel.reading:
            return self.tr("Step %s …") % count(reel.wanted or 0)
        words = self.tr("Step %s") % count(poster.step)
        measured = [each for each in self._session.record.evaluations if each.step == poster.step]
        if measured:
            words += f" · {100 * measured[-1].chosen.test_accuracy:.1f}{THIN_SPACE}%"
        return words
