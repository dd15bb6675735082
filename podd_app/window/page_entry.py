"""Entry of the navigation rail."""

from collections.abc import Callable
from dataclasses import dataclass

from podd_app.services.services import Services
from podd_app.widgets.page import Page
from podd_app.window.subject import Subject


@dataclass(frozen=True)
class PageEntry:
    """Entry of the navigation rail with the function that creates its page.

    Args:
        key: Key of the page in `Session.show_page`.
        title: Text below the icon.
        icon: File name in resources/icons without ``.svg``.
        hint: Tooltip with the purpose of the page.
        make: Creates the page and imports its module when called.
        subject: What the top bar shows on this page; None keeps what the previous page showed.
        at_bottom: Whether the entry is at the bottom of the rail, apart from the workflow.
    """

    key: str
    title: str
    icon: str
    hint: str
    make: Callable[[Services], Page]
    subject: Subject | None = None
    at_bottom: bool = False
