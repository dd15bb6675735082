"""The pages of the program, in the order of the work."""

from PySide6.QtCore import QCoreApplication

from podd_app.services.services import Services
from podd_app.widgets.page import Page
from podd_app.window.page_entry import PageEntry


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
    """Data, Poster, Run, Library, Export; settings at the foot."""

    def tr(text: str) -> str:
        return QCoreApplication.translate("Places", text)

    return (
        PageEntry("data", tr("Data"), "data", tr("Choose what to distill"), _data),
        PageEntry("poster", tr("Poster"), "poster", tr("Draw the poster"), _poster),
        PageEntry("run", tr("Run"), "run", tr("Watch it learn"), _run),
        PageEntry("library", tr("Library"), "library", tr("Earlier runs"), _library),
        PageEntry("export", tr("Export"), "export", tr("Leave with files"), _export),
        PageEntry(
            "settings", tr("Settings"), "settings", tr("Every setting of a run"), _settings, at_bottom=True
        ),
    )
