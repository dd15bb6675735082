"""Every widget of every place, as a person meets it."""

from collections.abc import Iterator

from PySide6.QtCore import QEvent, QRect, Qt
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractScrollArea,
    QApplication,
    QLabel,
    QSizePolicy,
    QWidget,
)

from podd_app.canvas.frame import CanvasFrame
from podd_app.pages.run.readout import Readout
from podd_app.widgets.focus_scroll_area import FocusScrollArea
from podd_app.widgets.text import ElidedLabel
from podd_app.window.main_window import MainWindow

PAGE_KEYS = ("data", "poster", "settings", "run", "library", "export")


def process_layouts() -> None:
    """Let nested layouts, a layer a round, come to rest."""
    for _ in range(6):
        QApplication.processEvents()
    for _ in range(4):  # what came in the last round, and asks for another layout
        QApplication.sendPostedEvents(None, QEvent.Type.LayoutRequest)


def show(window: MainWindow, key: str) -> None:
    """Go to a place and let it be drawn."""
    window.show_page(key)
    process_layouts()


def shown(window: QWidget) -> list[QWidget]:
    """Visible widgets below ``window``, without what Qt itself puts inside of its own."""
    return [
        widget
        for widget in window.findChildren(QWidget)
        if widget.isVisible() and widget.window() is window and not _is_part_of_qt(widget)
    ]


def _is_part_of_qt(widget: QWidget) -> bool:
    name = widget.objectName()
    return name.startswith("qt_") or widget.metaObject().className() in (
        "QComboBoxPrivateContainer",
        "QScrollBar",
        "QAbstractScrollAreaScrollBarContainer",
        "QLineEditIconButton",
    )


def tab_stops(window: QWidget) -> list[QWidget]:
    """What Tab should come to: visible, enabled, and taking the focus from the keyboard."""
    return [
        widget
        for widget in shown(window)
        if widget.isEnabled()
        and widget.focusPolicy() & Qt.FocusPolicy.TabFocus
        and widget.focusProxy() is None
    ]


def siblings(window: QWidget) -> Iterator[tuple[QWidget, QWidget]]:
    """Pairs of visible widgets of the same parent, in either of which there is something to see."""
    by_parent: dict[QWidget, list[QWidget]] = {}
    for widget in shown(window):
        by_parent.setdefault(widget.parentWidget(), []).append(widget)
    for parent, children in by_parent.items():
        if isinstance(parent, QAbstractScrollArea):
            continue
        for index, first in enumerate(children):
            for second in children[index + 1 :]:
                yield first, second


def rect_in(widget: QWidget, window: QWidget) -> QRect:
    """Where a widget lies in the window."""
    return QRect(widget.mapTo(window, widget.rect().topLeft()), widget.size())


def describe_widget(widget: QWidget) -> str:
    """A widget in words, for the message of a failed test."""
    text = getattr(widget, "text", lambda: "")
    said = text() if callable(text) else ""
    path, at = [], widget
    while at is not None and len(path) < 4:
        path.append(type(at).__name__)
        at = at.parentWidget()
    return f"{' < '.join(path)} '{str(said)[:60]}' ({widget.accessibleName()[:40]})"


def truncated_texts(window: QWidget) -> list[str]:
    """Texts that have less room than they need, though nothing says that they give way."""
    found = []
    for widget in shown(window):
        if isinstance(widget, ElidedLabel) or not isinstance(widget, QLabel | QAbstractButton):
            continue
        if not widget.text():
            continue
        wanted = widget.sizeHint()
        if isinstance(widget, QLabel) and widget.wordWrap():
            wanted.setWidth(0)
            wanted.setHeight(widget.heightForWidth(widget.width()))
        elif (
            isinstance(widget, QLabel)
            and widget.sizePolicy().horizontalPolicy() == QSizePolicy.Policy.Ignored
        ):
            wanted.setWidth(0)
        if wanted.width() > widget.width() + 1 or wanted.height() > widget.height() + 1:
            found.append(f"{describe_widget(widget)} wants {wanted.toTuple()}, has {widget.size().toTuple()}")
    return found


def clipped(window: QWidget) -> list[str]:
    """What is scrolled up and down only, and yet is wider than its window on it."""
    return [
        f"{describe_widget(area.widget())}: {area.widget().width()} px in {area.viewport().width()} px"
        for area in shown(window)
        if isinstance(area, FocusScrollArea) and area.widget().width() > area.viewport().width()
    ]


def overlaps(window: QWidget) -> list[str]:
    """Siblings on top of each other, apart from what floats over a canvas or a plot on purpose."""
    found = []
    for first, second in siblings(window):
        if isinstance(first.parentWidget(), CanvasFrame) or isinstance(second, Readout):
            continue
        common = first.geometry() & second.geometry()
        if common.width() > 1 and common.height() > 1:
            found.append(f"{describe_widget(first)} and {describe_widget(second)}")
    return found
