"""Base class of the pages of the main window."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget

from podd_app.models.session import Session


class Page(QWidget):
    """Central widget of a page, with an optional side panel.

    A page is created when it is first shown. It reads and changes `session` and does not know other
    pages. Set `panel` to a widget, and the window shows the widget in a scroll area next to the page.
    Leave `panel` as None for a page that uses the whole width.

    Args:
        session: The session.
    """

    panel: QWidget | None = None

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.session = session
        self._focus_target: QWidget | None = None

    def setFocusProxy(self, widget: QWidget | None) -> None:
        """Set the widget that receives the focus when the page is shown.

        The base class is not called: with a focus proxy inside the page, Tab would skip the widgets
        before the proxy.
        """
        self._focus_target = widget

    def setFocus(self, reason: Qt.FocusReason = Qt.FocusReason.OtherFocusReason) -> None:
        """Give the focus to the widget set with `setFocusProxy`."""
        if self._focus_target is not None:
            self._focus_target.setFocus(reason)
        else:
            super().setFocus(reason)
