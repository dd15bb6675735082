"""Searching settings, only what differs, and what is explained of each."""

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QPushButton
from pytestqt.qtbot import QtBot

from podd_app.models.session import Session
from podd_app.models.setting_fields import FIELDS, section_title
from podd_app.pages.settings.page import SettingsPage
from podd_app.pages.settings.searchable_form import SearchableForm
from podd_app.services.services import Services
from podd_app.style.theme import DARK, LIGHT, apply_theme
from podd_engine.config.setting_effects import SETTING_EFFECTS


@pytest.fixture
def page(qtbot: QtBot, services: Services) -> SettingsPage:
    made = SettingsPage(services)
    qtbot.addWidget(made)
    qtbot.addWidget(made.panel)
    made.resize(892, 700)
    made.show()
    qtbot.waitExposed(made)
    return made


@pytest.fixture
def searchable(page: SettingsPage) -> SearchableForm:
    return page.searchable


def shown(page: SearchableForm) -> set[str]:
    return {path for path, row in page.form.rows.items() if row.isVisibleTo(page.form)}


@pytest.mark.parametrize("path", FIELDS)
def test_every_setting_says_what_it_does_to_result_time_and_memory(path: str) -> None:
    facts = FIELDS[path]
    for text in (facts.description, *SETTING_EFFECTS[path]):
        assert len(text) > 8
    for effect in SETTING_EFFECTS[path]:
        assert effect.endswith(".")
        assert effect.replace("&", "&amp;") in facts.tooltip.replace("&#x27;", "'")
    assert facts.unit in facts.meaning


def test_nothing_is_explained_that_is_no_setting() -> None:
    assert SETTING_EFFECTS.keys() == FIELDS.keys()


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ("outer.steps", {"outer.steps"}),
        ("outer steps", {"outer.steps", "outer.schedule", "outer.warmup_steps"}),
        ("TRUNCATION", {path for path in FIELDS if path.startswith("truncation.")}),
        ("leaves nobody's caches", set()),
        ("a CPU's caches", {"compute.micro_batch"}),
    ],
)
def test_words_are_looked_for_in_names_keys_sections_and_explanations(
    qtbot: QtBot, searchable: SearchableForm, typed: str, found: set[str]
) -> None:
    qtbot.keyClicks(searchable.search, typed)
    assert found <= shown(searchable)
    assert bool(shown(searchable)) == bool(found)
    for path in shown(searchable):
        facts = FIELDS[path]
        everything = f"{facts.label} {path} {section_title(facts.section)} {facts.meaning} {facts.effects}"
        assert all(word in everything.casefold() for word in typed.casefold().split())
    assert (f"{len(shown(searchable))} of {len(FIELDS)}") in searchable.count.text()


def test_what_matched_is_marked_wherever_it_stands_in_either_scheme(
    qtbot: QtBot, qapp: QApplication, searchable: SearchableForm
) -> None:
    rows = searchable.form.rows
    qtbot.keyClicks(searchable.search, "warm")
    assert f'<span style="background:{LIGHT.accent}' in rows["outer.warmup_steps"].title.text()
    assert not rows["outer.warmup_steps"].found.isVisible()
    apply_theme(qapp, "dark")
    assert f'<span style="background:{DARK.accent}' in rows["outer.warmup_steps"].title.text()
    searchable.search.setText("51.5")
    assert ">51.5</span>" in rows["outer.steps"].found.text()
    assert rows["outer.steps"].found.isVisible()
    searchable.search.setText("outer.clip_factor")
    assert ">outer.clip_factor</span>" in rows["outer.clip_factor"].found.text()
    searchable.search.clear()
    assert rows["outer.steps"].title.text() == "Outer steps"
    assert not rows["outer.steps"].found.isVisible()


