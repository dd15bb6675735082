"""A page of the program as an entry of the navigation rail."""

from collections.abc import Callable
from dataclasses import dataclass

from podd_app.services.services import Services
from podd_app.widgets.page import Page


@dataclass(frozen=True)
class PageEntry:
    """A page on the navigation rail.

    Args:
        key: the name of the page in `Session.show_page`.
        title: the text under the icon.
        icon: the name of an icon in resources/icons.
        hint: what the page is for, one sentence.
        make: builds the page. It imports the module of the page when it is called.
        at_bottom: whether the entry is at the foot of the rail, apart from the steps of the work.
    """

    key: str
    title: str
    icon: str
    hint: str
    make: Callable[[Services], Page]
    at_bottom: bool = False
