"""The first half of the journey: choose data, draw a poster, see to the settings."""

from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QSlider

from podd_app.canvas.poster_canvas import PosterCanvas
from podd_app.models.class_order_sources import class_order_sources
from podd_app.pages.data.page import DataPage
from podd_app.pages.poster.page import PosterPage
from podd_app.pages.settings.page import SettingsPage
from podd_app.pages.settings.preset_list import PresetList
from tests.tour.guide import Guide

TOO_LONG = 10_000_000
"""A window, steps, for which no machine has memory."""

PUBLISHED = (
    "python main.py --name=PoDD-CIFAR10-LT1-90 --distill_batch_size=96 --patch_num_x=16 --patch_num_y=6 "
    "--dataset=cifar10 --num_train_eval=8 --update_steps=1 --batch_size=5000 --ddtype=curriculum --cctype=2 "
    "--epoch=10000 --test_freq=10 --print_freq=10 --arch=convnet --window=60 --minwindow=0 --totwindow=200 "
    "--inner_optim=Adam --outer_optim=Adam --inner_lr=0.001 --lr=0.001 --syn_strategy=flip_rotate "
    "--real_strategy=flip_rotate --seed=0 --zca --comp_ipc=1 --class_area_width=32 --class_area_height=32 "
    "--poster_width=153 --poster_height=60 --poster_class_num_x=5 --poster_class_num_y=2"
)


def show_first_tour(guide: Guide) -> None:
    """The callouts of the very first start."""
    window = guide.window
    window.start_tour()
    guide.picture("first-tour")
    guide.click(window.tour.callout.next)
    guide.click(window.tour.callout.next)
    guide.picture("first-tour-start")
    guide.click(window.tour.callout.skip)


def choose_data(guide: Guide) -> None:
    """The Data place: cards, images by class, one class, a dataset that is not here."""
    guide.show_page("data")
    page = guide.window.page_widget("data")
    assert isinstance(page, DataPage)
    selected = page.dataset_service.selected
    guide.wait_until(
        lambda: selected.images is not None, selected.images_changed, "images of digits are read"
    )
    guide.wait_until(
        lambda: not page.dataset_service.listing.running,
        page.dataset_service.listing.changed,
        "datasets are listed",
    )
    guide.picture("data-images-by-class")
    viewport = page.images.gallery.viewport()
    line = page.images.gallery.line_rect(2).center().toPoint()
    guide.move(viewport, line)
    guide.click(viewport, line)
    guide.picture("data-one-class")
    guide.click(page.images.back)
    absent = next(card for card in page.cards.cards.values() if card.entry.state == "absent")
    guide.click(absent)
    guide.wait_until(
        lambda: page.images.notice is not None, selected.status_changed, "it says that a dataset is not here"
    )
    guide.picture("data-not-here")
    guide.click(page.cards.cards["digits", ""])
    guide.wait_until(
        lambda: selected.images is not None, selected.images_changed, "images of digits are read"
    )
    guide.session.use_preset("digits")


def draw_poster(guide: Guide) -> None:
    """The Poster place: overlays, sizes, orders, a swap, and what cannot run."""
    guide.show_page("poster")
    session = guide.session
    guide.wait_until(
        lambda: not session.class_order.shown.pending, session.class_order.changed, "classes are ordered"
    )
    page = guide.window.page_widget("poster")
    assert isinstance(page, PosterPage)
    canvas, frame, controls = page.canvas, page.frame, page.controls
    viewport = canvas.viewport()
    guide.picture("poster")

    corner = _at(canvas, *session.layout.poster) + QPoint(5, 5)
    end = corner - QPoint(round(5 * canvas.scale_factor), round(3 * canvas.scale_factor))
    guide.drag(viewport, corner, end)
    guide.picture("poster-dragging-the-corner")
    guide.drop(viewport, end)
    session.undo_stack.undo()

    _slide(controls.budget.slider, 40)
    guide.picture("poster-more-images-per-class")
    session.undo_stack.undo()

    guide.picture("poster-classes-only")
    guide.click(frame.patches)
    guide.click(frame.classes)
    guide.picture("poster-patches-only")
    guide.click(frame.classes)
    guide.click(frame.patches)

    guide.move(viewport, _at(canvas, 15, 9))
    guide.picture("poster-hovered-patch")

    edge = _at(canvas, 16, session.layout.poster[1]) + QPoint(0, 5)
    end = edge - QPoint(0, round(3.9 * canvas.scale_factor))
    guide.drag(viewport, edge, end)
    guide.picture("poster-edge-snapped")
    guide.drop(viewport, end)
    session.undo_stack.undo()

    guide.click(page.overlays.coverage_toggle)
    guide.move(viewport, _at(canvas, 11, 6))
    guide.picture("poster-coverage")
    guide.click(page.overlays.coverage_toggle)

    session.edit({"labels.kind": "learned"}, "Kind")
    guide.picture("poster-classes-without-a-label")
    guide.click(controls.label_cells.cover)
    guide.click(page.overlays.labels_toggle)
    guide.picture("poster-label-array")
    guide.click(page.overlays.labels_toggle)
    session.undo_stack.undo()
    session.undo_stack.undo()
    compare_sources(guide, page)

    cells = canvas.view.cells
    first, second = (_at(canvas, cells[cell].center().x(), cells[cell].center().y()) for cell in (1, 8))
    guide.drag(viewport, first, second)
    guide.picture("poster-swapping-two-classes")
    guide.drop(viewport, second)
    guide.picture("poster-swapped")
    session.undo_stack.undo()

    canvas.setFocus(Qt.FocusReason.TabFocusReason)
    guide.press(Qt.Key.Key_Right)
    QTest.keyClick(canvas, Qt.Key.Key_Right, Qt.KeyboardModifier.ShiftModifier)
    guide.picture("poster-a-class-moved-by-keys")
    session.undo_stack.undo()
    canvas.select_patch(None)

    guide.type_into(controls.width_row.control, "5")
    guide.picture("poster-cannot-run")
    session.undo_stack.undo()
    guide.wait_until(
        lambda: session.run_estimate.estimate is not None, session.run_estimate_changed, "it is estimated"
    )
    guide.picture("poster-estimated")
    session.edit({"truncation.window": TOO_LONG, "truncation.total": TOO_LONG}, "Window")
    guide.wait_until(
        lambda: bool(session.run_estimate.error), session.run_estimate_changed, "it does not fit"
    )
    guide.picture("poster-does-not-fit-in-memory")
    session.undo_stack.undo()


