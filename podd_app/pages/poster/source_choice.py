"""Selection of the class order source, with file dialogs."""

from pathlib import Path

from PySide6.QtCore import QCoreApplication
from PySide6.QtWidgets import QFileDialog, QWidget

from podd_app.models.class_order import source_titles
from podd_app.models.session import Session

_FILE_SOURCES = ("file", "clip")
"""Sources that use the setting ``order.file``, for distances or for weights."""


def choose_source(session: Session, source: str, file: str | None = None) -> None:
    """Set the source of the class order as one undo step.

    Args:
        session: the session whose class order is edited.
        source: key of the source.
        file: file that the source reads. If None, the file of the settings is kept unless it belongs to
            the previous source.
    """
    changes: dict[str, object] = {"order.source": source, "order.grid": ()}
    before = session.draft.values["order.source"]
    if file is not None:
        changes["order.file"] = file
    elif before in _FILE_SOURCES and before != source:
        changes["order.file"] = ""
    name = QCoreApplication.translate("SourceChoice", "Class order from %s") % source_titles()[source]
    session.edit(changes, name)


def ask_for_distance_file(parent: QWidget) -> str:
    """Ask the user for a CSV file of distances. Return an empty string if the user cancels."""
    title = QCoreApplication.translate("SourceChoice", "Choose class distances")
    kinds = QCoreApplication.translate("SourceChoice", "Distances (*.csv)")
    chosen, _ = QFileDialog.getOpenFileName(parent, title, "", kinds)
    return str(Path(chosen)) if chosen else ""


def ask_for_weights_file(parent: QWidget) -> str:
    """Ask the user for a file of CLIP weights. Return an empty string if the user cancels."""
    title = QCoreApplication.translate("SourceChoice", "Choose CLIP weights")
    kinds = QCoreApplication.translate("SourceChoice", "Weights (*.safetensors *.bin *.pt)")
    chosen, _ = QFileDialog.getOpenFileName(parent, title, "", kinds)
    return str(Path(chosen)) if chosen else ""
