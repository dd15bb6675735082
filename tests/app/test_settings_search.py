"""Settings search, the filter for modified settings, and the explanations."""

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QPushButton
from pytestqt.qtbot import QtBot

from podd_app.models.session import Session
from podd_app.models.setting_fields import FIELDS, section_title
from podd_app.pages.settings.page import SettingsPage
from podd_app.pages.settings.search import match_rank, search_terms, term_rank
from podd_app.pages.settings.searchable_form import SearchableForm
from podd_app.qt.plain_text import plain_tooltip
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


def visible_settings(page: SearchableForm) -> set[str]:
    return {path for path, row in page.form.rows.items() if row.isVisibleTo(page.form)}


@pytest.mark.parametrize("path", FIELDS)
def test_every_setting_explains_its_effects_on_result_time_and_memory(path: str) -> None:
    field = FIELDS[path]
    for text in (field.description, *SETTING_EFFECTS[path]):
        assert len(text) > 8
    for effect in SETTING_EFFECTS[path]:
        assert effect.endswith(".")
        assert effect.replace("&", "&amp;") in field.tooltip.replace("&#x27;", "'")
    assert field.unit in field.meaning


def test_only_settings_are_explained() -> None:
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
def test_search_covers_names_keys_sections_and_explanations(
    qtbot: QtBot, searchable: SearchableForm, typed: str, found: set[str]
) -> None:
    qtbot.keyClicks(searchable.search, typed)
    assert found <= visible_settings(searchable)
    assert bool(visible_settings(searchable)) == bool(found)
    for path in visible_settings(searchable):
        field = FIELDS[path]
        searched = f"{field.label} {path} {section_title(field.section)} {field.meaning} {field.effects}"
        assert all(word in searched.casefold() for word in typed.casefold().split())
    assert (f"{len(visible_settings(searchable))} of {len(FIELDS)}") in searchable.count.text()


def settings_from_top_to_bottom(searchable: SearchableForm) -> list[str]:
    rows = searchable.form.rows
    shown = [path for path in rows if rows[path].isVisibleTo(searchable.form)]
    return sorted(shown, key=lambda path: rows[path].mapTo(searchable.form, QPoint()).toTuple()[::-1])


@pytest.mark.parametrize(
    ("typed", "first"),
    [
        ("outer", ["outer.steps", "outer.learning_rate"]),
        ("outer steps", ["outer.steps"]),
        ("width", ["poster.width", "network.width", "poster.class_width"]),
        ("patch", ["dataset.image_size", "patches.columns", "patches.rows", "inner.patch_batch"]),
        ("learning", ["outer.schedule", "outer.warmup_steps", "labels.learning_rate"]),
        ("refine", ["order.refine"]),
        ("truncation.total", ["truncation.total"]),
    ],
)
def test_the_best_match_is_at_the_top(
    qtbot: QtBot, searchable: SearchableForm, typed: str, first: list[str]
) -> None:
    regular = settings_from_top_to_bottom(searchable)
    searchable.search.setText(typed)
    qtbot.waitUntil(lambda: settings_from_top_to_bottom(searchable)[: len(first)] == first)
    shown = settings_from_top_to_bottom(searchable)
    ranks = [match_rank(search_terms(typed), FIELDS[path]) for path in shown]
    assert ranks == sorted(ranks)
    searchable.search.clear()
    qtbot.waitUntil(lambda: settings_from_top_to_bottom(searchable) == regular)


@pytest.mark.parametrize(
    ("better", "worse"),
    [
        (("Learning-rate warm-up", "", "", ""), ("Inner learning rate", "", "", "")),
        (("Inner learning rate", "", "", ""), ("Relearning", "", "", "")),
        (("Relearning", "", "", ""), ("Steps", "Learning", "", "")),
        (("Steps", "Learning", "", ""), ("Steps", "Outer", "Learning speed", "")),
        (("Steps", "Outer", "Learning speed", ""), ("Steps", "Outer", "The learning speed", "")),
        (("Steps", "Outer", "The learning speed", ""), ("Steps", "Outer", "Relearning", "")),
        (("Steps", "Outer", "Relearning", ""), ("Steps", "Outer", "Speed", "learning.steps")),
    ],
)
def test_title_ranks_before_description_before_key_and_prefix_before_infix(
    better: tuple[str, ...], worse: tuple[str, ...]
) -> None:
    assert term_rank("learning", better) < term_rank("learning", worse)


def test_tab_follows_the_order_of_the_results(
    qtbot: QtBot, page: SettingsPage, searchable: SearchableForm
) -> None:
    with qtbot.waitActive(page):
        page.activateWindow()
    searchable.search.setText("width")
    rows = searchable.form.rows
    rows["poster.width"].control.setFocus()
    for path in ("network.width", "poster.class_width"):
        qtbot.keyClick(QApplication.focusWidget(), Qt.Key.Key_Tab)
        if not rows[path].control.hasFocus():
            qtbot.keyClick(QApplication.focusWidget(), Qt.Key.Key_Tab)
        assert rows[path].control.hasFocus()


