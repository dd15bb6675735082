"""The places of this program, in the order of the work."""

from podd_app.place import Place, PlaceEntry
from podd_app.session import Session


def _data(session: Session) -> Place:
    from podd_app.dataset.place import DataPlace

    return DataPlace(session)


def _poster(session: Session) -> Place:
    from podd_app.designer.place import DesignerPlace

    return DesignerPlace(session)


def _settings(session: Session) -> Place:
    from podd_app.settings_place.place import SettingsPlace

    return SettingsPlace(session)


def _run(session: Session) -> Place:
    from podd_app.monitor.place import RunPlace

    return RunPlace(session)


def _library(session: Session) -> Place:
    from podd_app.library.place import LibraryPlace

    return LibraryPlace(session)


def _export(session: Session) -> Place:
    from podd_app.export.place import ExportPlace

    return ExportPlace(session)


def standard_places() -> tuple[PlaceEntry, ...]:
    """Data, Poster, Run, Library, Export; settings at the foot."""
    return (
        PlaceEntry("data", "Data", "data", "Choose what to distil", _data),
        PlaceEntry("poster", "Poster", "poster", "Draw the poster", _poster),
        PlaceEntry("run", "Run", "run", "Watch it learn", _run),
        PlaceEntry("library", "Library", "library", "Earlier runs", _library),
        PlaceEntry("export", "Export", "export", "Leave with files", _export),
        PlaceEntry("settings", "Settings", "settings", "Every setting of a run", _settings, at_foot=True),
    )
