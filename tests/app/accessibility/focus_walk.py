"""Helpers that list and describe the visible widgets of each page."""

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
from podd_app.window.estimate_label import EstimateLabel
from podd_app.window.main_window import MainWindow

PAGE_KEYS = ("data", "poster", "settings", "run", "library", "export")


def process_layouts() -> None:
    """Process events until nested layouts are stable. Each round settles one layer."""
    for _ in range(6):
        QApplication.processEvents()
    for _ in range(4):  # layout requests that were posted in the last round
        QApplication.sendPostedEvents(None, QEvent.Type.LayoutRequest)


def show(window: MainWindow, key: str) -> None:
    """Show a page and update its layout."""
    window.show_page(key)
    process_layouts()


def shown(window: QWidget) -> list[QWidget]:
    """Return the visible widgets of ``window`` without the internal children of Qt widgets."""
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
    """Return the visible and enabled widgets that Tab should reach."""
    return [
        widget
        for widget in shown(window)
        if widget.isEnabled()
        and widget.focusPolicy() & Qt.FocusPolicy.TabFocus
        and widget.focusProxy() is None
    ]


def siblings(window: QWidget) -> Iterator[tuple[QWidget, QWidget]]:
    """Yield pairs of visible widgets with the same parent."""
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
    """Return the rectangle of a widget in window coordinates."""
    return QRect(widget.mapTo(window, widget.rect().topLeft()), widget.size())


def describe_widget(widget: QWidget) -> str:
    """Describe a widget for the message of a failed test."""
    text = getattr(widget, "text", lambda: "")
    shown_text = text() if callable(text) else ""
    path, at = [], widget
    while at is not None and len(path) < 4:
        path.append(type(at).__name__)
        at = at.parentWidget()
    return f"{' < '.join(path)} '{str(shown_text)[:60]}' ({widget.accessibleName()[:40]})"


def truncated_texts(window: QWidget) -> list[str]:
    """Describe the labels and buttons that are too small for their text and do not elide the text."""
    found = []
    for widget in shown(window):
        if isinstance(widget, ElidedLabel | EstimateLabel) or not isinstance(
            widget, QLabel | QAbstractButton
        ):
            continue
        if not widget.text():
            continue
        needed = widget.sizeHint()
        if isinstance(widget, QLabel) and widget.wordWrap():
            needed.setWidth(0)
            needed.setHeight(widget.heightForWidth(widget.width()))
        elif (
            isinstance(widget, QLabel)
            and widget.sizePolicy().horizontalPolicy() == QSizePolicy.Policy.Ignored
        ):
            needed.setWidth(0)
        if needed.width() > widget.width() + 1 or needed.height() > widget.height() + 1:
            found.append(f"{describe_widget(widget)} needs {needed.toTuple()}, has {widget.size().toTuple()}")
    return found


def clipped(window: QWidget) -> list[str]:
    """Describe the scroll areas whose content is wider than the viewport."""
    return [
        f"{describe_widget(area.widget())}: {area.widget().width()} px in {area.viewport().width()} px"
        for area in shown(window)
        if isinstance(area, FocusScrollArea) and area.widget().width() > area.viewport().width()
    ]


def overlaps(window: QWidget) -> list[str]:
    """Describe overlapping siblings, except for widgets that float over a canvas or a plot."""
    found = []
    for first, second in siblings(window):
        if isinstance(first.parentWidget(), CanvasFrame) or isinstance(second, Readout):
            continue
        common = first.geometry() & second.geometry()
        if common.width() > 1 and common.height() > 1:
            found.append(f"{describe_widget(first)} and {describe_widget(second)}")
    return found
