"""Card of a dataset with its size, its availability and the available actions."""

from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QAccessible,
    QColor,
    QContextMenuEvent,
    QEnterEvent,
    QFocusEvent,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
)
from PySide6.QtWidgets import QHBoxLayout, QMenu, QSizePolicy, QWidget

from podd_app.engine.task import BackgroundTask
from podd_app.qt.accessibility import set_accessible_role
from podd_app.qt.plain_text import plain_tooltip, set_tooltip
from podd_app.services.dataset_entries import DatasetEntry, counts_text, shape_text
from podd_app.style.theme import colors_of, scaled
from podd_app.widgets.focus_ring import draw_focus_ring
from podd_app.widgets.task_view import TaskView
from podd_app.widgets.text import Card, ElidedLabel, PlainLabel, button, label

HEIGHT_PX = 124
_RADIUS_PX = 10.0
_DOT_PX = 7


class DatasetCard(Card):
    """Card of one dataset. A click, Return or Space selects the dataset.

    Args:
        entry: the dataset.
        task: the task that downloads, locates or removes the dataset.
    """

    selected = Signal()
    """Emitted when the user selects the dataset."""
    download_requested = Signal()
    """Emitted when the user asks to download the dataset."""
    locate_requested = Signal()
    """Emitted when the user asks to choose the folder of the dataset."""
    remove_requested = Signal()
    """Emitted when the user asks to remove an added folder from the list."""

    def __init__(self, entry: DatasetEntry, task: BackgroundTask, parent: QWidget | None = None) -> None:
        super().__init__("outlined", parent)
        self.entry = entry
        self.task = task
        self._is_selected = self._hovered = False
        self.setFixedHeight(scaled(HEIGHT_PX))
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        set_accessible_role(self, QAccessible.Role.Button)
        self._title = ElidedLabel()
        self._title.setProperty("role", "title")
        self._state = _StateLabel()
        self._counts = ElidedLabel()
        self._shape = ElidedLabel()
        for line in (self._counts, self._shape):
            line.setProperty("role", "muted")
        self._location_label = ElidedLabel()
        self._location_label.setProperty("role", "small")
        self._error_label = label("", "trouble", wraps=True)
        self._error_label.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Ignored)
        self._error_label.setAlignment(Qt.AlignmentFlag.AlignTop)
        self.download = button(self.tr("Download"), self.tr("Download from the official source"), "toggle")
        self.locate = button(self.tr("Locate…"), self.tr("Choose the folder"), "toggle")
        self.view = TaskView(task)
        for action, signal in (
            (self.download, self.download_requested),
            (self.locate, self.locate_requested),
        ):
            action.setCheckable(False)
            action.clicked.connect(signal)
        self._lay_out()
        task.changed.connect(self._refresh)
        self._refresh()

    def _lay_out(self) -> None:
        self.column.setContentsMargins(14, 12, 14, 12)
        self.column.setSpacing(3)
        top = QHBoxLayout()
        top.setSpacing(8)
        top.addWidget(self._title, 1)
        top.addWidget(self._state)
        self._actions = QWidget()
        actions = QHBoxLayout(self._actions)
        actions.setContentsMargins(0, 0, 0, 0)
        actions.setSpacing(8)
        actions.addWidget(self.download)
        actions.addWidget(self.locate)
        actions.addStretch(1)
        self.column.addLayout(top)
        self.column.addWidget(self._counts)
        self.column.addWidget(self._shape)
        self.column.addWidget(self._error_label, 1)
        self.column.addWidget(self._location_label)
        self.column.addStretch(0)
        self.column.addWidget(self._actions)
        self.column.addWidget(self.view)

    def show_entry(self, entry: DatasetEntry, is_selected: bool) -> None:
        """Show the current state of the dataset.

        Args:
            entry: the dataset.
            is_selected: whether the settings name this dataset.
        """
        self.entry, self._is_selected = entry, is_selected
        self._refresh()
        self.update()

    @property
    def is_selected(self) -> bool:
        """Whether the settings name this dataset."""
        return self._is_selected

    @property
    def error(self) -> str:
        """The error message; empty without an error."""
        return plain_tooltip(self._error_label)

    def _refresh(self) -> None:
        entry, status, running = self.entry, self.entry.status, self.task.running
        error = self.task.error.what if self.task.error else ""
        if not error and entry.state == "broken":
            error = entry.problem
        if running:
            error = ""
        shown = error.replace(f"{status.path}/", "")  # the card already shows this folder
        self._title.setText(status.title)
        counts, shape = counts_text(status), shape_text(status)
        for line, text in ((self._counts, counts), (self._shape, shape)):
            line.setText(text)
            line.setVisible(bool(text) and not error and not running)
        self._location_label.setText(status.path or self.tr("Built in"))
        set_tooltip(self._location_label, status.path)
        self._location_label.setVisible(entry.state == "ready" and not running and not error)
        self._error_label.setText(shown)
        set_tooltip(self._error_label, error)
        self._error_label.setVisible(bool(error))
        self.download.setVisible(entry.downloadable)
        if entry.state == "broken":
            self.download.setText(self.tr("Download again"))
        else:
            self.download.setText(self.tr("Try again") if error else self.tr("Download"))
        self.locate.setVisible(entry.locatable)
        self._actions.setVisible((entry.locatable or entry.downloadable) and not running)
        self._state.show_state("broken" if error else entry.state)
        self.setAccessibleName(status.title)
        set_tooltip(self, self.tr("Select %s") % status.title)
        selected = self.tr("selected") if self._is_selected else ""
        self.setAccessibleDescription(", ".join(part for part in (selected, counts, shape, error) if part))

    # Selection

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """Select the dataset on a click."""
        if event.button() is Qt.MouseButton.LeftButton and self.rect().contains(event.position().toPoint()):
            self.selected.emit()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Accept the press, so that the card receives the release."""
        event.accept()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Select the dataset on Return, Enter and Space. Remove an added folder on Delete."""
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space):
            self.selected.emit()
        elif event.key() == Qt.Key.Key_Delete and self.entry.user_folder_name:
            self.remove_requested.emit()
        else:
            super().keyPressEvent(event)

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        """Show the menu with the actions of the dataset."""
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.addAction(self.tr("Use this dataset"), self.selected.emit)
        menu.addAction(self.tr("Change location…"), self.locate_requested.emit)
        if self.entry.user_folder_name:
            menu.addAction(self.tr("Remove from the list (files are kept)"), self.remove_requested.emit)
        menu.popup(event.globalPos())

    # Appearance

    def enterEvent(self, event: QEnterEvent) -> None:
        """Show the hover state."""
        self._hovered = True
        self.update()

    def leaveEvent(self, event: object) -> None:
        """Clear the hover state."""
        self._hovered = False
        self.update()

    def focusInEvent(self, event: QFocusEvent) -> None:
        """Paint the focus ring."""
        super().focusInEvent(event)
        self.update()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """Remove the focus ring."""
        super().focusOutEvent(event)
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the card and the frame of the selected, focused or hovered state."""
        super().paintEvent(event)
        if self._is_selected or self._hovered or self.hasFocus():
            colors = colors_of(self)
            painter = QPainter(self)
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            strong = self._is_selected or self.hasFocus()
            line_px = 2.0 if strong else 1.0
            painter.setPen(QPen(QColor(colors.accent if strong else colors.muted), line_px))
            inset = line_px / 2
            frame = QRectF(self.rect()).adjusted(inset, inset, -inset, -inset)
            painter.drawRoundedRect(frame, _RADIUS_PX - inset, _RADIUS_PX - inset)
            if self._is_selected and self.hasFocus():
                draw_focus_ring(painter, self, QRectF(self.rect()).adjusted(4, 4, -4, -4), _RADIUS_PX - 4)


class _StateLabel(PlainLabel):
    """Availability of a dataset as a colored dot and a word."""

    def __init__(self) -> None:
        super().__init__()
        self._state = ""
        self.setProperty("role", "small")
        mirrored = self.isRightToLeft()
        self.setContentsMargins(*((0, 0, _DOT_PX + 6, 0) if mirrored else (_DOT_PX + 6, 0, 0, 0)))

    def show_state(self, state: str) -> None:
        """Show a value of `podd_app.services.dataset_entries.Availability`."""
        self._state = state
        texts = {
            "looking": self.tr("checking…"),
            "ready": self.tr("ready"),
            "absent": self.tr("not installed"),
            "broken": self.tr("error"),
        }
        self.setText(texts[state])
        self.update()

    def sizeHint(self) -> QSize:
        """Return the size of the dot and the text."""
        return super().sizeHint() + QSize(1, 0)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the text and the dot. The dot is hollow if the dataset is not available."""
        super().paintEvent(event)
        colors = colors_of(self)
        color = QColor({"ready": colors.good, "broken": colors.error}.get(self._state, colors.muted))
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(color, 1.4))
        painter.setBrush(color if self._state in ("ready", "broken") else Qt.BrushStyle.NoBrush)
        center_x = self.width() - _DOT_PX / 2 - 1 if self.isRightToLeft() else _DOT_PX / 2 + 1
        painter.drawEllipse(QPointF(center_x, self.height() / 2), _DOT_PX / 2, _DOT_PX / 2)
