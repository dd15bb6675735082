"""List of the folders that the library scans for runs."""

from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFileDialog, QHBoxLayout, QToolButton, QVBoxLayout, QWidget

from podd_app.qt.plain_text import set_tooltip
from podd_app.services.run_library import RunLibrary
from podd_app.style.icons import icon
from podd_app.style.theme import colors_of
from podd_app.widgets.text import ElidedLabel, button, label, section


class FolderList(QWidget):
    """List of folders. All folders except the first can be removed from the list.

    Args:
        run_library: library with the folders.
        parent: parent widget.
    """

    def __init__(self, run_library: RunLibrary, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._run_library = run_library
        self._rows: list[QWidget] = []
        self._error_label = label("", "trouble", wraps=True)
        self._rows_layout = QVBoxLayout()
        self._rows_layout.setSpacing(2)
        add = button(self.tr("Add folder…"), self.tr("Scan another folder for runs"), "quiet")
        add.clicked.connect(self._on_add)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(6)
        column.addWidget(section(self.tr("Folders")))
        column.addLayout(self._rows_layout)
        column.addWidget(self._error_label)
        column.addWidget(add, 0, Qt.AlignmentFlag.AlignLeft)
        run_library.scanning_changed.connect(self.refresh)
        self.refresh()

    @property
    def error(self) -> str:
        """Errors of unreadable folders, one line per folder."""
        return self._error_label.text()

    def add(self, folder: Path) -> None:
        """Add ``folder`` to the list."""
        self._run_library.add_folder(folder)
        self.refresh()

    def remove(self, folder: Path) -> None:
        """Remove ``folder`` from the list. The files in the folder are kept."""
        self._run_library.remove_folder(folder)
        self.refresh()

    def _on_add(self) -> None:
        chosen = QFileDialog.getExistingDirectory(self, self.tr("Add a folder with runs"))
        if chosen:
            self.add(Path(chosen))

    def refresh(self) -> None:
        """Update the list and the errors."""
        for widget in self._rows:
            self._rows_layout.removeWidget(widget)
            widget.deleteLater()
        self._rows = [
            self._make_row(folder, removable=index > 0)
            for index, folder in enumerate(self._run_library.folders)
        ]
        for widget in self._rows:
            self._rows_layout.addWidget(widget)
        self._error_label.setText("\n".join(self._run_library.folder_errors.values()))
        self._error_label.setVisible(bool(self._run_library.folder_errors))

    def _make_row(self, folder: Path, removable: bool) -> QWidget:
        widget = QWidget()
        row = QHBoxLayout(widget)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(4)
        name = ElidedLabel("/".join(folder.parts[-2:]))
        error = self._run_library.folder_errors.get(folder, "")
        name.setProperty("role", "trouble" if error else "muted")
        set_tooltip(widget, str(folder))
        widget.setMinimumHeight(28)
        row.addWidget(name, 1)
        if removable:
            remove = QToolButton()
            remove.setProperty("role", "mark")
            remove.setFixedSize(28, 28)
            remove.setIcon(icon("close", colors_of(self).muted, size_px=16))
            set_tooltip(remove, self.tr("Remove from this list (files are kept)"))
            remove.setAccessibleName(self.tr("Remove %s from the list") % folder.name)
            remove.clicked.connect(lambda: self.remove(folder))
            row.addWidget(remove)
        return widget
