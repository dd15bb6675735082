"""Card that adds an image folder."""

from PySide6.QtCore import QEvent, QRectF, Qt, Signal
from PySide6.QtGui import QAccessible, QColor, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from podd_app.engine.task import BackgroundTask
from podd_app.pages.data.dataset_card import HEIGHT_PX
from podd_app.qt.accessibility import set_accessible_role
from podd_app.qt.plain_text import set_description, set_tooltip
from podd_app.style.icons import pixmap
from podd_app.style.palette import FollowsPalette
from podd_app.style.theme import colors_of, scaled
from podd_app.widgets.task_view import TaskView
from podd_app.widgets.text import PlainLabel, label


class AddCard(FollowsPalette, QWidget):
    """Button in the list of datasets that adds an image folder, by click or by drag and drop.

    Args:
        task: the task that reads the added folder. The card shows its progress and its error.
    """

    pressed = Signal()
    """Emitted when the user clicks the card or presses Return, Enter or Space."""

    def __init__(self, task: BackgroundTask, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._task = task
        self._hovered = self._dragged_over = False
        self.setFixedHeight(scaled(HEIGHT_PX))
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setAccessibleName(self.tr("Add image folder"))
        set_accessible_role(self, QAccessible.Role.Button)
        set_tooltip(
            self, self.tr("A folder with one subfolder of images per class, optionally in train/ and test/")
        )
        self._icon = PlainLabel()
        self._title = label(self.tr("Add folder…"), "value")
        self._hint = label(self.tr("or drop it here (one subfolder per class)"), "small", wraps=True)
        self._error_label = label("", "trouble", wraps=True)
        self._error_label.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Ignored)
        self._error_label.setAlignment(Qt.AlignmentFlag.AlignTop)
        top = QHBoxLayout()
        top.setSpacing(8)
        top.addWidget(self._icon)
        top.addWidget(self._title, 1)
        column = QVBoxLayout(self)
        column.setContentsMargins(14, 12, 14, 12)
        column.setSpacing(4)
        column.addLayout(top)
        column.addWidget(self._hint)
        column.addWidget(self._error_label, 1)
        column.addStretch(0)
        column.addWidget(TaskView(task))
        task.changed.connect(self._refresh)
        self._refresh()
        self.follow_palette()

    @property
    def error(self) -> str:
        """Why the last folder could not be added; empty without an error."""
        return self._error_label.text()

    def set_drop_highlight(self, dragged_over: bool) -> None:
        """Set whether the card is highlighted as a drop target."""
        self._dragged_over = dragged_over
        self.update()

    def _refresh(self) -> None:
        error = self._task.error.what if self._task.error else ""
        self._error_label.setText(error)
        set_tooltip(self._error_label, error)
        self._error_label.setVisible(bool(error))
        self._hint.setVisible(not error and not self._task.running)
        set_description(self, error)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Accept the press, so that the card receives the release."""
        event.accept()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """Emit `pressed` on a click."""
        if event.button() is Qt.MouseButton.LeftButton and self.rect().contains(event.position().toPoint()):
            self.pressed.emit()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Emit `pressed` on Return, Enter and Space."""
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space):
            self.pressed.emit()
        else:
            super().keyPressEvent(event)

    def event(self, event: QEvent) -> bool:
        """Update the highlight when the pointer or the focus enters or leaves the card."""
        if event.type() in (QEvent.Type.Enter, QEvent.Type.Leave):
            self._hovered = event.type() == QEvent.Type.Enter
            self.update()
        elif event.type() in (QEvent.Type.FocusIn, QEvent.Type.FocusOut):
            self.update()
        return super().event(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the dashed frame."""
        colors = colors_of(self)
        highlighted = self._dragged_over or self.hasFocus()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        pen = QPen(QColor(colors.accent if highlighted else colors.muted), 2.0 if highlighted else 1.2)
        pen.setDashPattern([4, 4])
        painter.setPen(pen)
        if self._dragged_over or self._hovered:
            painter.setBrush(QColor(colors.hover))
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(1, 1, -1, -1), 9, 9)

    def _apply_palette(self) -> None:
        self._icon.setPixmap(pixmap("add", colors_of(self).accent, 18, self.devicePixelRatioF()))