def compare_sources(guide: Guide, page: PosterPage) -> None:
    """Distances between classes, what the orders of other sources cost, and taking one of them."""
    session, class_order_view = guide.session, page.class_order_view

    def known(source: str) -> bool:
        return next(each for each in class_order_sources(session, "") if each.source == source).state in (
            "found",
            "absent",
        )

    guide.click(page.controls.class_order_row.compare)
    for source in ("clip", "bundled", "images"):
        guide.wait_until(
            lambda source=source: known(source), session.class_order.answered, f"{source} has answered"
        )
    guide.settle()
    guide.move(class_order_view.map.viewport(), class_order_view.map.mapFromScene(QPointF(6.5, 2.5)))
    guide.picture("poster-distances")
    guide.click(class_order_view.cards["bundled"].use)
    guide.picture("poster-another-order")
    session.undo_stack.undo()
    guide.click(class_order_view.back)


def manage_presets(guide: Guide, presets: PresetList) -> None:
    """A preset of one's own: a name that is taken, kept, renamed, deleted and brought back."""
    guide.click(presets.save)
    guide.type_into(presets.card.name, "digits")
    guide.picture("settings-name-of-the-program")
    guide.type_into(presets.card.name, "digits in a hurry")
    guide.picture("settings-preset-kept")
    presets.delete("digits in a hurry")
    guide.picture("settings-preset-deleted")
    guide.click(presets.undo)
    presets.delete("digits in a hurry")


def edit_settings(guide: Guide) -> None:
    """The settings: all of them, a search, what differs, a line that cannot be read, and one that can."""
    guide.show_page("settings")
    page = guide.window.page_widget("settings")
    assert isinstance(page, SettingsPage)
    session, paste = guide.session, page.paste
    page.form.rows["truncation.window"].control.setFocus()
    guide.picture("settings")
    searchable = page.searchable
    searchable.search.setText("memory window")
    guide.picture("settings-searched")
    searchable.show_all()
    guide.type_into(page.form.rows["outer.steps"].control, "200")
    session.edit({"evaluation.networks": 4}, "Networks")
    guide.picture("settings-that-differ")
    guide.click(searchable.only_differing)
    guide.move(page.form.rows["outer.steps"], QPoint(4, 4))
    guide.picture("settings-only-what-differs")
    guide.click(searchable.only_differing)
    manage_presets(guide, page.presets)
    paste.text.set_command("python main.py --dataset=cifar11")
    guide.click(paste.use)
    guide.picture("settings-unreadable-command")
    paste.text.set_command(PUBLISHED)
    guide.picture("settings-published-command")
    guide.click(paste.use)
    guide.wait_until(
        lambda: not session.can_start, session.can_start_changed, "it says that CIFAR-10 is not here"
    )
    guide.picture("settings-from-a-command")
    session.use_preset("digits")


def _at(canvas: PosterCanvas, x_px: float, y_px: float) -> QPoint:
    return canvas.mapFromScene(QPointF(x_px, y_px))


def _slide(slider: QSlider, ticks: int) -> None:
    slider.setSliderDown(True)
    slider.setValue(slider.value() + ticks)
    slider.setSliderDown(False)
