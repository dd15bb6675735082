"""List of notices, each with an icon."""

from collections.abc import Sequence

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from podd_app.style.icons import pixmap
from podd_app.style.palette import FollowsPalette
from podd_app.style.theme import colors_of
from podd_app.widgets.text import PlainLabel, label

_ICON_PX = 16


class NoticeList(FollowsPalette, QWidget):
    """Notices below each other. Hidden without notices."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._notices: tuple[str, ...] = ()
        self._rows: list[QWidget] = []
        self._icons: list[PlainLabel] = []
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(6)
        self.setAccessibleName(self.tr("Notices"))
        self.hide()
        self.follow_palette()

    @property
    def notices(self) -> tuple[str, ...]:
        """The shown notices."""
        return self._notices

    def set_notices(self, notices: Sequence[str]) -> None:
        """Replace the notices."""
        if tuple(notices) == self._notices:
            return
        self._notices = tuple(notices)
        for row in self._rows:
            row.hide()
            self._column.removeWidget(row)
            row.deleteLater()
        self._icons = []
        self._rows = [self._create_row(notice) for notice in notices]
        self._apply_palette()
        self.setAccessibleDescription(" ".join(notices))
        self.setVisible(bool(notices))

    def _create_row(self, notice: str) -> QWidget:
        row = QWidget(self)
        icon, text = PlainLabel(), label(notice, wraps=True)
        across = QHBoxLayout(row)
        across.setContentsMargins(0, 0, 0, 0)
        across.setSpacing(8)
        across.addWidget(icon, 0, Qt.AlignmentFlag.AlignTop)
        across.addWidget(text, 1)
        self._icons.append(icon)
        self._column.addWidget(row)
        row.show()
        return row

    def _apply_palette(self) -> None:
        picture = pixmap("trouble", colors_of(self).second, _ICON_PX, self.devicePixelRatioF())
        for icon in self._icons:
            icon.setPixmap(picture)
