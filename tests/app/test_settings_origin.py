"""Origin of the settings through edits, undo and a restart."""

import pytest

from podd_app.models.draft import Draft
from podd_app.models.session import Session
from podd_app.models.settings_origin import SettingsOrigin
from podd_engine.config.dataset_catalogue import FOLDER_DATASET
from podd_engine.config.dataset_defaults import config_for_folder, dataset_default_settings
from podd_engine.config.presets import load_preset


def choose_folder(session: Session, path: str, classes: int, *, has_gpu: bool = False) -> None:
    changes = dataset_default_settings(session.draft.values, FOLDER_DATASET, path, classes, has_gpu)
    session.edit(changes, f"Dataset {path}")


@pytest.mark.parametrize("has_gpu", [False, True])
def test_default_settings_of_a_folder_have_no_differences(has_gpu: bool) -> None:
    session = Session()
    choose_folder(session, "/images/flowers", 3, has_gpu=has_gpu)
    assert session.origin.is_for_folder
    assert not session.origin.is_preset
    assert session.origin_title == "the settings for flowers"
    assert not session.differences
    session.edit({"outer.steps": 7}, "Outer steps")
    assert session.differences == {"outer.steps"}
    session.undo_stack.undo()
    session.undo_stack.undo()
    assert session.origin == SettingsOrigin.preset("digits")
    session.undo_stack.redo()
    assert session.origin.is_for_folder
    assert not session.differences


def test_other_folder_with_other_class_count_loads_its_defaults() -> None:
    session = Session()
    choose_folder(session, "/images/flowers", 3)
    session.edit({"outer.steps": 7}, "Outer steps")
    choose_folder(session, "/images/birds", 3)  # same number of classes: edits are kept
    assert session.origin_title == "the settings for birds"
    assert session.differences == {"outer.steps"}
    choose_folder(session, "/images/trees", 12)
    assert not session.differences


def test_folder_that_fits_the_preset_keeps_the_preset() -> None:
    session = Session()
    session.use_preset("cifar10-laptop")
    choose_folder(session, "/images/ten", 10)
    assert session.origin == SettingsOrigin.preset("cifar10-laptop")
    assert session.differences == {"dataset.name", "dataset.path"}


@pytest.mark.parametrize("has_gpu", [False, True])
def test_saved_folder_settings_restore_their_origin(has_gpu: bool) -> None:
    config = config_for_folder("/images/flowers", 3, has_gpu)
    origin = SettingsOrigin.from_saved(config.with_values({"outer.steps": 7}), FOLDER_DATASET)
    assert origin == SettingsOrigin(config, FOLDER_DATASET)


def test_saved_origin_is_preset_by_name_or_the_file_itself() -> None:
    mine = load_preset("digits").with_values({"outer.steps": 7, "name": "mine"})
    assert SettingsOrigin.from_saved(mine, "digits") == SettingsOrigin.preset("digits")
    assert SettingsOrigin.from_saved(mine, "a file") == SettingsOrigin(mine, "mine")
    assert SettingsOrigin.preset("digits").differences(Draft.from_config(mine)) == {"outer.steps", "name"}
