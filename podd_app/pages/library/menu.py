"""What a right click on the cards of the library offers."""

from collections.abc import Callable

from PySide6.QtWidgets import QMenu

from podd_app.pages.library.card_view import RunCards
from podd_app.pages.library.run_actions import Deeds


def make_menu(
    cards: RunCards, deeds: Deeds, edit_name: Callable[[], None], ask_for_trash: Callable[[], None]
) -> QMenu:
    """The menu for the chosen cards; empty where none is chosen.

    Args:
        cards: of which some are chosen.
        deeds: does what is picked.
        edit_name: begins to rename the current run.
        ask_for_trash: asks whether the chosen runs are to go.
    """
    menu = QMenu(cards)
    chosen, run = cards.chosen, cards.current
    if not chosen or run is None:
        return menu
    written = all(one.status == "running" for one in chosen)
    if len(chosen) == 1:
        opens = menu.addAction(menu.tr("Watch") if written else menu.tr("Open"), lambda: deeds.open(run))
        opens.setEnabled(deeds.can_open(run))
        resumes = menu.addAction(menu.tr("Resume"), lambda: deeds.resume(run))
        resumes.setEnabled(run.resumable and not deeds.busy)
        copies = menu.addAction(menu.tr("Duplicate settings"), lambda: deeds.duplicate_settings(run))
        copies.setEnabled(deeds.can_open(run))
        menu.addSeparator()
        menu.addAction(menu.tr("Rename"), edit_name).setEnabled(not written)
        menu.addAction(menu.tr("Show in folder"), lambda: deeds.reveal(run))
    menu.addAction(menu.tr("Move to trash…"), ask_for_trash).setEnabled(not written)
    return menu
