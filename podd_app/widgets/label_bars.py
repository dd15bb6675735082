"""Bar chart of a soft label in the class colors."""

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QAccessible, QColor, QFontMetricsF, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from podd_app.qt.accessibility import set_accessible_role
from podd_app.style.formatting import format_percent
from podd_app.style.theme import colors_of, scaled

Bar = tuple[str, float, QColor]

_ROW_PX, _NAME_PX, _SHARE_PX = 20, 84, 52
_BAR_PX = 8


class LabelBars(QWidget):
    """Bar chart of the classes with the largest shares. The other classes are summed as "others".

    Args:
        rows: Maximum number of bars, including "others".
    """

    def __init__(self, rows: int = 5, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._rows = rows
        self._row_px, self._name_px, self._share_px = map(scaled, (_ROW_PX, _NAME_PX, _SHARE_PX))
        self._bars: list[Bar] = []
        self._hint = ""
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        set_accessible_role(self, QAccessible.Role.Chart)

    def sizeHint(self) -> QSize:
        """Return the size of all rows, so that the layout stays stable when bars change."""
        return QSize(200, self._rows * self._row_px)

    @property
    def words(self) -> str:
        """The bars as text, for example "50% cat, 50% dog". Empty without bars."""
        return ", ".join(f"{format_percent(share)} {name}" for name, share, _ in self._bars)

    def set_hint(self, hint: str) -> None:
        """Show a text instead of bars."""
        self._bars, self._hint = [], hint
        self.setAccessibleDescription(hint)
        self.update()

    def set_bars(self, bars: list[Bar]) -> None:
        """Show classes in order of decreasing share.

        Args:
            bars: Name, share (0-1) and color of each class. Shares below 0.0005 are not shown.
        """
        ordered = sorted(bars, key=lambda bar: -bar[1])
        shown = ordered[: self._rows]
        if len(ordered) > self._rows:
            shown = ordered[: self._rows - 1]
            rest = sum(share for _, share, _ in ordered[self._rows - 1 :])
            shown.append((self.tr("others"), rest, QColor()))
        self._bars = [bar for bar in shown if bar[1] >= 0.0005]
        self.setAccessibleDescription(self.words)
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint name, bar and share of each class."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        colors = colors_of(self)
        metrics = QFontMetricsF(self.font())
        if not self._bars:
            painter.setPen(QColor(colors.muted))
            top_left = Qt.AlignmentFlag.AlignTop | Qt.AlignmentFlag.AlignLeft
            painter.drawText(QRectF(self.rect()), top_left | Qt.TextFlag.TextWordWrap, self._hint)
            return
        longest = max((share for _, share, _ in self._bars), default=1.0)
        room = self.width() - self._name_px - self._share_px - 8

        def mirrored(rect: QRectF) -> QRectF:
            visual = QRectF(rect)
            if self.isRightToLeft():
                visual.moveRight(self.width() - rect.left())
            return visual

        for row, (name, share, color) in enumerate(self._bars):
            top = row * self._row_px
            painter.setPen(QColor(colors.text))
            shown = metrics.elidedText(name, Qt.TextElideMode.ElideRight, self._name_px - 8)
            left = Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft
            painter.drawText(mirrored(QRectF(0, top, self._name_px, self._row_px)), left, shown)
            painter.setPen(QColor(colors.muted))
            right = Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignRight
            at_end = QRectF(self.width() - self._share_px, top, self._share_px, self._row_px)
            painter.drawText(mirrored(at_end), right, format_percent(share))
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(color if color.isValid() else QColor(colors.muted))
            length = max(_BAR_PX, room * share / longest)
            bar = QRectF(self._name_px, top + (self._row_px - _BAR_PX) / 2, length, _BAR_PX)
            painter.drawRoundedRect(mirrored(bar), 4, 4)
