"""Everything the program can do from the keyboard, and the menu it stands in."""

from collections.abc import Callable
from functools import partial

from PySide6.QtCore import Qt
from PySide6.QtGui import QAction, QActionGroup, QKeySequence
from PySide6.QtWidgets import QApplication, QMainWindow, QMenu

from podd_app.models.preferences import Preferences
from podd_app.models.run_status import Phase
from podd_app.models.session import Session
from podd_app.style.theme import Scheme, apply_theme
from podd_app.window.page_entry import PageEntry
from podd_app.workers.examples import EXAMPLES

_SCHEMES: tuple[tuple[Scheme, str], ...] = (
    ("system", "As the system"),
    ("light", "Light"),
    ("dark", "Dark"),
)


class ApplicationActions:
    """The program's actions, made once; `menu` holds them all.

    Args:
        window: owns the actions, so that shortcuts work while the menu is closed.
        session: what most of them change.
        memory: keeps the chosen scheme.
        places: get Ctrl+1 … Ctrl+5.
        open_file, open_folder, open_example, start, save, show_help, show_shortcuts, tour: actions of
            the window and the services.
    """

    def __init__(
        self,
        window: QMainWindow,
        session: Session,
        preferences: Preferences,
        pages: tuple[PageEntry, ...],
        *,
        open_file: Callable[[], None],
        open_folder: Callable[[], None],
        open_example: Callable[[str], None],
        start: Callable[[], None],
        save: Callable[[], None],
        show_help: Callable[[], None],
        show_shortcuts: Callable[[], None],
        tour: Callable[[], None],
    ) -> None:
        self._window, self._session, self._preferences = window, session, preferences
        self.menu = QMenu(window)
        key = QKeySequence.StandardKey
        tr = window.tr
        self.new = self._add(self.menu, tr("New run"), session.new_run, key.New)
        self._add(self.menu, tr("Open…"), open_file, key.Open)
        self._add(self.menu, tr("Open folder…"), open_folder, "Ctrl+Shift+O")
        self.recent = self.menu.addMenu(tr("Open recent"))
        self.recent.aboutToShow.connect(self._fill_recent)
        self.examples = self.menu.addMenu(tr("Examples"))
        for name, title in EXAMPLES.items():
            self.examples.addAction(tr(title), partial(open_example, name))
        self._add(self.menu, tr("Save settings…"), save, key.Save)
        self._add(self.menu, tr("Export…"), lambda: session.show_page("export"), "Ctrl+E")
        self.menu.addSeparator()
        self.undo = self._add(self.menu, tr("Undo"), session.undo, key.Undo)
        self.redo = self._add(self.menu, tr("Redo"), session.redo, "Ctrl+Y")
        self.redo.setShortcuts([QKeySequence("Ctrl+Y"), QKeySequence("Ctrl+Shift+Z")])
        self.menu.addSeparator()
        self.start = self._add(self.menu, tr("Start"), start, "Ctrl+Return")
        self.pause_or_resume = self._add(
            self.menu, tr("Pause or resume"), self._pause_or_resume, Qt.Key.Key_Space
        )
        self.stop = self._add(self.menu, tr("Stop"), session.stop, "Ctrl+.")
        self.menu.addSeparator()
        going = self.menu.addMenu(tr("Go to"))
        for number, entry in enumerate(pages, start=1):
            shortcut = "Ctrl+," if entry.at_bottom else f"Ctrl+{number}"
            self._add(going, entry.title, partial(session.show_page, entry.key), shortcut)
        self._add_schemes()
        full_screen = key.FullScreen if QKeySequence.keyBindings(key.FullScreen) else "F11"
        self._add(self.menu, tr("Full screen"), self._toggle_full_screen, full_screen)
        helping = self.menu.addMenu(tr("Help"))
        self._add(helping, tr("Help for this place"), show_help, key.HelpContents)
        helping.addAction(tr("Keyboard shortcuts"), show_shortcuts)
        self.tour = helping.addAction(tr("Take the tour"), tour)
        self.menu.addSeparator()
        self._add(self.menu, tr("Quit"), window.close, key.Quit)
        session.run_changed.connect(self.refresh)
        session.can_start_changed.connect(self.refresh)
        session.undo_stack.indexChanged.connect(self.refresh)
        self.refresh()

    def refresh(self) -> None:
        """Offer only what the run's phase allows."""
        run, stack, tr = self._session.run, self._session.undo_stack, self._window.tr
        self.undo.setText(tr("Undo %s") % stack.undoText() if stack.canUndo() else tr("Undo"))
        self.redo.setText(tr("Redo %s") % stack.redoText() if stack.canRedo() else tr("Redo"))
        self.undo.setEnabled(stack.canUndo() and not run.phase.active)
        self.redo.setEnabled(stack.canRedo() and not run.phase.active)
        self.new.setEnabled(not run.phase.active)
        self.examples.setEnabled(not run.phase.active)
        self.start.setEnabled(self._session.can_start and run.phase is Phase.READY)
        self.pause_or_resume.setEnabled(
            run.phase in (Phase.RUNNING, Phase.PAUSED) or (run.phase.has_ended and run.resumable)
        )
        self.stop.setEnabled(run.phase.active and run.phase is not Phase.STOPPING)

    def _add(
        self,
        menu: QMenu,
        text: str,
        act: Callable[[], object],
        shortcut: QKeySequence.StandardKey | Qt.Key | str,
    ) -> QAction:
        action = QAction(text, self._window)
        action.setData(text)  # its name for good: what Undo takes back joins its text
        action.setShortcut(QKeySequence(shortcut))
        action.triggered.connect(lambda: act())
        self._window.addAction(action)
        menu.addAction(action)
        return action

    def _pause_or_resume(self) -> None:
        if self._session.run.phase is Phase.RUNNING:
            self._session.pause()
        else:
            self._session.resume()

    def _add_schemes(self) -> None:
        menu = self.menu.addMenu(self._window.tr("Appearance"))
        group = QActionGroup(menu)
        for scheme, text in _SCHEMES:
            action = menu.addAction(self._window.tr(text))
            action.setCheckable(True)
            action.setChecked(self._preferences.scheme == scheme)
            action.triggered.connect(lambda _, scheme=scheme: self._choose_scheme(scheme))
            group.addAction(action)

    def _choose_scheme(self, scheme: Scheme) -> None:
        self._preferences.scheme = scheme
        app = QApplication.instance()
        assert isinstance(app, QApplication)
        apply_theme(app, scheme)

    def _toggle_full_screen(self) -> None:
        self._window.setWindowState(self._window.windowState() ^ Qt.WindowState.WindowFullScreen)

    def _fill_recent(self) -> None:
        self.recent.clear()
        for path in self._preferences.recent:
            self.recent.addAction(str(path), partial(self._session.open_path, path))
        if self.recent.isEmpty():
            self.recent.addAction(self._window.tr("Nothing yet")).setEnabled(False)
