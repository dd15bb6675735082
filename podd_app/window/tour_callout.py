"""Callout that points at a widget of the window without covering the widget."""

from PySide6.QtCore import QEvent, QObject, QPoint, QPointF, QRect, QRectF, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QHideEvent,
    QKeyEvent,
    QKeySequence,
    QPainter,
    QPainterPath,
    QPaintEvent,
    QPen,
    QPolygonF,
    QShortcut,
)
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from podd_app.style.theme import colors_of
from podd_app.widgets.text import button, label

_WIDTH_PX = 320
_ARROW_PX = 9
_RADIUS_PX = 10
_TOP_PX = 48
"""Targets that start above this height are in the top bar. Callouts are below this height."""


class TourCallout(QWidget):
    """Callout with a title, a text and buttons. Hidden until `point_at`. The window stays usable.

    Args:
        window: The window that contains the targets.
    """

    next_pressed = Signal()
    """Emitted when Next or Done is clicked."""
    back_pressed = Signal()
    """Emitted when Back is clicked."""
    skipped = Signal()
    """Emitted when Skip is clicked or Escape is pressed."""

    def __init__(self, window: QWidget) -> None:
        super().__init__(window)
        self._window = window
        self.setFixedWidth(_WIDTH_PX)
        self._target: QWidget | None = None
        self._watched: list[QWidget] = []
        self._arrow_tip = QPoint()
        self._title = label("", "title", wraps=True)
        self._text = label("", wraps=True)
        self._step_label = label("", "small")
        self.skip = button(self.tr("Skip"), self.tr("End the tour (Escape)"), "quiet")
        self.back = button(self.tr("Back"), self.tr("Previous step"))
        self.next = button("", self.tr("Next step"), "primary")
        row = QHBoxLayout()
        row.addWidget(self._step_label)
        row.addStretch(1)
        for widget in (self.skip, self.back, self.next):
            row.addWidget(widget)
        column = self._column = QVBoxLayout(self)
        margin = 16 + _ARROW_PX
        column.setContentsMargins(margin, margin - 2, margin, margin - 2)
        column.setSpacing(6)
        column.addWidget(self._title)
        column.addWidget(self._text)
        column.addSpacing(6)
        column.addLayout(row)
        self.skip.clicked.connect(self.skipped)
        self.back.clicked.connect(self.back_pressed)
        self.next.clicked.connect(self.next_pressed)
        QShortcut(QKeySequence(Qt.Key.Key_Escape), self).activated.connect(self.skipped)
        self.hide()

    def set_step(self, title: str, text: str, number: int, count: int) -> None:
        """Set the content.

        Args:
            title: Title of the step.
            text: Text of the step.
            number: Number of the step, starting at 1.
            count: Number of steps.
        """
        self._title.setText(title)
        self._text.setText(text)
        self.setAccessibleName(title)
        self.setAccessibleDescription(text)
        self._step_label.setText(self.tr("%d of %d") % (number, count))
        self.back.setVisible(number > 1)
        last = number == count
        self.next.setText(self.tr("Done") if last else self.tr("Next"))
        self.skip.setVisible(not last)

    def point_at(self, target: QWidget) -> None:
        """Show the callout next to ``target`` and follow the target when it moves."""
        self._stop_following()
        self._target = target
        # The target receives no event when a parent moves, so the parents are watched as well.
        ancestor: QWidget | None = target
        while ancestor is not None:
            ancestor.installEventFilter(self)
            self._watched.append(ancestor)
            ancestor = None if ancestor is self._window else ancestor.parentWidget()
        self._update_position()
        self.show()
        self.raise_()
        self.next.setFocus(Qt.FocusReason.TabFocusReason)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Update the position when the target, a parent or the window moves or resizes."""
        if event.type() in (QEvent.Type.Resize, QEvent.Type.Move) and self.isVisible():
            self._update_position()
        return False

    def hideEvent(self, event: QHideEvent) -> None:
        """Stop following the target."""
        self._stop_following()
        super().hideEvent(event)

    def _stop_following(self) -> None:
        for watched in self._watched:
            watched.removeEventFilter(self)
        self._watched.clear()
        self._target = None

    def _update_position(self) -> None:
        """Move the callout next to the target, so that the callout covers neither target nor edge."""
        assert self._target is not None
        self._column.activate()
        height = self._column.totalHeightForWidth(_WIDTH_PX)
        window = self._window.rect().adjusted(0, _TOP_PX - _ARROW_PX, 0, 0)
        aim = QRect(self._target.mapTo(self._window, QPoint()), self._target.size())
        tips = self._tips(aim, window)
        places = [(tip, self._place(tip, aim, height, window)) for tip in tips]
        free = (each for each in places if not each[1].intersects(aim))
        tip, place = next(free, places[0])
        self.setGeometry(place)
        self._arrow_tip = tip - place.topLeft()
        self.update()

    @staticmethod
    def _tips(aim: QRect, window: QRect) -> list[QPoint]:
        """Return the points of the target at which the arrow may point, the best first."""
        below = QPoint(aim.center().x(), aim.bottom() + 1)
        right = QPoint(aim.right() + 1, aim.center().y())
        left = QPoint(aim.left() - 1, aim.center().y())
        sides = [right, left] if aim.center().x() < window.center().x() else [left, right]
        at_edge = aim.left() <= window.left() or aim.right() >= window.right()
        is_in_top_bar = aim.top() < window.top() + _ARROW_PX
        return [*sides, below] if at_edge and not is_in_top_bar else [below, *sides]

    @staticmethod
    def _place(tip: QPoint, aim: QRect, height: int, window: QRect) -> QRect:
        """Return the callout next to ``tip``, moved into the window."""
        if tip.y() > aim.bottom():
            place = QRect(tip.x() - _WIDTH_PX // 2, tip.y(), _WIDTH_PX, height)
        else:
            left = tip.x() if tip.x() > aim.right() else tip.x() + 1 - _WIDTH_PX
            place = QRect(left, tip.y() - height // 2, _WIDTH_PX, height)
        place.moveLeft(min(max(window.left(), place.left()), window.right() + 1 - _WIDTH_PX))
        place.moveTop(min(max(window.top(), place.top()), window.bottom() + 1 - height))
        return place

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Press the focused button on Return, which buttons outside of dialogs ignore on some desktops."""
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            focused = self.focusWidget()
            (focused if isinstance(focused, QPushButton) else self.next).click()
        else:
            super().keyPressEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the card and the arrow to the target."""
        colors = colors_of(self)
        card = QRectF(self.rect()).adjusted(_ARROW_PX, _ARROW_PX, -_ARROW_PX, -_ARROW_PX)
        outline = QPainterPath()
        outline.addRoundedRect(card, _RADIUS_PX, _RADIUS_PX)
        arrow = QPainterPath()
        arrow.addPolygon(self._arrow(card))
        arrow.closeSubpath()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(QColor(colors.accent), 1.5))
        painter.setBrush(QColor(colors.surface))
        painter.drawPath(outline.united(arrow))

    def _arrow(self, card: QRectF) -> QPolygonF:
        tip = QPointF(self._arrow_tip)
        if card.left() <= tip.x() <= card.right():  # the callout is below the target
            x = min(max(card.left() + _RADIUS_PX + _ARROW_PX, tip.x()), card.right() - _RADIUS_PX - _ARROW_PX)
            base = [QPointF(x - _ARROW_PX, card.top() + 1), QPointF(x + _ARROW_PX, card.top() + 1)]
        else:
            y = min(max(card.top() + _RADIUS_PX + _ARROW_PX, tip.y()), card.bottom() - _RADIUS_PX - _ARROW_PX)
            x = card.left() + 1 if tip.x() < card.left() else card.right() - 1
            base = [QPointF(x, y - _ARROW_PX), QPointF(x, y + _ARROW_PX)]
        return QPolygonF([base[0], tip, base[1]])
