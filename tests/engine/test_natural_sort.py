"""Tests of the natural order of names."""

import random

import pytest

from podd_engine.data.natural_sort import natural_key


@pytest.mark.parametrize(
    "expected",
    [
        ["0", "1", "2", "9", "10", "11", "100"],
        ["a1b2", "a1b10", "a2b1", "a10b1"],
        ["001", "01", "1", "2"],
        ["v1", "v1.0", "v1.10", "v2", "v10"],
        ["img", "img1", "img2", "img10", "img-1"],
        ["9" * 5000, "1" + "0" * 5000],
        ["", "0", "a", "a1b", "a1b2"],
    ],
)
def test_numbers_compare_by_value(expected: list[str]) -> None:
    for seed in range(5):
        names = random.Random(seed).sample(expected, len(expected))
        assert sorted(names, key=natural_key) == expected


def test_names_without_digits_keep_their_order() -> None:
    names = ["Zebra", "ant", "b-c", "b_c", "bc", "éléphant", "eagle", "猫", "_", "", "C++", "C#", "C", "½"]
    assert sorted(names, key=natural_key) == sorted(names)
