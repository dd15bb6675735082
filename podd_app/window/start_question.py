"""Question before the start of a run that needs more memory or disk space than is free."""

from PySide6.QtCore import QCoreApplication, Qt
from PySide6.QtWidgets import QMessageBox, QWidget

from podd_app.models.run_estimate import Shortage


def confirms_start(window: QWidget, shortage: Shortage | None) -> bool:
    """Return whether the run may start. Ask the user if something is missing.

    Args:
        window: parent of the question.
        shortage: what is missing; None if the run fits.
    """
    if shortage is None:
        return True
    box = QMessageBox(window)
    box.setTextFormat(Qt.TextFormat.PlainText)
    box.setText(QCoreApplication.translate("StartQuestion", "The run may fail."))
    box.setInformativeText(shortage.sentence)
    start = box.addButton(
        QCoreApplication.translate("StartQuestion", "Start anyway"), QMessageBox.ButtonRole.AcceptRole
    )
    cancel = box.addButton(QMessageBox.StandardButton.Cancel)
    box.setDefaultButton(cancel)
    box.setEscapeButton(cancel)
    box.exec()
    box.deleteLater()
    return box.clickedButton() is start
