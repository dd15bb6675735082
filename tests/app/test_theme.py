"""Color schemes: the choice of the user, and changes of the desktop's scheme."""

from collections.abc import Iterator

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QPalette
from PySide6.QtWidgets import QApplication

from podd_app.models.preferences import Preferences
from podd_app.style.theme import Scheme, apply_theme
from podd_app.window.main_window import MainWindow

LIGHT, DARK = Qt.ColorScheme.Light, Qt.ColorScheme.Dark


@pytest.fixture(autouse=True)
def _restore_light(qapp: QApplication) -> Iterator[None]:
    yield
    apply_theme(qapp, "light")


def is_dark(app: QApplication) -> bool:
    return app.palette().color(QPalette.ColorRole.Window).lightness() < 128


def change_desktop(app: QApplication, scheme: Qt.ColorScheme) -> None:
    """Send the signal that platforms send when the scheme of the desktop changes."""
    app.styleHints().colorSchemeChanged.emit(scheme)


@pytest.mark.parametrize("start", ["system", "light", "dark"])
@pytest.mark.parametrize("chosen", ["light", "dark"])
@pytest.mark.parametrize("desktop", [LIGHT, DARK])
def test_a_chosen_scheme_ignores_the_desktop(
    qapp: QApplication, start: Scheme, chosen: Scheme, desktop: Qt.ColorScheme
) -> None:
    apply_theme(qapp, start)
    apply_theme(qapp, chosen)
    change_desktop(qapp, desktop)
    assert is_dark(qapp) == (chosen == "dark")


@pytest.mark.parametrize("start", ["system", "light", "dark"])
def test_the_system_scheme_follows_the_desktop_whatever_was_chosen_before(
    qapp: QApplication, start: Scheme
) -> None:
    apply_theme(qapp, start)
    apply_theme(qapp, "system")
    for desktop in (DARK, LIGHT, DARK):
        change_desktop(qapp, desktop)
        assert is_dark(qapp) == (desktop is DARK)


def test_the_menu_keeps_the_chosen_scheme(qapp: QApplication, window: MainWindow) -> None:
    actions = {action.text(): action for action in window.actions_.schemes.actions()}
    apply_theme(qapp, "system")
    actions["Dark"].trigger()
    change_desktop(qapp, DARK)
    assert is_dark(qapp)
    assert Preferences().scheme == "dark"
    actions["System"].trigger()
    change_desktop(qapp, LIGHT)
    assert not is_dark(qapp)
    change_desktop(qapp, DARK)
    assert is_dark(qapp)
