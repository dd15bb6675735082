"""The end of the journey: files, earlier runs, help, and what is said when something goes wrong."""

import shutil
from pathlib import Path

from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QDialog

from podd_app.models.run_status import Phase
from podd_app.pages.export.page import ExportPlace
from podd_app.pages.library.page import LibraryPlace
from podd_app.pages.run.page import RunPlace
from podd_app.services.comparison_source import Choice
from podd_app.workers.examples import unpack
from podd_engine.io.resources import resource
from tests.tour.guide import Guide, TourError


def leave_with_files(guide: Guide) -> None:
    """The Export place: previews, and files written."""
    guide.go_to("export")
    place = guide.window.place_widget("export")
    assert isinstance(place, ExportPlace)
    desk, preview = place.desk, place.preview
    guide.until(lambda: desk.poster is not None, desk.source_changed, "the poster is read")
    guide.picture("export")
    guide.click(preview.patches)
    guide.until(lambda: desk.sheet is not None, desk.sheet_changed, "the contact sheet is drawn")
    guide.picture("export-contact-sheet")
    guide.click(preview.labels)
    guide.picture("export-labels")
    guide.click(preview.seen)
    guide.click(place.controls.export)
    guide.until(lambda: not desk.exporting, desk.work_changed, "the files are written")
    if desk.exported is None:
        raise TourError(f"no files were written: {desk.export_trouble}")
    guide.picture("export-done")


def look_through_runs(guide: Guide) -> None:
    """The Library place: the run that was made, and others beside it; several chosen."""
    put_runs_beside(guide)
    guide.go_to("library")
    place = guide.window.place_widget("library")
    assert isinstance(place, LibraryPlace)
    shelf = place.shelf
    guide.until(lambda: len(shelf.runs) == 3 and not shelf.looking, shelf.looking_changed, "runs are listed")
    for run in shelf.runs:
        guide.until(lambda run=run: shelf.picture(run) is not None, shelf.pictured, "its poster is drawn")
    guide.picture("library")
    place.cards.selectAll()
    guide.picture("library-several-runs")
    assert guide.session.run.path is not None
    place.choose(guide.session.run.path)
    place.bar.filter.setText("no such run")
    guide.picture("library-nothing-matches")
    place.bar.filter.clear()


def put_runs_beside(guide: Guide) -> None:
    """The finished example, and a copy of the run that looks as if the machine had gone off."""
    made = guide.session.run.path
    assert made is not None
    unpack(resource("examples/digits.zip"), made.with_name("digits, the example"))
    cut_off = made.with_name("digits, cut off")
    shutil.copytree(made, cut_off)
    events = cut_off / "events.jsonl"
    lines = events.read_text(encoding="utf-8").splitlines(keepends=True)
    events.write_text("".join(lines[: len(lines) // 2]), encoding="utf-8")


def look_around(guide: Guide) -> None:
    """The help, the window from right to left, and the menu."""
    window = guide.window
    guide.go_to("poster")
    guide.press(Qt.Key.Key_F1)
    shown = [dialog for dialog in window.findChildren(QDialog) if dialog.isVisible()]
    if len(shown) != 1 or not QTest.qWaitForWindowExposed(shown[0]):
        raise TourError("the help did not appear")
    guide.picture("help")
    window.show_help("shortcuts")
    guide.picture("help-shortcuts")
    shown[0].close()
    menu = window.actions_.menu
    app = QApplication.instance()
    assert isinstance(app, QApplication)
    app.setLayoutDirection(Qt.LayoutDirection.RightToLeft)
    guide.picture("from-right-to-left")
    app.setLayoutDirection(Qt.LayoutDirection.LeftToRight)
    menu.popup(window.mapToGlobal(QPoint(8, 44)))
    guide.picture("menu")
    menu.close()


def look_at_an_example(guide: Guide) -> None:
    """The finished run that comes with the program, alone and beside the run that was made, in step."""
    session, made = guide.session, guide.session.run.path
    (example,) = guide.window.actions_.examples.actions()
    example.trigger()
    came = Path("examples") / "digits"
    guide.until(
        lambda: session.run.path is not None and session.run.path.match(str(came)),
        session.run_changed,
        "the example is open",
    )
    place = guide.window.place_widget("run")
    assert isinstance(place, RunPlace)
    reel, reference = place.timeline.reel, place.comparison.reference
    track = place.timeline.track
    guide.until(lambda: len(reel.stops) > 2, reel.stops_changed, "its kept posters are listed")
    guide.until(lambda: track.pictured, track.pictures_changed, "thumbnails of them are drawn")
    guide.picture("example-run")
    guide.click(place.compare)
    guide.click(place.comparison.bar.modes["side"])
    reference.choose(Choice("other", made))
    guide.until(lambda: bool(reference.steps), reference.changed, "the other run is read")
    guide.click(place.comparison.bar.in_step)
    reel.look_at(reel.stops[1])
    guide.until(lambda: not reel.reading and not reference.reading, reference.changed, "both are read")
    guide.picture("example-in-step-with-another-run")
    guide.click(place.compare)


def meet_trouble(guide: Guide, private: Path) -> None:
    """A file that cannot be opened; a run that cannot start, with details."""
    window, session = guide.window, guide.session
    torn = private / "torn.toml"
    torn.write_text('name = "torn"\n[poster\nwidth = 32\n', encoding="utf-8")
    window.open_path(torn)
    guide.picture("trouble-unreadable-file")
    guide.expected_trouble()

    session.new_run()
    session.use_preset("digits")
    occupied = private / "not a folder"
    occupied.write_text("a file where runs should go\n", encoding="utf-8")
    session.set_runs_folder(occupied)
    guide.click(window.top_bar.start)
    guide.until_phase(Phase.FAILED)
    guide.picture("trouble-run-cannot-start")
    guide.click_button(window.banner, "Details")
    guide.picture("trouble-details")
    guide.expected_trouble()
