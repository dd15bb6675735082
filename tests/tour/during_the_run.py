"""The middle of the journey: start, watch, hold, look closely, finish."""

from PySide6.QtCore import QPoint, QPointF
from PySide6.QtWidgets import QApplication, QMessageBox, QScrollArea

from podd_app.engine.cached_request import Question
from podd_app.models.run_status import Phase
from podd_app.pages.run.page import RunPlace
from tests.tour.guide import Guide, TourError

SHORT = {
    "outer.steps": 1200,
    "evaluation.every": 80,
    "evaluation.networks": 2,
    "labels.kind": "learned",
    "labels.cover_all": True,
    "augmentation.patches": ("crop",),
}
"""What makes a digits run last as long as a tour looks at it, and gives the inspector something to show."""


def watch_the_run(guide: Guide) -> None:
    """The Run place from its invitation to a finished run."""
    window, session = guide.window, guide.session
    guide.go_to("run")
    place = window.place_widget("run")
    assert isinstance(place, RunPlace)
    guide.picture("run-nothing-yet")
    session.edit(SHORT, "Outer steps")

    guide.click(window.top_bar.start)
    guide.picture("run-starting", settled=False)
    guide.until_phase(Phase.RUNNING)
    record = session.record
    guide.until(lambda: len(record.reports) >= 3, record.reported, "three outer steps are taken")
    guide.picture("run-first-steps")
    guide.until(lambda: len(record.evaluations) >= 4, record.evaluated, "it is evaluated four times")
    guide.until(lambda: len(record.reports) >= 27, record.reported, "it has gone on")
    track = place.timeline.track
    guide.until(lambda: track.pictured, track.pictures_changed, "thumbnails of kept posters are drawn")
    guide.picture("run-running")
    guide.go_to("poster")
    guide.picture("run-holds-the-poster")
    guide.go_to("run")

    guide.click(window.top_bar.pause)
    guide.picture("run-pausing", settled=False)
    guide.until_phase(Phase.PAUSED)
    guide.picture("run-paused")

    viewport = place.canvas.viewport()
    at = place.canvas.mapFromScene(QPointF(15, 9))
    guide.move(viewport, at)
    guide.click(viewport, at)
    guide.picture("run-inspector")
    _look_closely(guide, place)
    guide.click(place.as_seen)
    guide.click(place.frame.patches)
    guide.picture("run-as-trained-with-patches")
    guide.click(place.frame.patches)
    guide.click(place.as_seen)

    _look_back(guide, place)

    plot = place.loss.view.viewport()
    guide.move(plot, plot.rect().center())
    guide.picture("run-crosshair")
    guide.move(window.status_line, window.status_line.rect().center())

    guide.click(window.top_bar.resume)
    guide.until_phase(Phase.RUNNING)
    guide.until(lambda: len(record.evaluations) >= 7, record.evaluated, "it is evaluated seven times")
    guide.picture("run-evaluated")
    _ask_to_close(guide)
    guide.until_phase(Phase.FINISHED)
    guide.picture("run-finished")


def _look_closely(guide: Guide, place: RunPlace) -> None:
    """The folding parts of the patch inspector, then the class with its confusions."""
    inspector, page = place.inspector, place.inspector.page_of_patch
    scrolled = place.panel.parentWidget().parentWidget() if place.panel is not None else None
    if not isinstance(scrolled, QScrollArea):
        raise TourError("the panel of the Run place does not scroll")
    for part, question, name in (
        (page.history, inspector.desk.history, "run-inspector-label-over-time"),
        (page.versions, inspector.desk.versions, "run-inspector-augmented"),
        (page.nearest, inspector.desk.nearest, "run-inspector-nearest-images"),
    ):
        guide.click(part.head)
        _until_answered(guide, question)
        guide.settle()
        scrolled.ensureWidgetVisible(part, 0, 0)
        guide.picture(name)
        guide.click(part.head)
    guide.click(page.pull.head)
    guide.click(page.pull.toggle)
    _until_answered(guide, inspector.desk.pull)
    guide.settle()
    scrolled.verticalScrollBar().setValue(0)
    guide.picture("run-inspector-pixels-that-pull")
    guide.click(page.pull.toggle)
    guide.click(page.pull.head)
    guide.click(inspector.class_button)
    guide.picture("run-inspector-class")
    guide.click(inspector.page_of_class.accuracy)
    guide.picture("run-inspector-class-accuracy")
    guide.click(inspector.page_of_class.confusions)
    guide.picture("run-inspector-class-confusions")
    guide.click(inspector.page_of_class.confusions)
    guide.click(inspector.patch_button)


def _until_answered(guide: Guide, question: Question) -> None:
    guide.until(lambda: not question.asking, question.changed, "what the inspector asked is answered")


def _look_back(guide: Guide, place: RunPlace) -> None:
    """An earlier poster, the best one, and the live one again."""
    bar, reel = place.timeline, place.timeline.reel

    def arrive(name: str) -> None:
        guide.until(lambda: not reel.reading, reel.looked, "an earlier poster is read")
        guide.picture(name)

    guide.until(lambda: len(reel.stops) >= 4, reel.stops_changed, "four posters are kept")
    guide.click(bar.track, QPoint(round(bar.track.x_of(reel.stops[1])), round(bar.track.groove_px)))
    arrive("run-looking-back")
    guide.click(bar.best)
    arrive("run-best-poster")
    _compare(guide, place)
    guide.click(bar.live)


def _compare(guide: Guide, place: RunPlace) -> None:
    """The best poster against the one the run began with."""
    comparison = place.comparison
    reference, stage = comparison.reference, comparison.stage
    guide.click(place.compare)
    guide.until(lambda: reference.compared is not None, reference.changed, "the first poster is read")
    guide.picture("run-swipe")
    guide.click(comparison.bar.modes["side"])
    guide.settle()
    guide.move(stage.canvas.viewport(), stage.canvas.mapFromScene(QPointF(15, 9)))
    guide.picture("run-side-by-side")
    guide.click(comparison.bar.modes["difference"])
    guide.picture("run-difference")
    guide.click(place.compare)


def _ask_to_close(guide: Guide) -> None:
    """Close the window while the run goes on, look at the question, and keep running."""

    def answer() -> None:
        box = QApplication.activeModalWidget()
        if not isinstance(box, QMessageBox):
            raise TourError("closing the window during a run asked nothing")
        guide.picture("run-closing-asks")
        guide.click(box.buttons()[-1])

    guide.later(answer)
    guide.window.close()
    if not guide.window.isVisible():
        raise TourError("the window closed although it was to keep running")
