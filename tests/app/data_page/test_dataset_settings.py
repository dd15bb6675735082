"""Default settings of datasets."""

import pytest

from podd_app.models.draft import Draft
from podd_engine.config.dataset_catalogue import CATALOGUE, FOLDER_DATASET
from podd_engine.config.dataset_defaults import dataset_default_settings, default_preset
from podd_engine.config.presets import load_preset
from podd_engine.config.schema import DistillationConfig


def settings_after(
    current: DistillationConfig, name: str, path: str, classes: int, gpu: bool
) -> DistillationConfig:
    draft = Draft.from_config(current)
    return draft.with_changes(dataset_default_settings(draft.values, name, path, classes, gpu)).config


@pytest.mark.parametrize("gpu", [False, True])
@pytest.mark.parametrize("name", CATALOGUE)
def test_every_dataset_loads_its_own_preset(name: str, gpu: bool) -> None:
    assert load_preset(default_preset(name, gpu)).dataset.name == name
    start = load_preset("digits" if name != "digits" else "cifar10-0.9ipc")
    config = settings_after(start, name, "", CATALOGUE[name].classes, gpu)
    assert config is not None
    assert config.layout == load_preset(default_preset(name, gpu)).layout


def test_the_laptop_preset_is_used_without_a_gpu() -> None:
    assert default_preset("cifar10", has_gpu=False) == "cifar10-laptop"
    assert default_preset("cifar10", has_gpu=True) == "cifar10-0.9ipc"


def test_settings_that_fit_the_new_dataset_are_kept() -> None:
    edited = load_preset("cifar10-laptop").with_values({"outer.steps": 77, "seed": 5})
    config = settings_after(edited, FOLDER_DATASET, "/images", 10, False)
    assert config == edited.with_values({"dataset.name": FOLDER_DATASET, "dataset.path": "/images"})
    assert settings_after(config, "cifar10", "", 10, False) == edited


def test_seed_and_compute_settings_are_kept() -> None:
    start = load_preset("digits").with_values({"seed": 9, "compute.threads": 3})
    config = settings_after(start, "cifar100", "", 100, True)
    assert (config.seed, config.compute.threads) == (9, 3)


@pytest.mark.parametrize("classes", [1, 2, 3, 7, 10, 13, 37, 99, 100, 200, 1000])
def test_default_settings_are_valid_for_any_number_of_classes(classes: int) -> None:
    config = settings_after(load_preset("digits"), FOLDER_DATASET, "/images", classes, False)
    assert config is not None
    layout = config.layout
    assert layout.classes == classes
    assert layout.patch == (32, 32)
    assert 0.75 <= layout.images_per_class <= 1.0
    assert layout.coverage.min() >= 1
    assert config.labels.kind == ("learned" if classes >= 100 else "fixed")


def test_an_unknown_number_of_classes_changes_only_the_dataset() -> None:
    values = Draft.from_config(load_preset("digits")).values
    assert dataset_default_settings(values, FOLDER_DATASET, "/gone", 0, False) == {
        "dataset.name": FOLDER_DATASET,
        "dataset.path": "/gone",
    }
