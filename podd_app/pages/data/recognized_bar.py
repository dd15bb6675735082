"""Bar that tells which known dataset an added folder contains, with an Undo button."""

from PySide6.QtWidgets import QHBoxLayout, QWidget

from podd_app.services.dataset_service import DatasetService
from podd_app.widgets.text import Card, button, label


class RecognizedBar(Card):
    """Shows `DatasetService.recognized`. Hidden if no folder was recognized.

    Args:
        dataset_service: recognizes added folders.
    """

    def __init__(self, dataset_service: DatasetService, parent: QWidget) -> None:
        super().__init__("card", parent)
        self._dataset_service = dataset_service
        self._text = label("", wraps=True)
        self.undo = button(
            self.tr("Undo"), self.tr("Restore the dataset and the settings from before (Ctrl+Z)"), "quiet"
        )
        row = QHBoxLayout()
        row.setSpacing(14)
        row.addWidget(self._text, 1)
        row.addWidget(self.undo)
        self.column.addLayout(row)
        self.undo.clicked.connect(dataset_service.undo_recognized)
        dataset_service.recognized_changed.connect(self._refresh)
        self._refresh()

    @property
    def text(self) -> str:
        """The text of the bar."""
        return self._text.text()

    def _refresh(self) -> None:
        recognized = self._dataset_service.recognized
        if recognized is not None:
            text = self.tr("Recognized as %s. Your other settings are kept.") % recognized.title
            if recognized.preset:
                text = self.tr("Recognized as %s: using preset %s") % (recognized.title, recognized.preset)
            self._text.setText(text)
        self.setVisible(recognized is not None)
