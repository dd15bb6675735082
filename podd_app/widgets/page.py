"""What a place on screen is, to the window that holds it."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget

from podd_app.models.session import Session


class Page(QWidget):
    """The center of a place, with the facts panel at its right.

    A place is built when it is first shown, reads and changes `session`, and knows no other place.
    Set `panel` to a widget (the window puts it into a scroll area at the right), or leave it None
    for a place that takes the whole width.
    """

    panel: QWidget | None = None

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.session = session
        self._focus_target: QWidget | None = None

    def setFocusProxy(self, widget: QWidget | None) -> None:
        """Say what gets the focus when the place is shown.

        Qt is not told: with a proxy inside, Tab would skip whatever lies before it.
        """
        self._focus_target = widget

    def setFocus(self, reason: Qt.FocusReason = Qt.FocusReason.OtherFocusReason) -> None:
        """Give the focus to what `setFocusProxy` named."""
        if self._focus_target is not None:
            self._focus_target.setFocus(reason)
        else:
            super().setFocus(reason)
