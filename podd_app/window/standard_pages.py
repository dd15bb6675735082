"""The places of this program, in the order of the work."""

from PySide6.QtCore import QCoreApplication

from podd_app.models.session import Session
from podd_app.widgets.page import Page, PageEntry


def _data(session: Session) -> Page:
    from podd_app.pages.data.page import DataPage

    return DataPage(session)


def _poster(session: Session) -> Page:
    from podd_app.pages.poster.page import PosterPage

    return PosterPage(session)


def _settings(session: Session) -> Page:
    from podd_app.pages.settings.page import SettingsPage

    return SettingsPage(session)


def _run(session: Session) -> Page:
    from podd_app.pages.run.page import RunPage

    return RunPage(session)


def _library(session: Session) -> Page:
    from podd_app.pages.library.page import LibraryPage

    return LibraryPage(session)


def _export(session: Session) -> Page:
    from podd_app.pages.export.page import ExportPage

    return ExportPage(session)


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
