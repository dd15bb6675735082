"""Texts with names and messages of the user that Qt shows literally.

Many widgets of Qt guess whether a text is rich text. They read ``<b>`` as markup, load the file of an
``<img>`` tag, and take the character after ``&`` as a shortcut. Names of classes, files, runs and
presets contain such characters, and so do error messages. All tooltips, actions and rich texts of the
program are therefore set with the functions of this module.
"""

import re
from collections.abc import Iterable
from html import escape

from PySide6.QtCore import QPoint
from PySide6.QtGui import QAction, QTextDocumentFragment
from PySide6.QtWidgets import QToolTip, QWidget

_MAX_TOOLTIP_CHARACTERS = 1500
_MAX_ACTION_CHARACTERS = 64
_LONG_WORD = re.compile(r"\S{25,}")
_WORD_PART = re.compile(r"[^/\\]{0,11}[/\\]|[^/\\]{1,12}")
_ZERO_WIDTH_SPACE = "\u200b"
_PLAIN_TOOLTIP = "plainTooltip"
"""Dynamic property with the tooltip of a widget as plain text."""


class Html(str):
    """Rich text in which all names and messages are escaped. Create it with `rich_text`."""

    __slots__ = ()


def rich_text(template: str, *values: object) -> Html:
    """Insert values into a rich text.

    Args:
        template: rich text of the program, with one placeholder of the ``%`` operator per value. Without
            values, the text is used as it is.
        *values: values to insert. A text is escaped unless it is `Html`.
    """
    if not values:
        return Html(template)
    return Html(template % tuple(_escaped(value) if isinstance(value, str) else value for value in values))


def join_html(separator: str, parts: Iterable[str]) -> Html:
    """Join texts with a separator, which is rich text of the program.

    Args:
        separator: rich text between two parts.
        parts: texts. A part is escaped unless it is `Html`.
    """
    return Html(separator.join(_escaped(part) for part in parts))


def to_plain_text(html: Html) -> str:
    """Return a rich text without its markup."""
    return QTextDocumentFragment.fromHtml(html).toPlainText().replace(_ZERO_WIDTH_SPACE, "")


def tooltip_text(text: str) -> str:
    """Return the rich text of a tooltip that shows ``text`` literally, on several lines if it is long.

    Args:
        text: plain text, or `Html`. An empty text stays empty, because Qt shows no empty tooltip.
    """
    if not text:
        return ""
    if isinstance(text, Html):
        return f"<qt>{text}</qt>"
    if len(text) > _MAX_TOOLTIP_CHARACTERS:
        text = f"{text[:_MAX_TOOLTIP_CHARACTERS]}…"
    return f'<qt><div style="white-space:pre-wrap">{escape(breakable(text), quote=False)}</div></qt>'


def set_tooltip(target: QWidget | QAction, text: str) -> None:
    """Set a tooltip that shows ``text`` literally.

    A screen reader reads the tooltip of a widget without an accessible description. The description is
    therefore set to the plain text, unless the widget has a description of its own.

    Args:
        target: the widget or action.
        text: plain text, or `Html`.
    """
    shown = tooltip_text(text)
    if target.toolTip() == shown:
        return
    target.setToolTip(shown)
    if isinstance(target, QWidget):
        plain = to_plain_text(text) if isinstance(text, Html) else text
        has_own_description = target.accessibleDescription() not in ("", plain_tooltip(target))
        target.setProperty(_PLAIN_TOOLTIP, plain)
        if not has_own_description:
            target.setAccessibleDescription(plain)


def plain_tooltip(widget: QWidget) -> str:
    """Return the tooltip that `set_tooltip` has set, as plain text."""
    return widget.property(_PLAIN_TOOLTIP) or ""


def set_description(widget: QWidget, text: str) -> None:
    """Set the accessible description of a widget, or its tooltip as the description if ``text`` is empty."""
    widget.setAccessibleDescription(text or plain_tooltip(widget))


def show_tooltip(at: QPoint, text: str, owner: QWidget) -> None:
    """Show a tooltip with ``text`` immediately.

    Args:
        at: global position.
        text: plain text. An empty text hides the tooltip.
        owner: widget below the pointer.
    """
    QToolTip.showText(at, tooltip_text(text), owner)


def action_text(text: str) -> str:
    """Return the text of a button, an action or a menu that shows ``text`` literally.

    Qt takes the character after ``&`` as a shortcut key and the text after a tab as a shortcut.
    """
    return shortened(single_line(text), _MAX_ACTION_CHARACTERS).replace("&", "&&")


def set_action_text(action: QAction, text: str) -> None:
    """Set the text of an action literally, also as its tooltip. By default, the tooltip is the raw text."""
    action.setText(action_text(text))
    action.setToolTip(tooltip_text(text))


def single_line(text: str) -> str:
    """Return ``text`` with a space in place of each line break and tab."""
    return re.sub(r"[\r\n\t\v\f\x1c-\x1e\x85\u2028\u2029]+", " ", text)


def shortened(text: str, max_characters: int) -> str:
    """Return ``text`` with an ellipsis in place of the middle if it is longer than ``max_characters``."""
    if len(text) <= max_characters:
        return text
    half = max_characters // 2
    return f"{text[:half]}…{text[-half:]}"


def breakable(text: str) -> str:
    """Return ``text`` with zero-width spaces at which long words, such as paths, can be wrapped.

    A label with wrapped text is at least as wide as its longest word, and so is a tooltip.
    """
    return _LONG_WORD.sub(lambda word: _ZERO_WIDTH_SPACE.join(_WORD_PART.findall(word[0])), text)


def _escaped(text: str) -> str:
    return text if isinstance(text, Html) else escape(breakable(text), quote=False)
