"""What a right click on a plot offers: scale, view, and files."""

import csv
import io
from pathlib import Path

from PySide6.QtCore import QBuffer, QIODevice, QPoint
from PySide6.QtGui import QImage, QImageWriter, QPainter
from PySide6.QtWidgets import QFileDialog, QMenu, QWidget

from podd_app.models.run_status import ErrorReport
from podd_app.models.session import Session
from podd_app.pages.run.plot_card import PlotCard
from podd_engine.errors import StorageError
from podd_engine.io.atomic_write import atomic_write_bytes

PICTURE_SCALE = 3
"""Pixels of a saved picture for each on a screen of 100 %: enough for print."""


def make_plot_menu(card: PlotCard, session: Session) -> QMenu:
    """The menu of one plot.

    Args:
        card: the plot.
        session: is told when a file cannot be written.
    """
    menu = QMenu(card)
    if card.can_log:
        scale = menu.addAction(card.tr("Logarithmic scale"))
        scale.setCheckable(True)
        scale.setChecked(card.view.logarithmic)
        scale.toggled.connect(card.view.set_logarithmic)
    menu.addAction(card.tr("Show everything"), card.view.show_everything)
    menu.addSeparator()
    menu.addAction(card.tr("Save as PNG…"), lambda: _save(card, session, "png"))
    menu.addAction(card.tr("Save as CSV…"), lambda: _save(card, session, "csv"))
    return menu


def show_plot_menu(card: PlotCard, session: Session, at: QPoint) -> None:
    """Open the menu at a place on the screen, and forget it when it closes."""
    menu = make_plot_menu(card, session)
    menu.aboutToHide.connect(menu.deleteLater)
    menu.popup(at)


def _save(card: PlotCard, session: Session, suffix: str) -> None:
    suggestion = f"{card.title.lower()}.{suffix}"
    filters = {"png": card.tr("Pictures (*.png)"), "csv": card.tr("Tables (*.csv)")}
    chosen, _ = QFileDialog.getSaveFileName(card, card.tr("Save plot"), suggestion, filters[suffix])
    if not chosen:
        return
    content = render_png(card) if suffix == "png" else render_csv(card)
    try:
        atomic_write_bytes(Path(chosen).with_suffix(f".{suffix}"), content)
    except StorageError as error:
        session.report_error(ErrorReport(card.tr("The plot could not be saved"), str(error)))


def render_png(widget: QWidget) -> bytes:
    """The widget as a PNG of three times its size on screen."""
    image = QImage(widget.size() * PICTURE_SCALE, QImage.Format.Format_ARGB32_Premultiplied)
    image.setDevicePixelRatio(PICTURE_SCALE)
    image.fill(0)
    painter = QPainter(image)
    widget.render(painter, QPoint())
    painter.end()
    buffer = QBuffer()
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    QImageWriter(buffer, b"png").write(image)
    return bytes(buffer.data().data())


def render_csv(card: PlotCard) -> bytes:
    """What the plot shows as comma-separated values with a header."""
    text = io.StringIO()
    table = card.table()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(table.columns)
    writer.writerows([f"{value:.9g}" for value in row] for row in table.rows)
    return text.getvalue().encode()
