"""Help for the place on screen, and the keys."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDialog, QVBoxLayout, QWidget

from podd_app.place import PlaceEntry
from podd_app.widgets.text import label

_WIDTH_PX = 420
_KEYS = (
    ("Ctrl+1 … Ctrl+5", "Go to a place"),
    ("Ctrl+,", "Every setting"),
    ("Ctrl+Return", "Start"),
    ("Space", "Pause or resume"),
    ("Ctrl+Z, Ctrl+Y", "Undo, redo"),
    ("Ctrl+N, O, S, E", "New run, open, save settings, export"),
    ("+  −  0", "Zoom the poster; fit it"),
    ("Arrow keys", "On the poster: next patch; under it: earlier and later; on a divider: move it"),
    ("Home, End", "Under the poster: the first kept poster; the latest"),
    ("F10", "Menu"),
)


class HelpWindow(QDialog):
    """A small window that stays beside the program."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setWindowTitle(self.tr("Help"))
        self.setFixedWidth(_WIDTH_PX)
        self._text = label("", wraps=True)
        self._text.setTextFormat(Qt.TextFormat.RichText)
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(24, 20, 24, 24)
        self._column.addWidget(self._text)

    def show_for(self, entry: PlaceEntry) -> None:
        """Explain a place and list the keys."""
        rows = "".join(
            f'<tr><td style="padding: 4px 16px 4px 0">{keys}</td><td style="padding: 4px 0">{what}</td></tr>'
            for keys, what in ((f"<b>{keys}</b>", what) for keys, what in _KEYS)
        )
        keys = f"<h3>Keys</h3><table cellspacing=0 cellpadding=0>{rows}</table>"
        self._text.setText(f"<h3>{entry.title}</h3><p>{entry.hint}</p>{keys}")
        self.setFixedHeight(self._column.totalHeightForWidth(_WIDTH_PX))
        self.show()
        self.raise_()
