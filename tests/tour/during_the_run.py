"""The middle of the journey: start, watch, hold, look closely, finish."""

from PySide6.QtCore import QPoint, QPointF
from PySide6.QtWidgets import QApplication, QMessageBox, QScrollArea

from podd_app.engine.cached_request import CachedRequest
from podd_app.models.run_status import Phase
from podd_app.pages.run.page import RunPage
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
    guide.show_page("run")
    run_page = window.page_widget("run")
    assert isinstance(run_page, RunPage)
    guide.picture("run-nothing-yet")
    session.edit(SHORT, "Outer steps")

    guide.click(window.top_bar.start)
    guide.picture("run-starting", settled=False)
    guide.wait_for_phase(Phase.RUNNING)
    run_history = session.run_history
    guide.wait_until(
        lambda: len(run_history.reports) >= 3, run_history.steps_reported, "three outer steps are taken"
    )
    guide.picture("run-first-steps")
    guide.wait_until(
        lambda: len(run_history.evaluations) >= 4, run_history.evaluated, "it is evaluated four times"
    )
    guide.wait_until(lambda: len(run_history.reports) >= 27, run_history.steps_reported, "it has gone on")
    track = run_page.timeline.track
    guide.wait_until(
        lambda: track.thumbnails_complete, track.thumbnails_changed, "thumbnails of kept posters are drawn"
    )
    guide.picture("run-running")
    guide.show_page("poster")
    guide.picture("run-holds-the-poster")
    guide.show_page("run")

    guide.click(window.top_bar.pause)
    guide.picture("run-pausing", settled=False)
    guide.wait_for_phase(Phase.PAUSED)
    guide.picture("run-paused")

    viewport = run_page.canvas.viewport()
    at = run_page.canvas.mapFromScene(QPointF(15, 9))
    guide.move(viewport, at)
    guide.click(viewport, at)
    guide.picture("run-inspector")
    _use_inspector(guide, run_page)
    guide.click(run_page.as_seen)
    guide.click(run_page.frame.patches)
    guide.picture("run-as-trained-with-patches")
    guide.click(run_page.frame.patches)
    guide.click(run_page.as_seen)

    _browse_snapshots(guide, run_page)

    plot = run_page.loss.view.viewport()
    guide.move(plot, plot.rect().center())
    guide.picture("run-crosshair")
    guide.move(window.status_line, window.status_line.rect().center())

    guide.click(window.top_bar.resume)
    guide.wait_for_phase(Phase.RUNNING)
    guide.wait_until(
        lambda: len(run_history.evaluations) >= 7, run_history.evaluated, "it is evaluated seven times"
    )
    guide.picture("run-evaluated")
    _ask_to_close(guide)
    guide.wait_for_phase(Phase.FINISHED)
    guide.picture("run-finished")


def _use_inspector(guide: Guide, run_page: RunPage) -> None:
    """The folding parts of the patch inspector, then the class with its confusions."""
    inspector, page = run_page.inspector, run_page.inspector.patch_page
    scrolled = run_page.panel.parentWidget().parentWidget() if run_page.panel is not None else None
    if not isinstance(scrolled, QScrollArea):
        raise TourError("the panel of the Run place does not scroll")
    for part, question, name in (
        (page.history, inspector.service.history, "run-inspector-label-over-time"),
        (page.versions, inspector.service.versions, "run-inspector-augmented"),
        (page.nearest, inspector.service.nearest, "run-inspector-nearest-images"),
    ):
        guide.click(part.header)
        _wait_for_answer(guide, question)
        guide.settle()
        scrolled.ensureWidgetVisible(part, 0, 0)
        guide.picture(name)
        guide.click(part.header)
    guide.click(page.gradient_map.header)
    guide.click(page.gradient_map.toggle)
    _wait_for_answer(guide, inspector.service.gradient_map)
    guide.settle()
    scrolled.verticalScrollBar().setValue(0)
    guide.picture("run-inspector-pixels-that-pull")
    guide.click(page.gradient_map.toggle)
    guide.click(page.gradient_map.header)
    guide.click(inspector.class_button)
    guide.picture("run-inspector-class")
    guide.click(inspector.class_page.accuracy)
    guide.picture("run-inspector-class-accuracy")
    guide.click(inspector.class_page.confusions)
    guide.picture("run-inspector-class-confusions")
    guide.click(inspector.class_page.confusions)
    guide.click(inspector.patch_button)


def _wait_for_answer(guide: Guide, question: CachedRequest) -> None:
    guide.wait_until(
        lambda: not question.is_pending, question.changed, "what the inspector asked is answered"
    )


def _browse_snapshots(guide: Guide, run_page: RunPage) -> None:
    """An earlier poster, the best one, and the live one again."""
    bar, snapshot_player = run_page.timeline, run_page.timeline.snapshot_player

    def arrive(name: str) -> None:
        guide.wait_until(
            lambda: not snapshot_player.loading, snapshot_player.position_changed, "an earlier poster is read"
        )
        guide.picture(name)

    guide.wait_until(
        lambda: len(snapshot_player.snapshot_steps) >= 4,
        snapshot_player.snapshots_changed,
        "four posters are kept",
    )
    guide.click(
        bar.track,
        QPoint(round(bar.track.x_of(snapshot_player.snapshot_steps[1])), round(bar.track.groove_px)),
    )
    arrive("run-looking-back")
    guide.click(bar.best)
    arrive("run-best-poster")
    _compare(guide, run_page)
    guide.click(bar.live)


def _compare(guide: Guide, run_page: RunPage) -> None:
    """The best poster against the one the run began with."""
    comparison = run_page.comparison
    reference, stage = comparison.source, comparison.stage
    guide.click(run_page.compare)
    guide.wait_until(lambda: reference.compared is not None, reference.changed, "the first poster is read")
    guide.picture("run-swipe")
    guide.click(comparison.bar.modes["side"])
    guide.settle()
    guide.move(stage.canvas.viewport(), stage.canvas.mapFromScene(QPointF(15, 9)))
    guide.picture("run-side-by-side")
    guide.click(comparison.bar.modes["difference"])
    guide.picture("run-difference")
    guide.click(run_page.compare)


def _ask_to_close(guide: Guide) -> None:
    """Close the window while the run goes on, look at the question, and keep running."""

    def answer() -> None:
        box = QApplication.activeModalWidget()
        if not isinstance(box, QMessageBox):
            raise TourError("closing the window during a run asked nothing")
        guide.picture("run-closing-asks")
        guide.click(box.buttons()[-1])

    guide.call_later(answer)
    guide.window.close()
    if not guide.window.isVisible():
        raise TourError("the window closed although it was to keep running")
