"""A part of a panel that folds."""

from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtWidgets import QSizePolicy, QToolButton, QVBoxLayout, QWidget


class Fold(QWidget):
    """A title that shows and hides what is below it; put widgets into `column`.

    Args:
        title: of the part.
        tooltip: what it tells.
    """

    folded = Signal(bool)
    """A person opened (False) or closed (True) it."""

    def __init__(self, title: str, tooltip: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.head = QToolButton()
        self.head.setProperty("role", "fold")
        self.head.setText(title.upper())
        self.head.setAccessibleName(title)
        self.head.setToolTip(tooltip)
        self.head.setCheckable(True)
        self.head.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.head.setCursor(Qt.CursorShape.PointingHandCursor)
        self.head.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        self.head.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self._body = QWidget()
        self.column = QVBoxLayout(self._body)
        self.column.setContentsMargins(0, 2, 0, 8)
        self.column.setSpacing(6)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(0)
        whole.addWidget(self.head)
        whole.addWidget(self._body)
        self.head.toggled.connect(self._refresh)
        self.head.clicked.connect(lambda opened: self.folded.emit(not opened))
        self._refresh()

    @property
    def is_open(self) -> bool:
        """Whether what is below the title is shown."""
        return self.head.isChecked()

    def set_open(self, opened: bool) -> None:
        """Show or hide what is below the title, telling nobody."""
        self.head.setChecked(opened)

    def changeEvent(self, event: QEvent) -> None:
        """Point the other way where lines run from right to left."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.LayoutDirectionChange:
            self._refresh()

    def _refresh(self) -> None:
        closed = Qt.ArrowType.RightArrow if self.isLeftToRight() else Qt.ArrowType.LeftArrow
        self.head.setArrowType(Qt.ArrowType.DownArrow if self.is_open else closed)
        self._body.setVisible(self.is_open)
