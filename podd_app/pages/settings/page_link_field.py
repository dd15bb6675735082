"""Form control of a setting that another page edits."""

from PySide6.QtCore import Qt, Signal

from podd_app.models.session import Session
from podd_app.models.setting_fields import FIELDS
from podd_app.widgets.text import PlainButton


class PageLinkField(PlainButton):
    """Button that shows the value of a setting and opens the page that edits the setting.

    Args:
        session: the session that shows the page.
        path: dotted key of the setting.
        page: key of the page.
    """

    edited = Signal(object)
    """Required by `SettingRow`. Never emitted, because the page edits the setting."""

    def __init__(self, session: Session, path: str, page: str) -> None:
        super().__init__()
        self._path = path
        self.setProperty("role", "quiet")
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.clicked.connect(lambda: session.show_page(page))

    def set_value(self, value: object) -> None:
        """Show ``value`` as text."""
        self.setText(FIELDS[self._path].shown(value))