def test_matches_are_highlighted_in_both_color_schemes(
    qtbot: QtBot, qapp: QApplication, searchable: SearchableForm
) -> None:
    rows = searchable.form.rows
    qtbot.keyClicks(searchable.search, "warm")
    assert f'<span style="background:{LIGHT.accent}' in rows["outer.warmup_steps"].title.text()
    assert rows["outer.warmup_steps"].found.text() == "Outer training"
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


def test_control_f_focuses_the_search_and_escape_shows_all_settings(
    qtbot: QtBot, page: SettingsPage, searchable: SearchableForm
) -> None:
    with qtbot.waitActive(page):
        page.activateWindow()
    field = searchable.form.rows["seed"].control
    field.setFocus()
    qtbot.keyClick(field, Qt.Key.Key_F, Qt.KeyboardModifier.ControlModifier)
    assert searchable.search.hasFocus()
    qtbot.keyClicks(searchable.search, "seed")
    assert len(visible_settings(searchable)) < 5
    field.setFocus()
    qtbot.keyClick(field, Qt.Key.Key_Escape)
    assert searchable.search.text() == ""
    assert visible_settings(searchable) == set(FIELDS)
    assert searchable.search.hasFocus()


def test_a_search_without_matches_offers_all_settings(qtbot: QtBot, searchable: SearchableForm) -> None:
    qtbot.keyClicks(searchable.search, "frobnicate")
    assert searchable.no_matches.isVisible()
    qtbot.mouseClick(searchable.no_matches.findChild(QPushButton), Qt.MouseButton.LeftButton)
    assert not searchable.no_matches.isVisible()
    assert visible_settings(searchable) == set(FIELDS)


def test_the_modified_filter_follows_the_settings(
    qtbot: QtBot, searchable: SearchableForm, session: Session
) -> None:
    qtbot.mouseClick(searchable.only_differing, Qt.MouseButton.LeftButton)
    assert searchable.no_differences.isVisible()
    grid = (tuple(range(5)), tuple(range(5, 10)))
    session.edit({"outer.steps": 7}, "Outer steps")
    session.edit({"order.grid": grid}, "Swap")
    assert not searchable.no_differences.isVisible()
    assert visible_settings(searchable) == {"outer.steps", "order.grid"}
    session.undo()
    assert visible_settings(searchable) == {"outer.steps"}


def test_a_setting_can_be_reverted_by_keyboard_and_undone(
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
    assert "800 steps" in plain_tooltip(mark)
    mark.setFocus()
    qtbot.keyClick(mark, Qt.Key.Key_Space)
    assert session.differences == {"seed"}
    assert row.control.hasFocus()
    session.undo()
    assert session.differences == {"outer.steps", "seed"}


def test_the_revert_tooltip_shows_the_preset_value_like_the_form(
    page: SettingsPage, session: Session
) -> None:
    session.edit({"compute.threads": 3, "network.name": "vgg11", "augmentation.real": ("crop",)}, "Several")
    rows = page.form.rows
    assert plain_tooltip(rows["compute.threads"]._mark).endswith("restore automatic.")
    assert plain_tooltip(rows["network.name"]._mark).endswith("restore ConvNet, instance norm.")
    assert plain_tooltip(rows["augmentation.real"]._mark).endswith("restore none.")


def test_the_hovered_or_focused_setting_is_explained(
    qtbot: QtBot, page: SettingsPage, searchable: SearchableForm
) -> None:
    with qtbot.waitActive(page):
        page.activateWindow()
    explanation = searchable.explanation
    searchable.form.rows["truncation.window"].control.setFocus()
    assert explanation.path == "truncation.window"
    assert all(effect in explanation.text for effect in SETTING_EFFECTS["truncation.window"])
    row = searchable.form.rows["truncation.total"]  # the form has scrolled to the focused row nearby
    QTest.mouseMove(row, QPoint(4, 4))
    qtbot.waitUntil(lambda: explanation.path == "truncation.total")


def test_the_class_order_control_shows_a_manual_order_and_opens_the_poster_page(
    qtbot: QtBot, page: SettingsPage, session: Session
) -> None:
    control = page.form.rows["order.grid"].control
    assert control.text() == "computed"
    session.edit({"order.grid": (tuple(range(5)), tuple(range(5, 10)))}, "Swap")
    assert control.text() == "manual"
    with qtbot.waitSignal(session.page_requested) as asked:
        control.click()
    assert asked.args == ["poster"]


def test_recorded_class_names_are_shown_until_another_dataset_is_chosen(
    page: SettingsPage, session: Session
) -> None:
    control = page.form.rows["dataset.classes"].control
    assert control.text() == "from the dataset"
    recorded = session.origin.config.with_values({"dataset.classes": tuple("abcdefghij")})
    session.load_config(recorded, "digits-001")
    assert control.text() == "recorded by a run"
    session.edit({"dataset.path": "elsewhere"}, "Folder")
    assert session.draft.values["dataset.classes"] == ()


def test_all_settings_keep_their_height_after_a_search_without_matches(
    qtbot: QtBot, page: SettingsPage, searchable: SearchableForm
) -> None:
    page.resize(502, 377)
    rows = searchable.form.rows
    rows["network.width"].control.setFocus()
    for text in ("steps", "zzzz"):
        searchable.search.setText(text)
        QApplication.processEvents()
    searchable.show_all()
    qtbot.waitUntil(lambda: all(row.height() >= row.minimumSizeHint().height() for row in rows.values()))
