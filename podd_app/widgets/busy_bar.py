"""Thin progress bar that respects the animation setting of the desktop."""

from PySide6.QtWidgets import QProgressBar, QStyle, QWidget


class BusyBar(QProgressBar):
    """Progress bar for known and unknown progress. Without animations, unknown progress is a static bar."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setTextVisible(False)

    def show_busy(self) -> None:
        """Show that work is in progress, with unknown progress."""
        moves = self.style().styleHint(QStyle.StyleHint.SH_Widget_Animation_Duration, None, self) > 0
        self._set_still(still=not moves)
        self.setRange(0, 0 if moves else 1)
        self.setValue(1)

    def show_progress(self, done: int, total: int) -> None:
        """Show that ``done`` of ``total`` units are complete."""
        self._set_still(still=False)
        self.setRange(0, max(1, total))
        self.setValue(done)

    def _set_still(self, *, still: bool) -> None:
        if self.property("still") != still:
            self.setProperty("still", still)
            self.style().unpolish(self)
            self.style().polish(self)
