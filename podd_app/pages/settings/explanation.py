"""Explanation of the current setting: its meaning and its effects on result, time and memory."""

from PySide6.QtCore import QCoreApplication, Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from podd_app.models.setting_fields import EFFECT_TITLES, FIELDS
from podd_app.qt.plain_text import rich_text
from podd_app.style.palette import FollowsPalette
from podd_app.style.theme import colors_of
from podd_app.widgets.text import RichText, label, section

_MUTED = '<span style="color:%s">%s</span>'
_MIN_WIDE_PX = 800
_HEIGHT_PX, _NARROW_HEIGHT_PX = 126, 152
"""Minimum heights that fit nearly all explanations, so that the height rarely changes."""


class Explanation(FollowsPalette, QWidget):
    """Strip with the name and the meaning of a setting, and one column per effect."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("explanation")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setAccessibleName(self.tr("Explanation"))
        self._path = ""
        self._title = RichText(None)
        self._title.setWordWrap(True)
        self._effects = [label("", "small", wraps=True) for _ in EFFECT_TITLES]
        self._columns = QWidget()
        across = QHBoxLayout(self._columns)
        across.setContentsMargins(0, 0, 0, 0)
        across.setSpacing(20)
        for title, text in zip(EFFECT_TITLES, self._effects, strict=True):
            down = QVBoxLayout()
            down.setSpacing(2)
            down.addWidget(section(QCoreApplication.translate("Fields", title)))
            down.addWidget(text)
            down.addStretch(1)
            across.addLayout(down, 1)
        column = QVBoxLayout(self)
        column.setContentsMargins(16, 10, 16, 10)
        column.setSpacing(6)
        column.addWidget(self._title)
        column.addWidget(self._columns)
        column.addStretch(1)
        self.follow_palette()

    @property
    def path(self) -> str:
        """Dotted key of the explained setting; empty without a setting."""
        return self._path

    @property
    def text(self) -> str:
        """The whole explanation as text."""
        return "\n".join([self._title.text(), *(effect.text() for effect in self._effects)])

    def show_setting(self, path: str) -> None:
        """Show the explanation of the setting with the dotted key ``path``."""
        self._path = path
        self._refresh()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Adjust the minimum height to the number of lines at the new width."""
        super().resizeEvent(event)
        self.setMinimumHeight(_HEIGHT_PX if event.size().width() >= _MIN_WIDE_PX else _NARROW_HEIGHT_PX)

    def _apply_palette(self) -> None:
        self._refresh()

    def _refresh(self) -> None:
        self._columns.setVisible(bool(self._path))
        muted = colors_of(self).muted
        if not self._path:
            text = self.tr("Point at a setting to see its explanation.")
            self._title.set_html(rich_text(_MUTED, muted, text))
            return
        field = FIELDS[self._path]
        path = rich_text(_MUTED, muted, self._path)
        self._title.set_html(rich_text("<b>%s</b> &nbsp;%s &nbsp;%s", field.label, field.meaning, path))
        for effect_label, effect in zip(self._effects, field.effects, strict=True):
            effect_label.setText(effect)
        # Qt does not request a new layout for texts in a widget that has just been shown.
        self.updateGeometry()
