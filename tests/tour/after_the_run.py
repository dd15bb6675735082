"""The end of the journey: files, earlier runs, help, and what is said when something goes wrong."""

import shutil
from pathlib import Path

from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QDialog

from podd_app.models.run_status import Phase
from podd_app.pages.export.page import ExportPage
from podd_app.pages.library.page import LibraryPage
from podd_app.pages.run.page import RunPage
from podd_app.services.comparison_source import ComparisonChoice
from podd_app.workers.examples import unpack
from podd_engine.io.resources import resource_path
from tests.tour.guide import Guide, TourError


def export_files(guide: Guide) -> None:
    """The Export place: previews, and files written."""
    guide.show_page("export")
    page = guide.window.page_widget("export")
    assert isinstance(page, ExportPage)
    export_service, preview = page.export_service, page.preview
    guide.wait_until(
        lambda: export_service.poster is not None, export_service.source_changed, "the poster is read"
    )
    guide.picture("export")
    guide.click(preview.patches)
    guide.wait_until(
        lambda: export_service.contact_sheet is not None,
        export_service.contact_sheet_changed,
        "the contact sheet is drawn",
    )
    guide.picture("export-contact-sheet")
    guide.click(preview.labels)
    guide.picture("export-labels")
    guide.click(preview.seen)
    guide.click(page.controls.export)
    guide.wait_until(
        lambda: not export_service.exporting, export_service.export_changed, "the files are written"
    )
    if export_service.exported is None:
        raise TourError(f"no files were written: {export_service.export_error}")
    guide.picture("export-done")


def browse_library(guide: Guide) -> None:
    """The Library place: the run that was made, and others beside it; several chosen."""
    add_more_runs(guide)
    guide.show_page("library")
    page = guide.window.page_widget("library")
    assert isinstance(page, LibraryPage)
    run_library = page.run_library
    guide.wait_until(
        lambda: len(run_library.runs) == 3 and not run_library.scanning,
        run_library.scanning_changed,
        "runs are listed",
    )
    for run in run_library.runs:
        guide.wait_until(
            lambda run=run: run_library.thumbnail(run) is not None,
            run_library.thumbnail_loaded,
            "its poster is drawn",
        )
    guide.picture("library")
    page.cards.selectAll()
    guide.picture("library-several-runs")
    assert guide.session.run.path is not None
    page.choose(guide.session.run.path)
    page.bar.filter.setText("no such run")
    guide.picture("library-nothing-matches")
    page.bar.filter.clear()


def add_more_runs(guide: Guide) -> None:
    """The finished example, and a copy of the run that looks as if the machine had gone off."""
    made = guide.session.run.path
    assert made is not None
    unpack(resource_path("examples/digits.zip"), made.with_name("digits, the example"))
    cut_off = made.with_name("digits, cut off")
    shutil.copytree(made, cut_off)
    events = cut_off / "events.jsonl"
    lines = events.read_text(encoding="utf-8").splitlines(keepends=True)
    events.write_text("".join(lines[: len(lines) // 2]), encoding="utf-8")


def show_help_and_menus(guide: Guide) -> None:
    """The help, the window from right to left, and the menu."""
    window = guide.window
    guide.show_page("poster")
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


def open_example(guide: Guide) -> None:
    """The finished run that comes with the program, alone and beside the run that was made, in step."""
    session, made = guide.session, guide.session.run.path
    (example,) = guide.window.actions_.examples.actions()
    example.trigger()
    came = Path("examples") / "digits"
    guide.wait_until(
        lambda: session.run.path is not None and session.run.path.match(str(came)),
        session.run_changed,
        "the example is open",
    )
    page = guide.window.page_widget("run")
    assert isinstance(page, RunPage)
    snapshot_player, reference = page.timeline.snapshot_player, page.comparison.source
    track = page.timeline.track
    guide.wait_until(
        lambda: len(snapshot_player.snapshot_steps) > 2,
        snapshot_player.snapshots_changed,
        "its kept posters are listed",
    )
    guide.wait_until(
        lambda: track.thumbnails_complete, track.thumbnails_changed, "thumbnails of them are drawn"
    )
    guide.picture("example-run")
    guide.click(page.compare)
    guide.click(page.comparison.bar.modes["side"])
    reference.choose(ComparisonChoice("other", made))
    guide.wait_until(lambda: bool(reference.steps), reference.changed, "the other run is read")
    guide.click(page.comparison.bar.follow_step)
    snapshot_player.select_step(snapshot_player.snapshot_steps[1])
    guide.wait_until(
        lambda: not snapshot_player.loading and not reference.loading, reference.changed, "both are read"
    )
    guide.picture("example-in-step-with-another-run")
    guide.click(page.compare)


def show_errors(guide: Guide, private: Path) -> None:
    """A file that cannot be opened; a run that cannot start, with details."""
    window, session = guide.window, guide.session
    torn = private / "torn.toml"
    torn.write_text('name = "torn"\n[poster\nwidth = 32\n', encoding="utf-8")
    window.open_path(torn)
    guide.picture("trouble-unreadable-file")
    guide.expect_error()

    session.new_run()
    session.use_preset("digits")
    occupied = private / "not a folder"
    occupied.write_text("a file where runs should go\n", encoding="utf-8")
    session.set_runs_folder(occupied)
    guide.click(window.top_bar.start)
    guide.wait_for_phase(Phase.READY)
    guide.picture("trouble-run-cannot-start")
    guide.click_button(window.banner, "Details")
    guide.picture("trouble-details")
    guide.expect_error()
