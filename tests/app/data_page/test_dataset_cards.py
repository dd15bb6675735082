"""Dataset cards on the Data page: texts and selection."""

from dataset_samples import DIGITS, WAIT_MS
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from podd_app.models.run_status import Phase, RunStatus
from podd_app.pages.data.page import DataPage
from podd_app.style.formatting import format_count
from podd_engine.config.dataset_catalogue import CATALOGUE


def test_every_dataset_has_a_card_with_its_availability(page: DataPage) -> None:
    cards = page.cards.cards
    assert list(cards) == [(name, "") for name in CATALOGUE]
    assert cards[DIGITS].entry.state == "ready"
    assert cards[DIGITS].is_selected
    for key, card in cards.items():
        absent = key != DIGITS
        assert (card.entry.state == "absent") == absent
        assert card.download.isVisible() == absent
        assert card.locate.isVisible() == absent
    counts = f"{format_count(50_000)} + {format_count(10_000)} images"
    assert cards["cifar10", ""].accessibleDescription() == f"{counts}, 10 classes · 32 px"


def test_selecting_a_missing_dataset_shows_a_notice_and_blocks_start(qtbot: QtBot, page: DataPage) -> None:
    session, card = page.session, page.cards.cards["cifar100", ""]
    with qtbot.waitSignal(page.dataset_service.selected.status_changed, timeout=WAIT_MS):
        qtbot.mouseClick(card, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: not session.dataset.ready, timeout=WAIT_MS)
    assert card.is_selected
    assert not session.can_start
    assert session.start_blocker == "CIFAR-100 is not installed. Download it or choose its folder."
    assert page.images.notice is not None
    session.undo_stack.undo()
    assert page.cards.cards[DIGITS].is_selected
    qtbot.waitUntil(lambda: session.can_start, timeout=WAIT_MS)


def test_return_selects_the_focused_card(qtbot: QtBot, page: DataPage) -> None:
    card = page.cards.cards["cub200", ""]
    qtbot.keyClick(card, Qt.Key.Key_Return)
    assert page.session.draft.values["dataset.name"] == "cub200"
    assert card.is_selected


def test_a_dataset_for_the_draft_can_be_selected_during_a_run(qtbot: QtBot, page: DataPage) -> None:
    page.session.set_run_status(RunStatus(Phase.RUNNING))
    card = page.cards.cards["cub200", ""]
    qtbot.mouseClick(card, Qt.MouseButton.LeftButton)
    assert page.session.draft.values["dataset.name"] == "cub200"
    assert card.is_selected


def test_tab_follows_the_displayed_order_of_cards(page: DataPage) -> None:
    shown = sorted([*page.cards.cards.values(), page.cards.add_card], key=lambda card: (card.y(), card.x()))
    tab_order, widget = [], shown[0]
    while len(tab_order) < len(shown):
        if widget in shown:
            tab_order.append(widget)
        widget = widget.nextInFocusChain()
    assert tab_order == shown
