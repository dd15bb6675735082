"""Actions of the main window: menu entries with shortcuts."""

from collections.abc import Callable
from functools import partial
from typing import Any

from PySide6.QtCore import QCoreApplication, QObject, Qt
from PySide6.QtGui import QAction, QActionGroup, QKeySequence
from PySide6.QtWidgets import QApplication, QMainWindow, QMenu

from podd_app.models.preferences import Preferences
from podd_app.models.run_status import Phase
from podd_app.models.session import Session
from podd_app.qt.plain_text import set_action_text
from podd_app.qt.translation import QT_TRANSLATE_NOOP
from podd_app.style.theme import Scheme, apply_theme
from podd_app.window.page_entry import PageEntry

# The stub of QT_TRANSLATE_NOOP returns `object`, hence `Any`.
_EXAMPLES: tuple[tuple[str, Any], ...] = (
    ("digits", QT_TRANSLATE_NOOP("ApplicationActions", "Digits: a finished run")),
)
"""Names of the files in resources/examples, and titles."""
_SCHEMES: tuple[tuple[Scheme, Any], ...] = (
    ("system", QT_TRANSLATE_NOOP("ApplicationActions", "System")),
    ("light", QT_TRANSLATE_NOOP("ApplicationActions", "Light")),
    ("dark", QT_TRANSLATE_NOOP("ApplicationActions", "Dark")),
)


class ApplicationActions(QObject):
    """Creates all actions of the main window. The menu `menu` contains them.

    Args:
        window: The main window. The window owns the actions, so shortcuts work while the menu is closed.
        session: The session that most actions change.
        preferences: Stores the color scheme and the recent files.
        pages: The pages, which get the shortcuts Ctrl+1 to Ctrl+5.
        open_file: Shows the dialog for opening a file.
        open_folder: Shows the dialog for opening a folder.
        open_example: Opens the example with the given name.
        start: Starts a run.
        save: Shows the dialog for saving the settings.
        show_help: Shows the help for the current page.
        show_shortcuts: Shows the list of keyboard shortcuts.
        tour: Starts the tour.
        toggle_panel: Shows or hides the side panel.
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
        toggle_panel: Callable[[], None],
    ) -> None:
        super().__init__(window)
        self._window, self._session, self._preferences = window, session, preferences
        self.menu = QMenu(window)
        key = QKeySequence.StandardKey
        self.new = self._add(self.menu, self.tr("New run"), session.new_run, key.New)
        self._add(self.menu, self.tr("Open…"), open_file, key.Open)
        self._add(self.menu, self.tr("Open folder…"), open_folder, "Ctrl+Shift+O")
        self.recent = self._add_submenu(self.tr("Open recent"))
        self.recent.aboutToShow.connect(self._fill_recent)
        self.examples = self._add_submenu(self.tr("Examples"))
        for name, title in _EXAMPLES:
            text = QCoreApplication.translate("ApplicationActions", title)
            self.examples.addAction(text, partial(open_example, name))
        self._add(self.menu, self.tr("Save settings…"), save, key.Save)
        self._add(self.menu, self.tr("Export…"), lambda: session.show_page("export"), "Ctrl+E")
        self.menu.addSeparator()
        self.undo = self._add(self.menu, self.tr("Undo"), session.undo, key.Undo)
        self.redo = self._add(self.menu, self.tr("Redo"), session.redo, "Ctrl+Y")
        self.redo.setShortcuts([QKeySequence("Ctrl+Y"), QKeySequence("Ctrl+Shift+Z")])
        self.menu.addSeparator()
        self.start = self._add(self.menu, self.tr("Start"), start, "Ctrl+Return")
        self.pause_or_resume = self._add(
            self.menu, self.tr("Pause or resume"), self._pause_or_resume, Qt.Key.Key_Space
        )
        self.stop = self._add(self.menu, self.tr("Stop"), session.stop, "Ctrl+.")
        self.menu.addSeparator()
        page_menu = self._add_submenu(self.tr("Go to page"))
        for number, entry in enumerate(pages, start=1):
            shortcut = "Ctrl+," if entry.at_bottom else f"Ctrl+{number}"
            self._add(page_menu, entry.title, partial(session.show_page, entry.key), shortcut)
        self._add_schemes()
        self._add(self.menu, self.tr("Show or hide the side panel"), toggle_panel, "F9")
        full_screen = key.FullScreen if QKeySequence.keyBindings(key.FullScreen) else "F11"
        self._add(self.menu, self.tr("Full screen"), self._toggle_full_screen, full_screen)
        help_menu = self._add_submenu(self.tr("Help"))
        self._add(help_menu, self.tr("Help for this page"), show_help, key.HelpContents)
        help_menu.addAction(self.tr("Keyboard shortcuts"), show_shortcuts)
        self.tour = QAction(self.tr("Take the tour"), window)
        self.tour.triggered.connect(lambda _checked: tour())
        help_menu.addAction(self.tour)
        self.menu.addSeparator()
        self._add(self.menu, self.tr("Quit"), window.close, key.Quit)
        session.run_changed.connect(self.refresh)
        session.undo_stack.indexChanged.connect(self.refresh)
        self.refresh()

    def refresh(self) -> None:
        """Enable the actions that the undo stack and the phase of the run allow."""
        run, stack = self._session.run, self._session.undo_stack
        undo = self.tr("Undo %s") % stack.undoText() if stack.canUndo() else self.tr("Undo")
        redo = self.tr("Redo %s") % stack.redoText() if stack.canRedo() else self.tr("Redo")
        set_action_text(self.undo, undo)
        set_action_text(self.redo, redo)
        self.undo.setEnabled(stack.canUndo())
        self.redo.setEnabled(stack.canRedo())
        # Start stays enabled: pressing its shortcut reports why the draft cannot start.
        self.examples.setEnabled(not run.phase.active)
        self.pause_or_resume.setEnabled(
            run.phase in (Phase.RUNNING, Phase.PAUSED) or (run.phase.has_ended and run.resumable)
        )
        self.stop.setEnabled(run.phase.active and run.phase is not Phase.STOPPING)

    def _add_submenu(self, title: str) -> QMenu:
        # PySide6 can mark a menu that Qt has created, such as that of addMenu(title), as deleted.
        submenu = QMenu(title, self.menu)
        self.menu.addMenu(submenu)
        return submenu

    def _add(
        self,
        menu: QMenu,
        text: str,
        callback: Callable[[], object],
        shortcut: QKeySequence.StandardKey | Qt.Key | str,
    ) -> QAction:
        action = QAction(text, self._window)
        action.setData(text)  # constant, whereas the text of Undo names the edit
        action.setShortcut(QKeySequence(shortcut))
        action.triggered.connect(lambda _checked: callback())
        self._window.addAction(action)
        menu.addAction(action)
        return action

    def _pause_or_resume(self) -> None:
        if self._session.run.phase is Phase.RUNNING:
            self._session.pause()
        else:
            self._session.resume()

    def _add_schemes(self) -> None:
        menu = self._add_submenu(self.tr("Appearance"))
        group = self.schemes = QActionGroup(menu)
        for scheme, text in _SCHEMES:
            action = menu.addAction(QCoreApplication.translate("ApplicationActions", text))
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
            action = self.recent.addAction("", partial(self._session.open_path, path))
            set_action_text(action, str(path))
        if self.recent.isEmpty():
            self.recent.addAction(self.tr("No recent files")).setEnabled(False)
