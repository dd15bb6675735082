"""Light and dark color scheme, fonts and style sheet of the application.

Custom-painted widgets call `colors_of` in each paint event, so they follow a change of the scheme
without a signal.
"""

import re
from dataclasses import dataclass, fields
from typing import Literal

from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QFont, QFontDatabase, QFontInfo, QPalette
from PySide6.QtWidgets import QApplication, QWidget

from podd_engine.io.resources import resource_path

Scheme = Literal["system", "light", "dark"]

GRID_PX = 8
TEXT_PX = 13
SMALL_TEXT_PX = 12

_CHOSEN_SCHEME = "chosenScheme"
"""Property of the application that holds the chosen `Scheme`."""

_FONT_SIZES = re.compile(r"(font-size|min-height): (\d\d)px")
"""Lengths in the style sheet that are designed for a font of `TEXT_PX` and must be scaled."""


@dataclass(frozen=True)
class Colors:
    """The colors of one scheme, as ``#rrggbb``.

    Args:
        window: Background of the window.
        surface: Background of bars and panels.
        card: Background of cards on a surface.
        canvas: Background of the poster.
        border: Separator lines and borders.
        field: Background of input fields.
        hover: Background of buttons under the pointer.
        text: Regular text.
        muted: Secondary text.
        accent: Selection, focus and primary buttons.
        accent_strong: Primary buttons under the pointer.
        on_accent: Text on the accent color.
        second: Second color of plots.
        error: Text and icons of errors.
        error_field: Background of input fields with an error.
        good: State of a finished run.
        selection: Outline of the selected patch.
    """

    window: str
    surface: str
    card: str
    canvas: str
    border: str
    field: str
    hover: str
    text: str
    muted: str
    accent: str
    accent_strong: str
    on_accent: str
    second: str
    error: str
    error_field: str
    good: str
    selection: str


LIGHT = Colors(
    window="#f5f6f9",
    surface="#ffffff",
    card="#f0f1f5",
    canvas="#e8ebf0",
    border="#e0e3ea",
    field="#f2f3f7",
    hover="#e7e9f0",
    text="#191d2b",
    muted="#626879",
    accent="#3a5bdb",
    accent_strong="#2f4fc8",
    on_accent="#ffffff",
    second="#c2691a",
    error="#b3261e",
    error_field="#fdeceb",
    good="#1b7442",
    selection="#191d2b",
)
DARK = Colors(
    window="#17191f",
    surface="#1f222a",
    card="#272b34",
    canvas="#111317",
    border="#2e323d",
    field="#272b34",
    hover="#303541",
    text="#eceef4",
    muted="#9aa1b2",
    accent="#7f97ff",
    accent_strong="#98abff",
    on_accent="#10131c",
    second="#f0a35a",
    error="#ff9d94",
    error_field="#3b2426",
    good="#6fd39b",
    selection="#ffffff",
)


def colors_of(widget: QWidget) -> Colors:
    """Return the colors of the scheme in which ``widget`` is shown."""
    return DARK if widget.palette().color(QPalette.ColorRole.Window).lightness() < 128 else LIGHT


def apply_theme(app: QApplication, scheme: Scheme = "system") -> None:
    """Set palette and style sheet of ``app``.

    Args:
        app: The application.
        scheme: The color scheme. ``"system"`` uses the scheme of the desktop.
    """
    app.setProperty(_CHOSEN_SCHEME, scheme)
    wanted = {
        "system": Qt.ColorScheme.Unknown,
        "light": Qt.ColorScheme.Light,
        "dark": Qt.ColorScheme.Dark,
    }[scheme]
    app.styleHints().setColorScheme(wanted)
    _apply_colors(app, app.styleHints().colorScheme() if scheme == "system" else wanted)


def follow_system(app: QApplication) -> None:
    """Follow changes of the desktop's scheme while the chosen scheme is ``"system"``. Call this once."""

    def on_desktop_changed(desktop: Qt.ColorScheme) -> None:
        # Some desktops also send the signal in response to `setColorScheme`.
        if app.property(_CHOSEN_SCHEME) == "system":
            _apply_colors(app, desktop)

    app.styleHints().colorSchemeChanged.connect(on_desktop_changed)


def _apply_colors(app: QApplication, scheme: Qt.ColorScheme) -> None:
    colors = DARK if scheme == Qt.ColorScheme.Dark else LIGHT
    app.setPalette(_palette(colors))
    app.setStyleSheet(_style_sheet(colors))


def text_font(app: QApplication) -> QFont:
    """Return the general font of the system, with at least `TEXT_PX` pixels."""
    font = QFontDatabase.systemFont(QFontDatabase.SystemFont.GeneralFont)
    system_px = font.pointSizeF() * app.primaryScreen().logicalDotsPerInch() / 72
    font.setPixelSize(max(TEXT_PX, round(system_px)))
    return font


def scaled(px: int) -> int:
    """Scale a length that is designed for a font of `TEXT_PX` to the font of the application."""
    return round(px * max(1.0, QFontInfo(QApplication.font()).pixelSize() / TEXT_PX))


def code_font() -> QFont:
    """Return the monospaced font of the system, for code and tracebacks."""
    font = QFontDatabase.systemFont(QFontDatabase.SystemFont.FixedFont)
    font.setPixelSize(scaled(SMALL_TEXT_PX))
    return font


def _palette(colors: Colors) -> QPalette:
    role = QPalette.ColorRole
    palette = QPalette()
    for target, color in (
        (role.Window, colors.window),
        (role.WindowText, colors.text),
        (role.Base, colors.surface),
        (role.AlternateBase, colors.card),
        (role.Text, colors.text),
        (role.Button, colors.surface),
        (role.ButtonText, colors.text),
        (role.BrightText, colors.on_accent),
        (role.Highlight, colors.accent),
        (role.HighlightedText, colors.on_accent),
        (role.Accent, colors.accent),
        (role.Link, colors.accent),
        (role.ToolTipBase, colors.text),
        (role.ToolTipText, colors.surface),
        (role.PlaceholderText, colors.muted),
        (role.Mid, colors.border),
        (role.Dark, colors.canvas),
    ):
        palette.setColor(target, QColor(color))
    for target in (role.WindowText, role.Text, role.ButtonText):
        palette.setColor(QPalette.ColorGroup.Disabled, target, QColor(colors.muted))
    return palette


def _style_sheet(colors: Colors) -> str:
    sheet = resource_path("style.qss").read_text(encoding="utf-8")
    sheet = _FONT_SIZES.sub(lambda found: f"{found[1]}: {scaled(int(found[2]))}px", sheet)
    for field in fields(colors):
        sheet = sheet.replace(f"@{field.name}@", getattr(colors, field.name))
    # Style sheets cannot tint icons, so each scheme has its own check mark.
    check = "check" if colors is LIGHT else "check-dark"
    return sheet.replace("@check@", check).replace("@icons@", resource_path("icons").as_posix())
