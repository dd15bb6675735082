"""Choosing where the class order comes from: one undoable step."""

from pathlib import Path

from PySide6.QtWidgets import QFileDialog, QWidget

from podd_app.models.class_order import source_titles
from podd_app.models.session import Session

_FILE_SOURCES = ("file", "clip")
"""Sources that the one file setting means something to: distances for one, weights for the other."""


def choose_source(session: Session, source: str, file: str | None = None) -> None:
    """Take the class order from ``source``.

    Args:
        session: whose order it is.
        source: the key.
        file: the file it reads; None: the one named already, where that is this source's.
    """
    changes: dict[str, object] = {"order.source": source, "order.grid": ()}
    before = session.draft.values["order.source"]
    if file is not None:
        changes["order.file"] = file
    elif before in _FILE_SOURCES and before != source:
        changes["order.file"] = ""
    session.edit(changes, session.tr("Class order from %s") % source_titles()[source])


def ask_for_distance_file(parent: QWidget) -> str:
    """Let the person name a CSV of distances; empty if they did not."""
    title = parent.tr("Distances between classes")
    chosen, _ = QFileDialog.getOpenFileName(parent, title, "", parent.tr("Distances (*.csv)"))
    return str(Path(chosen)) if chosen else ""


def ask_for_weights_file(parent: QWidget) -> str:
    """Let the person name a file of CLIP's weights; empty if they did not."""
    kinds = parent.tr("Weights (*.safetensors *.bin *.pt)")
    chosen, _ = QFileDialog.getOpenFileName(parent, parent.tr("Weights of CLIP"), "", kinds)
    return str(Path(chosen)) if chosen else ""
