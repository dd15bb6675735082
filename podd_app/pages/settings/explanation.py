"""What the setting at hand is, and what it does to the result, to time and to memory."""

from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from podd_app.models.setting_fields import EFFECT_TITLES, FIELDS
from podd_app.style.theme import colors_of
from podd_app.widgets.text import label, section

_WIDE_PX = 800
_HEIGHT_PX, _NARROW_HEIGHT_PX = 126, 152
"""Room for nearly all explanations, so that the strip seldom grows from one to the next."""


class Explanation(QWidget):
    """A strip with the name of a setting, its meaning, and a column for each effect."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("explanation")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setAccessibleName(self.tr("Explanation"))
        self._path = ""
        self._title = label("", wraps=True)
        self._title.setTextFormat(Qt.TextFormat.RichText)
        self._effects = [label("", "small", wraps=True) for _ in EFFECT_TITLES]
        self._columns = QWidget()
        across = QHBoxLayout(self._columns)
        across.setContentsMargins(0, 0, 0, 0)
        across.setSpacing(20)
        for title, text in zip(EFFECT_TITLES, self._effects, strict=True):
            down = QVBoxLayout()
            down.setSpacing(2)
            down.addWidget(section(self.tr(title)))
            down.addWidget(text)
            down.addStretch(1)
            across.addLayout(down, 1)
        column = QVBoxLayout(self)
        column.setContentsMargins(16, 10, 16, 10)
        column.setSpacing(6)
        column.addWidget(self._title)
        column.addWidget(self._columns)
        column.addStretch(1)
        self._refresh()

    @property
    def path(self) -> str:
        """Dotted key of the setting that is explained; empty before there is one."""
        return self._path

    @property
    def text(self) -> str:
        """Everything that is said."""
        return "\n".join([self._title.text(), *(effect.text() for effect in self._effects)])

    def show_setting(self, path: str) -> None:
        """Explain the setting with this dotted key."""
        self._path = path
        self._refresh()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Have room for the lines that there are at this width."""
        super().resizeEvent(event)
        self.setMinimumHeight(_HEIGHT_PX if event.size().width() >= _WIDE_PX else _NARROW_HEIGHT_PX)

    def changeEvent(self, event: QEvent) -> None:
        """Follow the scheme."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange and hasattr(self, "_columns"):
            self._refresh()

    def _refresh(self) -> None:
        self._columns.setVisible(bool(self._path))
        muted = f'<span style="color:{colors_of(self).muted}">%s</span>'
        if not self._path:
            self._title.setText(muted % self.tr("Point at a setting to read what it does."))
            return
        facts = FIELDS[self._path]
        self._title.setText(f"<b>{facts.label}</b> &nbsp;{facts.meaning} &nbsp;" + muted % self._path)
        for text, effect in zip(self._effects, facts.effects, strict=True):
            text.setText(effect)
