"""Problems of a draft belong to the invalid field and use its label."""

from typing import Any

import pytest

from podd_app.models.draft import Draft
from podd_app.models.setting_fields import FIELDS
from podd_engine.config.presets import load_preset, preset_names


@pytest.fixture
def draft() -> Draft:
    return Draft.from_config(load_preset("digits"))


@pytest.mark.parametrize("name", preset_names())
def test_draft_of_config_has_equal_config(name: str) -> None:
    config = load_preset(name)
    draft = Draft.from_config(config)
    assert draft.config == config
    assert draft.problems == {}
    assert draft.layout == config.layout
    assert set(draft.values) == set(FIELDS)


@pytest.mark.parametrize(
    ("changes", "field", "words"),
    [
        ({"poster.width": 5}, "poster.width", "A poster width of 5 px is smaller than a patch (8 px)"),
        ({"poster.height": 5}, "poster.height", "A poster height of 5 px is smaller than a patch (8 px)"),
        ({"dataset.image_size": 24}, "poster.height", "‘Patch size’"),
        ({"inner.patch_batch": 51}, "inner.patch_batch", "‘Patches across’"),
        ({"truncation.window": 31}, "truncation.window", "‘Max inner steps’"),
        ({"outer.steps": 0}, "outer.steps", "greater than or equal to 1"),
        ({"evaluation.steps": (300, 100)}, "evaluation.steps", "increasing"),
        ({"dataset.name": "folder"}, "dataset.path", "folder of images"),
    ],
)
def test_problem_belongs_to_its_field(draft: Draft, changes: dict[str, Any], field: str, words: str) -> None:
    edited = draft.with_changes(changes)
    assert edited.config is None
    assert words in edited.problems[field]
    assert "." not in edited.problems[field].rstrip(".").replace("...", "")


def test_wrong_class_grid_is_reported_at_both_fields(draft: Draft) -> None:
    problems = draft.with_changes({"poster.class_columns": 4}).problems
    assert set(problems) == {"poster.class_columns", "poster.class_rows"}
    assert "8 cells" in problems["poster.class_rows"]


def test_all_fields_out_of_range_are_reported(draft: Draft) -> None:
    problems = draft.with_changes({"outer.steps": 0, "inner.momentum": 1.5}).problems
    assert set(problems) == {"outer.steps", "inner.momentum"}


def test_layout_is_available_while_other_settings_are_invalid(draft: Draft) -> None:
    edited = draft.with_changes({"inner.patch_batch": 999, "poster.width": 40})
    assert edited.config is None
    assert edited.layout is not None
    assert edited.layout.poster == (40, 20)
    assert draft.with_changes({"poster.width": 5}).layout is None


def test_every_setting_has_a_description() -> None:
    for field in FIELDS.values():
        assert field.description, field.path
        assert field.label in field.tooltip
        assert field.path in field.tooltip
    assert FIELDS["poster.width"].unit == "px"
    assert FIELDS["poster.width"].minimum == 1
