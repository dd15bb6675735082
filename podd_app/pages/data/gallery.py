"""Gallery of real images with mouse and keyboard navigation."""

from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtGui import QAccessible, QHelpEvent, QKeyEvent, QMouseEvent
from PySide6.QtWidgets import QWidget

from podd_app.pages.data.gallery_view import GalleryView
from podd_app.qt.accessibility import set_accessible_role
from podd_app.qt.plain_text import show_tooltip
from podd_app.style.formatting import display_class_name, format_count
from podd_app.workers.datasets import ImageCollection


class Gallery(GalleryView):
    """Gallery with one line of images per class, or all images of one class.

    A click on a line emits `class_clicked`. Up and Down select a line, and Return emits `class_clicked`
    for the selected line. Escape emits `back_requested`. The owner opens and closes classes.
    """

    class_clicked = Signal(int)
    """Emitted with the class index when the user opens a line."""
    back_requested = Signal()
    """Emitted when the user wants to see all classes again."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAccessibleName(self.tr("Images by class"))
        set_accessible_role(self, QAccessible.Role.List)
        self.viewport().setMouseTracking(True)

    def show_images(self, names: tuple[str, ...], collection: ImageCollection) -> None:
        """Show the images of all classes.

        Args:
            names: class names by class index.
            collection: the images.
        """
        super().show_images(names, collection)
        self._describe()

    def open_class(self, index: int | None) -> None:
        """Show all images of the class ``index``, or one line per class if ``index`` is None."""
        super().open_class(index)
        self._describe()

    def _describe(self) -> None:
        if self._collection is None:
            return
        shown = self._current if self._opened is None else self._opened
        name, images = display_class_name(self._names[shown]), len(self._collection.by_class[shown])
        if self._opened is None:
            text = self.tr("Class %d of %d: %s, %n image(s)", "", images)
            self.setAccessibleDescription(text % (shown + 1, len(self._names), name))
        else:
            self.setAccessibleDescription(self.tr("%s, %n image(s)", "", images) % name)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Highlight the line under the pointer."""
        line = self._line_at(event.position().toPoint()) if self._opened is None else None
        if line != self._hovered:
            self._hovered = line
            self.viewport().setCursor(
                Qt.CursorShape.ArrowCursor if line is None else Qt.CursorShape.PointingHandCursor
            )
            self.viewport().update()

    def leaveEvent(self, event: QEvent) -> None:
        """Clear the highlight."""
        self._hovered = None
        self.viewport().update()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """Emit `class_clicked` for the line under the pointer."""
        line = self._line_at(event.position().toPoint())
        if event.button() is Qt.MouseButton.LeftButton and line is not None and self._opened is None:
            self.class_clicked.emit(line)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Select and open classes. If a class is open, scroll or return to all classes."""
        steps = {Qt.Key.Key_Up: -1, Qt.Key.Key_Down: 1, Qt.Key.Key_Home: -(10**9), Qt.Key.Key_End: 10**9}
        key = event.key()
        if self._collection is None or self._opened is not None:
            if key == Qt.Key.Key_Escape and self._opened is not None:
                self.back_requested.emit()
            else:
                super().keyPressEvent(event)
        elif key in steps:
            self._current = min(max(0, self._current + steps[Qt.Key(key)]), len(self._names) - 1)
            self._describe()
            self._show_current()
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.class_clicked.emit(self._current)
        else:
            super().keyPressEvent(event)

    def viewportEvent(self, event: QEvent) -> bool:
        """Show class name and image index as tooltip."""
        if isinstance(event, QHelpEvent) and event.type() == QEvent.Type.ToolTip:
            found = self.image_at(event.pos())
            text = ""
            if found is not None:
                text = self.tr("%s · image %s") % (
                    display_class_name(self._names[found[0]]),
                    format_count(found[1]),
                )
            show_tooltip(event.globalPos(), text, self.viewport())
            return True
        return super().viewportEvent(event)
