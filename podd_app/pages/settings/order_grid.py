"""The class order in the form: whether it is set by hand; it is changed where it is drawn."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QPushButton

from podd_app.models.session import Session
from podd_app.models.setting_fields import FIELDS


class ClassOrderField(QPushButton):
    """Says how the classes came to lie where they lie, and leads to the poster.

    Args:
        session: goes there.
    """

    edited = Signal(object)
    """Never: classes are swapped on the poster."""

    def __init__(self, session: Session) -> None:
        super().__init__()
        self.setProperty("role", "quiet")
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.clicked.connect(lambda: session.show_page("poster"))

    def set_value(self, value: tuple[tuple[int, ...], ...]) -> None:
        """Show whether there is a grid set by hand."""
        self.setText(FIELDS["order.grid"].shown(value))
