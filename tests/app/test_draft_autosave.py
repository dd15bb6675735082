"""The draft is saved after each edit, also if it is invalid, and restored at the next start."""

import json
from typing import Any

import pytest
from PySide6.QtCore import QSettings
from pytestqt.qtbot import QtBot

from podd_app.application import create_main_window
from podd_app.models.draft import Draft
from podd_app.models.preferences import Preferences
from podd_app.models.saved_draft import draft_from_json, draft_to_json
from podd_app.models.session import Session
from podd_app.models.settings_origin import SettingsOrigin
from podd_app.models.undo import DraftWithOrigin
from podd_app.services import draft_autosave
from podd_app.services.draft_autosave import DraftAutosave
from podd_engine.config.presets import load_preset


@pytest.fixture
def autosave(session: Session, monkeypatch: pytest.MonkeyPatch) -> DraftAutosave:
    """Autosave with a short delay."""
    monkeypatch.setattr(draft_autosave, "SAVE_DELAY_MS", 1)
    return DraftAutosave(session, Preferences(), session)


def saved_steps() -> object:
    saved = Preferences().draft
    return None if saved is None else saved.draft.values["outer.steps"]


def test_an_edit_is_saved_without_closing(qtbot: QtBot, session: Session, autosave: DraftAutosave) -> None:
    session.edit({"outer.steps": 77}, "Outer steps")
    qtbot.waitUntil(lambda: saved_steps() == 77)
    session.undo()
    qtbot.waitUntil(lambda: saved_steps() == 800)


def test_an_unchanged_draft_does_not_replace_that_of_another_window(
    qtbot: QtBot, session: Session, autosave: DraftAutosave
) -> None:
    other = Session()
    other_autosave = DraftAutosave(other, Preferences(), other)
    other.edit({"outer.steps": 5}, "Outer steps")
    other_autosave.save()
    autosave.save()
    assert saved_steps() == 5
    session.edit({"outer.steps": 6}, "Outer steps")
    autosave.save()
    assert saved_steps() == 6
    other_autosave.save()
    assert saved_steps() == 6


@pytest.mark.parametrize(
    "changes",
    [
        {"poster.width": 5},
        {"outer.learning_rate": float("inf")},
        {"dataset.path": "/data/caf\udce9"},
        {"dataset.name": "folder", "dataset.path": ""},
        {"order.grid": ((1, 1),)},
    ],
)
def test_an_invalid_draft_is_restored(qtbot: QtBot, session: Session, changes: dict[str, Any]) -> None:
    session.use_preset("cifar10-laptop")
    session.edit(changes, "Edit")
    window = create_main_window(session=session)
    qtbot.addWidget(window)
    session.edit({"seed": 9}, "Seed")
    window.close()
    restored = create_main_window()
    qtbot.addWidget(restored)
    restored.show_page("settings")
    assert restored.session.draft.values == session.draft.values
    assert restored.session.start_blocker == session.start_blocker
    assert restored.session.origin == SettingsOrigin.preset("cifar10-laptop")
    assert restored.session.layout.class_grid == session.layout.class_grid


def test_the_origin_of_a_file_is_restored_with_its_values() -> None:
    origin = SettingsOrigin(load_preset("digits").with_values({"outer.steps": 3}), "mine")
    draft = Draft.from_config(origin.config).with_changes({"seed": 4})
    restored = draft_from_json(draft_to_json(draft, origin))
    assert restored == DraftWithOrigin(draft, origin)
    assert restored.origin.differences(restored.draft) == {"seed"}


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("outer.steps", "many"),
        ("outer.steps", None),
        ("outer.steps", True),
        ("order.source", "tea leaves"),
        ("evaluation.steps", 40),
        ("augmentation.real", ["flip", "explode"]),
        ("labels.cover_all", "yes"),
    ],
)
def test_a_value_that_no_control_can_show_is_replaced_by_that_of_the_origin(key: str, value: object) -> None:
    origin = SettingsOrigin.preset("digits")
    saved = json.loads(draft_to_json(Draft.from_config(origin.config), origin))
    saved["values"][key] = value
    saved["values"]["no.such_key"] = 1
    restored = draft_from_json(json.dumps(saved))
    assert restored is not None
    assert restored.draft == Draft.from_config(origin.config)


@pytest.mark.parametrize("text", ["", "{", "[]", "{}", '{"values": 1, "origin": {}, "origin_name": "x"}'])
def test_damaged_text_is_treated_as_missing(text: str) -> None:
    QSettings().setValue("session/draft", text)
    assert Preferences().draft is None
