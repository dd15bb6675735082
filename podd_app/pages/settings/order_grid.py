"""Form control of the class order."""

from PySide6.QtCore import Qt, Signal

from podd_app.models.session import Session
from podd_app.models.setting_fields import FIELDS
from podd_app.widgets.text import PlainButton


class ClassOrderField(PlainButton):
    """Button that shows whether the class order is manual or computed, and opens the Poster page.

    Args:
        session: the session that shows the page.
    """

    edited = Signal(object)
    """Required by `SettingRow`. Never emitted, because classes are swapped on the Poster page."""

    def __init__(self, session: Session) -> None:
        super().__init__()
        self.setProperty("role", "quiet")
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.clicked.connect(lambda: session.show_page("poster"))

    def set_value(self, value: tuple[tuple[int, ...], ...]) -> None:
        """Show whether the grid ``value`` is a manual order. An empty grid means a computed order."""
        self.setText(FIELDS["order.grid"].shown(value))
