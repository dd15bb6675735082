"""What a right click on the cards of the library offers."""

from collections.abc import Callable

from PySide6.QtWidgets import QMenu

from podd_app.pages.library.card_view import RunCardView
from podd_app.pages.library.run_actions import RunActions


def make_context_menu(
    cards: RunCardView,
    run_actions: RunActions,
    edit_name: Callable[[], None],
    ask_for_trash: Callable[[], None],
) -> QMenu:
    """The menu for the chosen cards; empty where none is chosen.

    Args:
        cards: of which some are chosen.
        deeds: does what is picked.
        edit_name: begins to rename the current run.
        ask_for_trash: asks whether the chosen runs are to go.
    """
    menu = QMenu(cards)
    selected_runs, run = cards.selected_runs, cards.current
    if not selected_runs or run is None:
        return menu
    written = all(one.status == "running" for one in selected_runs)
    if len(selected_runs) == 1:
        opens = menu.addAction(
            menu.tr("Watch") if written else menu.tr("Open"), lambda: run_actions.open(run)
        )
        opens.setEnabled(run_actions.can_open(run))
        resumes = menu.addAction(menu.tr("Resume"), lambda: run_actions.resume(run))
        resumes.setEnabled(run.resumable and not run_actions.busy)
        copies = menu.addAction(menu.tr("Duplicate settings"), lambda: run_actions.duplicate_settings(run))
        copies.setEnabled(run_actions.can_open(run))
        menu.addSeparator()
        menu.addAction(menu.tr("Rename"), edit_name).setEnabled(not written)
        menu.addAction(menu.tr("Show in folder"), lambda: run_actions.show_in_file_manager(run))
    menu.addAction(menu.tr("Move to trash…"), ask_for_trash).setEnabled(not written)
    return menu
