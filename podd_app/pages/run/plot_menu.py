"""Context menu of a plot: scale, zoom and export to files."""

import csv
import io
from pathlib import Path

from PySide6.QtCore import QBuffer, QCoreApplication, QIODevice, QPoint
from PySide6.QtGui import QImage, QImageWriter, QPainter
from PySide6.QtWidgets import QFileDialog, QMenu, QWidget

from podd_app.models.run_status import ErrorReport
from podd_app.models.session import Session
from podd_app.pages.run.plot_card import PlotCard
from podd_engine.errors import StorageError
from podd_engine.io.atomic_write import atomic_write_bytes

PICTURE_SCALE = 3
"""Image pixels per logical screen pixel of a saved plot, high enough for print."""

translate = QCoreApplication.translate


def make_plot_menu(card: PlotCard, session: Session) -> QMenu:
    """Create the context menu of a plot.

    Args:
        card: card of the plot.
        session: receives an error report when a file cannot be written.
    """
    menu = QMenu(card)
    if card.can_log:
        scale = menu.addAction(translate("PlotMenu", "Logarithmic scale"))
        scale.setCheckable(True)
        scale.setChecked(card.view.logarithmic)
        scale.toggled.connect(card.view.set_logarithmic)
        outliers = menu.addAction(translate("PlotMenu", "Show outliers"))
        outliers.setCheckable(True)
        outliers.setChecked(card.view.shows_outliers)
        outliers.setEnabled(not card.view.logarithmic)
        outliers.toggled.connect(card.view.show_outliers)
    menu.addAction(translate("PlotMenu", "Reset zoom"), card.view.reset_zoom)
    menu.addSeparator()
    menu.addAction(translate("PlotMenu", "Save as PNG…"), lambda: _save(card, session, "png"))
    menu.addAction(translate("PlotMenu", "Save as CSV…"), lambda: _save(card, session, "csv"))
    return menu


def show_plot_menu(card: PlotCard, session: Session, at: QPoint) -> None:
    """Open the context menu at a global position and delete it when it closes."""
    menu = make_plot_menu(card, session)
    menu.aboutToHide.connect(menu.deleteLater)
    menu.popup(at)


def _save(card: PlotCard, session: Session, suffix: str) -> None:
    suggestion = f"{card.title.lower()}.{suffix}"
    filters = {
        "png": translate("PlotMenu", "PNG images (*.png)"),
        "csv": translate("PlotMenu", "CSV tables (*.csv)"),
    }
    title = translate("PlotMenu", "Save plot")
    chosen, _ = QFileDialog.getSaveFileName(card, title, suggestion, filters[suffix])
    if not chosen:
        return
    content = render_png(card) if suffix == "png" else render_csv(card)
    try:
        atomic_write_bytes(Path(chosen).with_suffix(f".{suffix}"), content)
    except StorageError as error:
        what = translate("PlotMenu", "The plot could not be saved")
        session.report_error(ErrorReport(what, str(error)))


def render_png(widget: QWidget) -> bytes:
    """Render the widget as a PNG image, `PICTURE_SCALE` times as large as on screen."""
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
    """Return the values of the plot as CSV with a header row."""
    text = io.StringIO()
    table = card.table()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(table.columns)
    writer.writerows([f"{value:.9g}" for value in row] for row in table.rows)
    return text.getvalue().encode()
