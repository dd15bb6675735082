"""Numbers, units and counts as the window shows them."""

import pytest

from podd_app.style.formatting import (
    format_bytes,
    format_count,
    format_duration,
    format_percent,
    images_per_class,
)


def test_counts_have_group_separators() -> None:
    assert [format_count(number) for number in (0, 999, 1437, 10**7, 2**70)] == [
        "0",
        "999",
        "1,437",
        "10,000,000",
        "1,180,591,620,717,411,303,424",
    ]


@pytest.mark.parametrize(
    ("share", "text"), [(0, "0%"), (0.004, "0.4%"), (0.0123, "1.2%"), (0.905, "90%"), (1, "100%")]
)
def test_percentages_have_no_space(share: float, text: str) -> None:
    assert format_percent(share) == text


@pytest.mark.parametrize(
    ("number_of_bytes", "text"),
    [(512, "512 B"), (34_000, "34.0 kB"), (170_000_000, "170 MB"), (2.5e9, "2.5 GB"), (1.5e12, "1,500.0 GB")],
)
def test_sizes(number_of_bytes: float, text: str) -> None:
    assert format_bytes(number_of_bytes) == text


@pytest.mark.parametrize(
    ("seconds", "text"),
    [(0.2, "1 s"), (40, "40 s"), (720, "12 min"), (12_000, "3 h 20 min"), (7200, "2 h"), (345_600, "4 days")],
)
def test_durations(seconds: float, text: str) -> None:
    assert format_duration(seconds) == text


@pytest.mark.parametrize(("budget", "number"), [(0.9, "0.9"), (1, "1"), (12.5, "12"), (100, "100")])
def test_images_per_class(budget: float, number: str) -> None:
    assert images_per_class(budget) == f"{number} {'image' if number == '1' else 'images'} per class"
