"""The folders the library looks in."""

from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFileDialog, QHBoxLayout, QToolButton, QVBoxLayout, QWidget

from podd_app.services.run_library import RunLibrary
from podd_app.style.icons import icon
from podd_app.style.theme import colors_of
from podd_app.widgets.text import ElidedLabel, button, label, section


class FolderList(QWidget):
    """One line a folder; all but the first can be taken off the list.

    Args:
        shelf: whose folders they are.
    """

    def __init__(self, run_library: RunLibrary, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._run_library = run_library
        self._shown: list[QWidget] = []
        self._error_label = label("", "trouble", wraps=True)
        self._lines = QVBoxLayout()
        self._lines.setSpacing(2)
        add = button(self.tr("Add folder…"), self.tr("Also look for runs in another folder"), "quiet")
        add.clicked.connect(self._on_add)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(6)
        column.addWidget(section(self.tr("Folders")))
        column.addLayout(self._lines)
        column.addWidget(self._error_label)
        column.addWidget(add, 0, Qt.AlignmentFlag.AlignLeft)
        run_library.scanning_changed.connect(self.refresh)
        self.refresh()

    @property
    def error(self) -> str:
        """What is said about folders in which nothing can be seen, a line each."""
        return self._error_label.text()

    def add(self, folder: Path) -> None:
        """Look in ``folder`` too."""
        self._run_library.add_folder(folder)
        self.refresh()

    def remove(self, folder: Path) -> None:
        """Look in ``folder`` no more."""
        self._run_library.remove_folder(folder)
        self.refresh()

    def _on_add(self) -> None:
        chosen = QFileDialog.getExistingDirectory(self, self.tr("Add a folder of runs"))
        if chosen:
            self.add(Path(chosen))

    def refresh(self) -> None:
        """Show the folders there are now."""
        for line in self._shown:
            self._lines.removeWidget(line)
            line.deleteLater()
        self._shown = [
            self._line(folder, removable=place > 0) for place, folder in enumerate(self._run_library.folders)
        ]
        for line in self._shown:
            self._lines.addWidget(line)
        self._error_label.setText("\n".join(self._run_library.folder_errors.values()))
        self._error_label.setVisible(bool(self._run_library.folder_errors))

    def _line(self, folder: Path, removable: bool) -> QWidget:
        line = QWidget()
        row = QHBoxLayout(line)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(4)
        name = ElidedLabel("/".join(folder.parts[-2:]))
        error = self._run_library.folder_errors.get(folder, "")
        name.setProperty("role", "trouble" if error else "muted")
        line.setToolTip(str(folder))
        line.setMinimumHeight(28)
        row.addWidget(name, 1)
        if removable:
            remove = QToolButton()
            remove.setProperty("role", "mark")
            remove.setFixedSize(28, 28)
            remove.setIcon(icon("close", colors_of(self).muted, size_px=16))
            remove.setToolTip(self.tr("Look here no more; nothing on disk changes"))
            remove.setAccessibleName(self.tr("Remove %s from the list") % folder.name)
            remove.clicked.connect(lambda: self.remove(folder))
            row.addWidget(remove)
        return line
