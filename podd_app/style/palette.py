"""Mixin of widgets that compute colors, icons or rich text from the palette."""

from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent
from PySide6.QtWidgets import QWidget

if TYPE_CHECKING:
    _Base = QWidget
else:
    # At run time, the mixin has no Qt base class: PySide6 supports only one Qt base class per class.
    _Base = object


class FollowsPalette(_Base):
    """Calls `_apply_palette` after each change of the color scheme.

    Name this class before the Qt base class, and call `follow_palette` at the end of the constructor.
    """

    _follows_palette = False

    def follow_palette(self) -> None:
        """Apply the current palette, and apply each later one.

        Qt sends palette events during construction. They are ignored until this call, because
        `_apply_palette` needs all children of the widget.
        """
        self._follows_palette = True
        self._apply_palette()

    def changeEvent(self, event: QEvent) -> None:
        """Apply the colors of the new palette."""
        super().changeEvent(event)
        if self._follows_palette and event.type() == QEvent.Type.PaletteChange:
            self._apply_palette()

    def _apply_palette(self) -> None:
        """Update everything that depends on the palette."""
        raise NotImplementedError
