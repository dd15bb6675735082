"""Sizes are checked against the available memory before anything is allocated."""

import re

import pytest
import torch

from podd_engine.config.presets import bundled_preset_names, load_preset
from podd_engine.config.schema import DistillationConfig
from podd_engine.errors import OutOfMemoryError
from podd_engine.networks.registry import build, count_parameters
from podd_engine.runtime.size_check import (
    check_memory,
    image_need,
    layout_needs,
    training_needs,
)

GIGABYTE = 10**9
DIGITS = load_preset("digits")


def needed_bytes(config: DistillationConfig, parameters: int = 10**5) -> int:
    return sum(need.size for need in [*layout_needs(config), *training_needs(config, parameters)])


@pytest.mark.parametrize("name", bundled_preset_names())
def test_presets_need_little(name: str) -> None:
    assert needed_bytes(load_preset(name)) < GIGABYTE


@pytest.mark.parametrize(
    ("changes", "remedy"),
    [
        ({"poster.width": 100_000, "poster.height": 2000}, r"^poster.width: .* lower poster.width to \d+$"),
        (
            {"poster.width": 50_000, "poster.height": 40_000},
            r"^poster.width: the poster .* lower poster.width to \d+ and poster.height to \d+$",
        ),
        (
            {"patches.columns": 10_000},
            r"^patches.columns: the soft labels .* lower patches.columns to \d+$",
        ),
        ({"truncation.total": 10**7}, r"^truncation.total: .* lower truncation.total to \d+$"),
        (
            {"truncation.total": 10**5, "truncation.window": 10**5},
            r"^truncation.window: .* lower truncation.window to \d+$",
        ),
        ({"evaluation.steps": (10**7,)}, r"^evaluation.steps: .* lower evaluation.steps to \d+$"),
    ],
)
def test_the_largest_need_names_a_setting_that_makes_it_fit(changes: dict[str, object], remedy: str) -> None:
    regions = {
        f"poster.class_{side}": changes[f"poster.{side}"]
        for side in ("width", "height")
        if f"poster.{side}" in changes
    }
    config = DIGITS.with_values({**changes, **regions})
    needs = [*layout_needs(config), *training_needs(config, 10**5)]
    with pytest.raises(OutOfMemoryError, match=remedy) as caught:
        check_memory(needs, GIGABYTE)
    lowered: dict[str, object] = {
        key: int(value) for key, value in re.findall(r"([a-z]+\.[a-z_]+) to (\d+)", str(caught.value))
    }
    if "evaluation.steps" in lowered:
        lowered["evaluation.steps"] = (lowered["evaluation.steps"],)
    lowered.update({key: lowered.get(key.replace("class_", ""), regions[key]) for key in regions})
    assert needed_bytes(config.with_values(lowered)) < GIGABYTE


def test_label_array_names_the_label_budget() -> None:
    config = DIGITS.with_values({"labels.kind": "learned", "labels.budget": 10_000})
    with pytest.raises(OutOfMemoryError, match=r"^labels.budget: the label array"):
        check_memory(layout_needs(config), 10**7)


def test_images_name_the_image_size() -> None:
    with pytest.raises(OutOfMemoryError, match=r"8 images of 4096 px .* lower dataset.image_size to \d+$"):
        check_memory([image_need(8, 4096)], 10**7)


@pytest.mark.parametrize("name", ["convnet", "convnet-doubling", "alexnet", "vgg11", "resnet18"])
def test_parameters_are_counted_without_allocating_them(name: str) -> None:
    shape = {"channels": 3, "classes": 10, "image_size": 32, "width": 16, "depth": 3}
    assert count_parameters(name, **shape) == build(name, **shape).parameter_count
    huge = count_parameters(name, **{**shape, "width": 65_536})
    assert huge * 4 > torch.iinfo(torch.int32).max
