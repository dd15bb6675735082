"""The places of this program, in the order of the work."""

from PySide6.QtCore import QCoreApplication

from podd_app.models.session import Session
from podd_app.widgets.page import Place, PlaceEntry


def _data(session: Session) -> Place:
    from podd_app.pages.data.page import DataPlace

    return DataPlace(session)


def _poster(session: Session) -> Place:
    from podd_app.pages.poster.page import DesignerPlace

    return DesignerPlace(session)


def _settings(session: Session) -> Place:
    from podd_app.pages.settings.page import SettingsPlace

    return SettingsPlace(session)


def _run(session: Session) -> Place:
    from podd_app.pages.run.page import RunPlace

    return RunPlace(session)


def _library(session: Session) -> Place:
    from podd_app.pages.library.page import LibraryPlace

    return LibraryPlace(session)


def _export(session: Session) -> Place:
    from podd_app.pages.export.page import ExportPlace

    return ExportPlace(session)


def standard_places() -> tuple[PlaceEntry, ...]:
    """Data, Poster, Run, Library, Export; settings at the foot."""

    def tr(text: str) -> str:
        return QCoreApplication.translate("Places", text)

    return (
        PlaceEntry("data", tr("Data"), "data", tr("Choose what to distil"), _data),
        PlaceEntry("poster", tr("Poster"), "poster", tr("Draw the poster"), _poster),
        PlaceEntry("run", tr("Run"), "run", tr("Watch it learn"), _run),
        PlaceEntry("library", tr("Library"), "library", tr("Earlier runs"), _library),
        PlaceEntry("export", tr("Export"), "export", tr("Leave with files"), _export),
        PlaceEntry(
            "settings", tr("Settings"), "settings", tr("Every setting of a run"), _settings, at_foot=True
        ),
    )
