"""Context menu of the poster canvas."""

from pathlib import Path

from PySide6.QtCore import QBuffer, QIODevice, QObject
from PySide6.QtGui import QContextMenuEvent, QGuiApplication, QImage
from PySide6.QtWidgets import QFileDialog, QMenu

from podd_app.canvas.poster_canvas import PosterCanvas
from podd_app.models.run_status import ErrorReport
from podd_app.models.session import Session
from podd_engine.errors import PoddError
from podd_engine.io.atomic_write import atomic_write_bytes


class CanvasMenu(QObject):
    """Context menu with actions for the clicked patch, the image and the zoom.

    Args:
        session: the session that reports errors.
        canvas: the canvas.
    """

    def __init__(self, session: Session, canvas: PosterCanvas) -> None:
        super().__init__(canvas)
        self._session, self._canvas = session, canvas
        canvas.menu_requested.connect(self._on_menu_requested)

    def create(self, patch: int | None) -> QMenu:
        """Return the menu for a click on ``patch``, or for a click next to the patches if None."""
        canvas, menu = self._canvas, QMenu(self._canvas)
        if patch is not None and patch != canvas.selected_patch:
            select = self.tr("Select patch %d") % (patch + 1)
            menu.addAction(select, lambda: canvas.select_patch(patch))
        if canvas.selected_patch is not None:
            clear = self.tr("Clear the selection")
            menu.addAction(clear, lambda: canvas.select_patch(None))
        image = canvas.image
        if image is not None:
            if not menu.isEmpty():
                menu.addSeparator()
            menu.addAction(self.tr("Copy image"), lambda: QGuiApplication.clipboard().setImage(image))
            menu.addAction(self.tr("Save image…"), lambda: self._save(image))
        if not menu.isEmpty():
            menu.addSeparator()
        menu.addAction(self.tr("Show the whole poster"), canvas.fit)
        return menu

    def _on_menu_requested(self, event: QContextMenuEvent) -> None:
        spot = self._canvas.spot_at(event.pos())
        menu = self.create(spot.patch if spot else None)
        menu.aboutToHide.connect(menu.deleteLater)
        menu.popup(event.globalPos())

    def _save(self, image: QImage) -> None:
        """Ask for a file name, and save the image with one image pixel per poster pixel."""
        chosen, _ = QFileDialog.getSaveFileName(
            self._canvas, self.tr("Save image"), "poster.png", self.tr("PNG image (*.png)")
        )
        if not chosen:
            return
        file = Path(chosen)
        buffer = QBuffer()
        buffer.open(QIODevice.OpenModeFlag.WriteOnly)
        image.save(buffer, "PNG")  # type: ignore[call-overload]
        try:
            atomic_write_bytes(file if file.suffix else file.with_suffix(".png"), bytes(buffer.data().data()))
        except PoddError as error:
            self._session.report_error(ErrorReport(self.tr("The image cannot be saved"), str(error)))
