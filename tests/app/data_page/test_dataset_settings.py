"""Choosing a dataset brings settings that fit it."""

import pytest

from podd_app.models.draft import Draft
from podd_engine.config.dataset_catalogue import CATALOGUE, FOLDER_DATASET
from podd_engine.config.dataset_defaults import dataset_default_settings, default_preset
from podd_engine.config.presets import load_preset
from podd_engine.config.schema import DistillationConfig


def after(current: DistillationConfig, name: str, path: str, classes: int, gpu: bool) -> DistillationConfig:
    draft = Draft.from_config(current)
    return draft.with_changes(dataset_default_settings(draft.values, name, path, classes, gpu)).config


@pytest.mark.parametrize("gpu", [False, True])
@pytest.mark.parametrize("name", CATALOGUE)
def test_every_dataset_brings_a_preset_made_for_it(name: str, gpu: bool) -> None:
    assert load_preset(default_preset(name, gpu)).dataset.name == name
    start = load_preset("digits" if name != "digits" else "cifar10-0.9ipc")
    config = after(start, name, "", CATALOGUE[name].classes, gpu)
    assert config is not None
    assert config.layout == load_preset(default_preset(name, gpu)).layout


def test_cpus_get_the_laptop_preset() -> None:
    assert default_preset("cifar10", has_gpu=False) == "cifar10-laptop"
    assert default_preset("cifar10", has_gpu=True) == "cifar10-0.9ipc"


def test_what_fits_already_is_kept() -> None:
    edited = load_preset("cifar10-laptop").with_values({"outer.steps": 77, "seed": 5})
    config = after(edited, FOLDER_DATASET, "/images", 10, False)
    assert config == edited.with_values({"dataset.name": FOLDER_DATASET, "dataset.path": "/images"})
    assert after(config, "cifar10", "", 10, False) == edited


def test_seed_and_computing_stay() -> None:
    start = load_preset("digits").with_values({"seed": 9, "compute.threads": 3})
    config = after(start, "cifar100", "", 100, True)
    assert (config.seed, config.compute.threads) == (9, 3)


@pytest.mark.parametrize("classes", [1, 2, 3, 7, 10, 13, 37, 99, 100, 200, 1000])
def test_any_number_of_classes_gets_a_poster_that_can_run(classes: int) -> None:
    config = after(load_preset("digits"), FOLDER_DATASET, "/images", classes, False)
    assert config is not None
    layout = config.layout
    assert layout.classes == classes
    assert layout.patch == (32, 32)
    assert 0.75 <= layout.images_per_class <= 1.0
    assert layout.coverage.min() >= 1
    assert config.labels.kind == ("learned" if classes >= 100 else "fixed")


def test_unknown_classes_change_nothing_else() -> None:
    values = Draft.from_config(load_preset("digits")).values
    assert dataset_default_settings(values, FOLDER_DATASET, "/gone", 0, False) == {
        "dataset.name": FOLDER_DATASET,
        "dataset.path": "/gone",
    }
