"""A thin progress bar that need not move to say that something is going on."""

from PySide6.QtWidgets import QProgressBar, QStyle, QWidget


class BusyBar(QProgressBar):
    """How far work is; while nobody knows, a moving sign, or a still one where motion is not wanted."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setTextVisible(False)

    def show_busy(self) -> None:
        """Say that something is going on, and not how far it is."""
        moves = self.style().styleHint(QStyle.StyleHint.SH_Widget_Animation_Duration, None, self) > 0
        self._set_still(still=not moves)
        self.setRange(0, 0 if moves else 1)
        self.setValue(1)

    def show_progress(self, done: int, total: int) -> None:
        """Say how far it is."""
        self._set_still(still=False)
        self.setRange(0, max(1, total))
        self.setValue(done)

    def _set_still(self, *, still: bool) -> None:
        if self.property("still") != still:
            self.setProperty("still", still)
            self.style().unpolish(self)
            self.style().polish(self)
