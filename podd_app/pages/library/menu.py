"""Context menu of the cards in the library."""

from collections.abc import Callable

from PySide6.QtCore import QCoreApplication
from PySide6.QtWidgets import QMenu

from podd_app.pages.library.card_view import RunCardView
from podd_app.pages.library.run_actions import RunActions

translate = QCoreApplication.translate


def make_context_menu(
    cards: RunCardView,
    run_actions: RunActions,
    edit_name: Callable[[], None],
    ask_for_trash: Callable[[], None],
) -> QMenu:
    """Create the menu for the selected cards; the menu is empty if no card is selected.

    Args:
        cards: view with the selection.
        run_actions: performs the actions.
        edit_name: starts editing the name of the current run.
        ask_for_trash: asks whether to move the selected runs to the trash.
    """
    menu = QMenu(cards)
    selected_runs, run = cards.selected_runs, cards.current
    if not selected_runs or run is None:
        return menu
    running = all(selected.status == "running" for selected in selected_runs)
    if len(selected_runs) == 1:
        open_text = translate("LibraryMenu", "Watch") if running else translate("LibraryMenu", "Open")
        open_action = menu.addAction(open_text, lambda: run_actions.open(run))
        open_action.setEnabled(run_actions.can_open(run))
        resume_action = menu.addAction(translate("LibraryMenu", "Resume"), lambda: run_actions.resume(run))
        resume_action.setEnabled(run.resumable and not run_actions.busy)
        duplicate_action = menu.addAction(
            translate("LibraryMenu", "Duplicate settings"), lambda: run_actions.duplicate_settings(run)
        )
        duplicate_action.setEnabled(run_actions.can_duplicate(run))
        menu.addSeparator()
        menu.addAction(translate("LibraryMenu", "Rename"), edit_name).setEnabled(not running)
        menu.addAction(
            translate("LibraryMenu", "Show in folder"), lambda: run_actions.show_in_file_manager(run)
        )
    menu.addAction(translate("LibraryMenu", "Move to trash…"), ask_for_trash).setEnabled(not running)
    return menu