def test_control_f_goes_to_the_search_and_escape_shows_all_again(
    qtbot: QtBot, page: SettingsPage, searchable: SearchableForm
) -> None:
    with qtbot.waitActive(page):
        page.activateWindow()
    field = searchable.form.rows["seed"].control
    field.setFocus()
    qtbot.keyClick(field, Qt.Key.Key_F, Qt.KeyboardModifier.ControlModifier)
    assert searchable.search.hasFocus()
    qtbot.keyClicks(searchable.search, "seed")
    assert len(shown(searchable)) < 5
    field.setFocus()
    qtbot.keyClick(field, Qt.Key.Key_Escape)
    assert searchable.search.text() == ""
    assert shown(searchable) == set(FIELDS)
    assert searchable.search.hasFocus()


def test_a_search_without_an_answer_says_so_and_offers_all(qtbot: QtBot, searchable: SearchableForm) -> None:
    qtbot.keyClicks(searchable.search, "frobnicate")
    assert searchable.no_matches.isVisible()
    qtbot.mouseClick(searchable.no_matches.findChild(QPushButton), Qt.MouseButton.LeftButton)
    assert not searchable.no_matches.isVisible()
    assert shown(searchable) == set(FIELDS)


def test_only_what_differs_follows_the_settings(
    qtbot: QtBot, searchable: SearchableForm, session: Session
) -> None:
    qtbot.mouseClick(searchable.only_differing, Qt.MouseButton.LeftButton)
    assert searchable.no_differences.isVisible()
    grid = (tuple(range(5)), tuple(range(5, 10)))
    session.edit({"outer.steps": 7}, "Outer steps")
    session.edit({"order.grid": grid}, "Swap")
    assert not searchable.no_differences.isVisible()
    assert shown(searchable) == {"outer.steps", "order.grid"}
    session.undo()
    assert shown(searchable) == {"outer.steps"}


def test_a_mark_reverts_its_setting_from_the_keyboard_and_undo_takes_that_back(
    qtbot: QtBot, page: SettingsPage, session: Session
) -> None:
    with qtbot.waitActive(page):
        page.activateWindow()
    row = page.form.rows["outer.steps"]
    session.edit({"outer.steps": 7}, "Outer steps")
    session.edit({"seed": 5}, "Seed")
    mark = row._mark
    assert mark is not None
    assert mark.focusPolicy() & Qt.FocusPolicy.TabFocus
    assert mark.accessibleName().startswith("Outer steps: ")
    assert "800 steps" in mark.toolTip()
    mark.setFocus()
    qtbot.keyClick(mark, Qt.Key.Key_Space)
    assert session.differences == {"seed"}
    assert row.control.hasFocus()
    session.undo()
    assert session.differences == {"outer.steps", "seed"}


def test_a_mark_tells_the_presets_value_in_the_words_of_the_form(
    page: SettingsPage, session: Session
) -> None:
    session.edit({"compute.threads": 3, "network.name": "vgg11", "augmentation.real": ("crop",)}, "Several")
    rows = page.form.rows
    assert rows["compute.threads"]._mark.toolTip().endswith("automatic")
    assert rows["network.name"]._mark.toolTip().endswith("ConvNet, instance norm")
    assert rows["augmentation.real"]._mark.toolTip().endswith("none")


def test_the_setting_under_the_pointer_or_the_focus_is_explained(
    qtbot: QtBot, page: SettingsPage, searchable: SearchableForm
) -> None:
    with qtbot.waitActive(page):
        page.activateWindow()
    explanation = searchable.explanation
    searchable.form.rows["truncation.window"].control.setFocus()
    assert explanation.path == "truncation.window"
    assert all(effect in explanation.text for effect in SETTING_EFFECTS["truncation.window"])
    row = searchable.form.rows["truncation.total"]  # near the focus, where the form has gone to
    QTest.mouseMove(row, QPoint(4, 4))
    qtbot.waitUntil(lambda: explanation.path == "truncation.total")


def test_the_order_set_by_hand_is_told_and_leads_to_the_poster(
    qtbot: QtBot, page: SettingsPage, session: Session
) -> None:
    control = page.form.rows["order.grid"].control
    assert control.text() == "computed"
    session.edit({"order.grid": (tuple(range(5)), tuple(range(5, 10)))}, "Swap")
    assert control.text() == "manual"
    with qtbot.waitSignal(session.page_requested) as asked:
        control.click()
    assert asked.args == ["poster"]
