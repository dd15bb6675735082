"""Create the application and its main window. Does not load torch."""

import sys
from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import QCoreApplication, QLocale, Qt, QTranslator
from PySide6.QtGui import QIcon
from PySide6.QtWidgets import QApplication

from podd_app.models.preferences import APPLICATION, ORGANIZATION, Preferences
from podd_app.models.session import Session
from podd_app.qt.accessibility import install_accessible_roles
from podd_app.qt.gc_policy import collect_between_events, freeze_loaded_objects
from podd_app.services.services import Services
from podd_app.style.theme import apply_theme, follow_system, text_font
from podd_app.window.announcer import Announcer
from podd_app.window.interrupted_runs_bar import InterruptedRunsBar
from podd_app.window.main_window import MainWindow
from podd_app.window.page_entry import PageEntry
from podd_app.window.standard_pages import standard_pages
from podd_engine.io.resources import resource_path


def create_application(argv: Sequence[str]) -> QApplication:
    """Create the QApplication with its name, theme, locale and translation.

    Args:
        argv: Program name and options of Qt. If empty, the program name of this process is used.
    """
    QCoreApplication.setOrganizationName(ORGANIZATION)
    QCoreApplication.setApplicationName(APPLICATION)
    app = QApplication(list(argv) or sys.argv[:1])
    app.setApplicationDisplayName("PoDD Studio")
    app.setDesktopFileName("podd-studio")
    app.setWindowIcon(QIcon(str(resource_path("icons/program.svg"))))
    _install_english(app)
    app.setStyle("Fusion")
    app.setFont(text_font(app))
    follow_system(app)
    apply_theme(app, Preferences().scheme)
    install_accessible_roles()
    collect_between_events(app)
    return app


def _install_english(app: QApplication) -> None:
    """Use English number formats and plural forms, whatever the locale of the system is."""
    QLocale.setDefault(QLocale(QLocale.Language.English, QLocale.Country.UnitedStates))
    translator = QTranslator(app)  # the application keeps the translator alive
    translator.load(str(resource_path("translations/podd_en.qm")))
    app.installTranslator(translator)


def create_main_window(
    path: Path | None = None,
    *,
    session: Session | None = None,
    pages: tuple[PageEntry, ...] | None = None,
) -> MainWindow:
    """Create the main window with its pages. The window is not shown yet.

    Args:
        path: A run, poster bundle, settings file or folder of images to open.
        session: The session. If None, a new session restores the last settings, or uses the first preset.
        pages: The pages of the navigation rail. If None, all standard pages.
    """
    preferences = Preferences()
    if session is None:
        session = Session()
        saved = preferences.draft
        if saved is not None:
            session.restore(saved.draft, saved.origin)
    session.set_runs_folder(preferences.runs_folder)
    services = Services(session, preferences)
    window = MainWindow(services, pages or standard_pages())
    services.setParent(window)
    services.start()
    session.devices_changed.connect(freeze_loaded_objects)
    Announcer(session, window)
    window.add_notice_bar(InterruptedRunsBar(session, services.interrupted_runs))
    app = QApplication.instance()
    assert isinstance(app, QApplication)
    # The desktop ends the session, or another part of the program quits without closing the window.
    app.commitDataRequest.connect(services.draft_autosave.save, Qt.ConnectionType.DirectConnection)
    app.aboutToQuit.connect(services.draft_autosave.save)
    window.closed.connect(services.close)
    # Otherwise the undo stack is cleared in its destructor and signals a session that no longer exists.
    window.closed.connect(session.undo_stack.clear)
    if path is not None:
        window.open_path(path)
    return window
