"""Item delegate that draws a run as a card with poster, name, dataset and status."""

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QPointF, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFont, QPainter, QPainterPath, QPen
from PySide6.QtWidgets import QListView, QStyle, QStyledItemDelegate, QStyleOptionViewItem

from podd_app.canvas.image_layer import to_qimage
from podd_app.pages.library.run_list_model import RUN_ROLE
from podd_app.pages.library.run_texts import accuracy, budget, progress, status_color, status_text
from podd_app.services.run_library import RunLibrary
from podd_app.style.theme import SMALL_TEXT_PX, Colors, colors_of, scaled
from podd_app.widgets.focus_ring import FocusRing, draw_focus_ring
from podd_engine.runs.run_info import RunInfo

GAP_PX = 12
_MIN_WIDTH_PX = 236
_PICTURE_PX = 112
_INSET_PX = 12
_LINE_PX = 20
_RADIUS_PX = 10
_TEXT_PX = 3 * _LINE_PX + 18

ColoredText = tuple[str, str]


class RunCardDelegate(QStyledItemDelegate):
    """Delegate whose cards fill the width of the view.

    Args:
        view: view that shows the cards.
        run_library: provides the thumbnails.
    """

    def __init__(self, view: QListView, run_library: RunLibrary) -> None:
        super().__init__(view)
        self._view, self._run_library = view, run_library
        self._focus_ring = FocusRing(view)

    def sizeHint(self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex) -> QSize:
        """Return the size of a card including the gaps on its right and below."""
        width = self._view.viewport().width()
        columns = max(1, width // (scaled(_MIN_WIDTH_PX) + GAP_PX))
        return QSize(width // columns, _PICTURE_PX + scaled(_TEXT_PX) + GAP_PX)

    def paint(
        self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        """Draw the poster, three lines of text and an outline if the card is selected."""
        run: RunInfo = index.data(RUN_ROLE)
        colors = colors_of(self._view)
        frame: QRect = option.rect.adjusted(0, 0, -GAP_PX, -GAP_PX)
        state: QStyle.StateFlag = option.state
        selected = bool(state & QStyle.StateFlag.State_Selected)
        hovered = bool(state & QStyle.StateFlag.State_MouseOver)
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        shape = QPainterPath()
        shape.addRoundedRect(QRectF(frame).adjusted(1, 1, -1, -1), _RADIUS_PX, _RADIUS_PX)
        painter.fillPath(shape, QColor(colors.card if hovered and not selected else colors.surface))
        painter.save()
        painter.setClipPath(shape)
        self._draw_picture(painter, QRect(frame.topLeft(), QSize(frame.width(), _PICTURE_PX)), run, colors)
        painter.restore()
        painter.setPen(_pen(colors.accent if selected else colors.border, 2.0 if selected else 1.0))
        painter.drawPath(shape)
        if selected and self._focus_ring.shown:
            draw_focus_ring(painter, self._view, QRectF(frame).adjusted(4, 4, -4, -4), _RADIUS_PX - 4)
        self._draw_text(painter, frame.adjusted(_INSET_PX, _PICTURE_PX + 8, -_INSET_PX, 0), run, colors)
        painter.restore()

    def _draw_picture(self, painter: QPainter, area: QRect, run: RunInfo, colors: Colors) -> None:
        painter.fillRect(area, QColor(colors.canvas))
        thumbnail = self._run_library.thumbnail(run)
        if thumbnail is None:
            if run.status == "damaged":
                painter.setPen(QColor(colors.muted))
                painter.drawText(area, Qt.AlignmentFlag.AlignCenter, self.tr("no poster"))
            return
        target = _fit_thumbnail(thumbnail, area)
        enlarged = target.width() >= thumbnail.shape[1] * painter.device().devicePixelRatioF() ** -1
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, not enlarged)
        painter.drawImage(target, to_qimage(thumbnail))

    def _draw_text(self, painter: QPainter, area: QRect, run: RunInfo, colors: Colors) -> None:
        bold, small = QFont(self._view.font()), QFont(self._view.font())
        bold.setBold(True)
        small.setPixelSize(scaled(SMALL_TEXT_PX))
        line_px = scaled(_LINE_PX)
        row = QRect(area.left(), area.top(), area.width(), line_px)
        _draw_line(painter, row, bold, (run.path.name, colors.text), (accuracy(run), colors.text))
        row.translate(0, line_px)
        details = " · ".join(part for part in (run.dataset, budget(run)) if part) or run.message
        _draw_line(painter, row, small, (details, colors.muted), ("", colors.muted))
        row.translate(0, line_px)
        painter.setBrush(QColor(status_color(run.status, colors)))
        painter.setPen(Qt.PenStyle.NoPen)
        mirrored = self._view.isRightToLeft()
        dot_x = row.right() - 3 if mirrored else row.left() + 4
        painter.drawEllipse(QPointF(dot_x, row.center().y() + 1), 4, 4)
        row.adjust(*((0, 0, -14, 0) if mirrored else (14, 0, 0, 0)))
        status = (status_text(run.status), colors.text)
        _draw_line(painter, row, small, status, (progress(run), colors.muted))


def _pen(color: str, width_px: float) -> QPen:
    return QPen(QColor(color), width_px)


def _fit_thumbnail(thumbnail: NDArray[np.uint8], area: QRect) -> QRectF:
    """Return the largest centered rectangle with the aspect ratio of the thumbnail.

    Args:
        thumbnail: uint8 [height, width, 3].
        area: rectangle that contains the result with a margin.
    """
    height, width = thumbnail.shape[:2]
    factor = min((area.width() - 2 * _INSET_PX) / width, (area.height() - 2 * _INSET_PX) / height)
    target = QRectF(0, 0, width * factor, height * factor)
    target.moveCenter(QRectF(area).center())
    return target


def _draw_line(painter: QPainter, area: QRect, font: QFont, left: ColoredText, right: ColoredText) -> None:
    """Draw text on the left and on the right; the left text is elided if space is short."""
    painter.setFont(font)
    metrics = painter.fontMetrics()
    right_px = metrics.horizontalAdvance(right[0])
    middle = Qt.AlignmentFlag.AlignVCenter
    painter.setPen(QColor(right[1]))
    painter.drawText(area, middle | Qt.AlignmentFlag.AlignRight, right[0])
    left_area = area.adjusted(0, 0, -right_px - 8 if right_px else 0, 0)
    left_area = QStyle.visualRect(painter.layoutDirection(), area, left_area)
    painter.setPen(QColor(left[1]))
    text = metrics.elidedText(left[0], Qt.TextElideMode.ElideRight, left_area.width())
    painter.drawText(left_area, middle | Qt.AlignmentFlag.AlignLeft, text)
