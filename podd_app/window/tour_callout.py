"""A quiet card that points at a widget of the window, and stays clear of it."""

from PySide6.QtCore import QEvent, QObject, QPoint, QPointF, QRect, QRectF, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QHideEvent,
    QKeySequence,
    QPainter,
    QPainterPath,
    QPaintEvent,
    QPen,
    QPolygonF,
    QShortcut,
)
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from podd_app.style.theme import colors_of
from podd_app.widgets.text import button, label

_WIDTH_PX = 340
_ARROW_PX = 9
_RADIUS_PX = 10
_TOP_PX = 48
"""Targets that begin above this are in the top bar: they are pointed at from below, at the edge too."""


class TourCallout(QWidget):
    """Hidden until `point_at`; the window under it goes on answering.

    Args:
        window: what it lies over.
    """

    next_pressed = Signal()
    back_pressed = Signal()
    skipped = Signal()

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
        self.skip = button(self.tr("Skip"), self.tr("End the tour (Escape); the menu has it too"), "quiet")
        self.back = button(self.tr("Back"), self.tr("The step before"))
        self.next = button("", self.tr("Go on"), "primary")
        row = QHBoxLayout()
        row.addWidget(self._step_label)
        row.addStretch(1)
        for made in (self.skip, self.back, self.next):
            row.addWidget(made)
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
        """Show the step ``number``, from 1, of ``count``."""
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
        """Lie beside ``target`` and follow it."""
        self._leave_target()
        self._target = target
        # Whatever holds it moves it along without a word to it.
        holder: QWidget | None = target
        while holder is not None:
            holder.installEventFilter(self)
            self._watched.append(holder)
            holder = None if holder is self._window else holder.parentWidget()
        self._update_position()
        self.show()
        self.raise_()
        self.next.setFocus(Qt.FocusReason.TabFocusReason)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Follow the target and the window."""
        if event.type() in (QEvent.Type.Resize, QEvent.Type.Move) and self.isVisible():
            self._update_position()
        return False

    def hideEvent(self, event: QHideEvent) -> None:
        """Follow nothing any more."""
        self._leave_target()
        super().hideEvent(event)

    def _leave_target(self) -> None:
        for watched in self._watched:
            watched.removeEventFilter(self)
        self._watched.clear()
        self._target = None

    def _update_position(self) -> None:
        """Below the target, or beside one at the edge of the window; the arrow's tip at its edge."""
        assert self._target is not None
        window = self._window.rect()
        self._column.activate()
        height = self._column.totalHeightForWidth(_WIDTH_PX)
        aim = QRect(self._target.mapTo(self._window, QPoint()), self._target.size())
        at_edge = aim.left() <= window.left() or aim.right() >= window.right()
        if not at_edge or aim.top() < window.top() + _TOP_PX:
            tip = QPoint(aim.center().x(), aim.bottom() + 1)
            left, top = tip.x() - _WIDTH_PX // 2, tip.y()
        else:
            at_left = aim.left() - window.left() > window.right() - aim.right()
            tip = QPoint(aim.left() if at_left else aim.right() + 1, aim.center().y())
            left, top = tip.x() - (_WIDTH_PX if at_left else 0), tip.y() - height // 2
        left = min(max(window.left(), left), window.right() + 1 - _WIDTH_PX)
        top = min(max(window.top() + _TOP_PX - _ARROW_PX, top), window.bottom() + 1 - height)
        self.setGeometry(left, top, _WIDTH_PX, height)
        self._arrow_tip = tip - QPoint(left, top)
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        """The card with its arrow to the target."""
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
        if card.left() <= tip.x() <= card.right():  # from above
            x = min(max(card.left() + _RADIUS_PX + _ARROW_PX, tip.x()), card.right() - _RADIUS_PX - _ARROW_PX)
            base = [QPointF(x - _ARROW_PX, card.top() + 1), QPointF(x + _ARROW_PX, card.top() + 1)]
        else:
            y = min(max(card.top() + _RADIUS_PX + _ARROW_PX, tip.y()), card.bottom() - _RADIUS_PX - _ARROW_PX)
            x = card.left() + 1 if tip.x() < card.left() else card.right() - 1
            base = [QPointF(x, y - _ARROW_PX), QPointF(x, y + _ARROW_PX)]
        return QPolygonF([base[0], tip, base[1]])
