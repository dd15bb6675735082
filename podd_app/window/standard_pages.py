"""Pages of the main window in the order of the workflow."""

from PySide6.QtCore import QCoreApplication

from podd_app.services.services import Services
from podd_app.widgets.page import Page
from podd_app.window.page_entry import PageEntry
from podd_app.window.subject import Subject


def _data(services: Services) -> Page:
    from podd_app.pages.data.page import DataPage

    return DataPage(services)


def _poster(services: Services) -> Page:
    from podd_app.pages.poster.page import PosterPage

    return PosterPage(services)


def _settings(services: Services) -> Page:
    from podd_app.pages.settings.page import SettingsPage

    return SettingsPage(services)


def _run(services: Services) -> Page:
    from podd_app.pages.run.page import RunPage

    return RunPage(services)


def _library(services: Services) -> Page:
    from podd_app.pages.library.page import LibraryPage

    return LibraryPage(services)


def _export(services: Services) -> Page:
    from podd_app.pages.export.page import ExportPage

    return ExportPage(services)


def standard_pages() -> tuple[PageEntry, ...]:
    """Return Data, Poster, Run, Library and Export, followed by Settings at the bottom."""
    translate = QCoreApplication.translate
    draft, run = Subject.DRAFT, Subject.RUN
    return (
        PageEntry(
            "data", translate("Pages", "Data"), "data", translate("Pages", "Choose a dataset"), _data, draft
        ),
        PageEntry(
            "poster",
            translate("Pages", "Poster"),
            "poster",
            translate("Pages", "Design the poster"),
            _poster,
            draft,
        ),
        PageEntry("run", translate("Pages", "Run"), "run", translate("Pages", "Watch the run"), _run, run),
        PageEntry(
            "library",
            translate("Pages", "Library"),
            "library",
            translate("Pages", "Browse all runs"),
            _library,
        ),
        PageEntry(
            "export",
            translate("Pages", "Export"),
            "export",
            translate("Pages", "Export the poster"),
            _export,
            run,
        ),
        PageEntry(
            "settings",
            translate("Pages", "Settings"),
            "settings",
            translate("Pages", "Edit all settings of a run"),
            _settings,
            draft,
            at_bottom=True,
        ),
    )
