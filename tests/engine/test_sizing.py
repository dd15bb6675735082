"""Poster sizes for a budget and class grids for a number of classes."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from podd_engine.poster.sizing import class_grid_for, size_for_budget


def test_published_budgets_give_published_sizes() -> None:
    assert size_for_budget(0.9, 10, 32, 153 / 60) == (153, 60)
    assert size_for_budget(0.9, 100, 32, 1.0) == (303, 303)


@given(
    budget=st.floats(0.05, 8),
    classes=st.integers(2, 200),
    patch=st.sampled_from([8, 28, 32, 64]),
    aspect=st.floats(0.25, 4),
)
def test_size_uses_the_budget_without_exceeding_it(
    budget: float, classes: int, patch: int, aspect: float
) -> None:
    width, height = size_for_budget(budget, classes, patch, aspect)
    area = budget * classes * patch**2
    assert min(width, height) >= patch
    if min(width, height) > patch:
        assert width * height <= area
        assert 1 - width * height / area <= 2 / min(width, height)
        assert width / height == pytest.approx(aspect, rel=2 / min(width, height))


@pytest.mark.parametrize(
    ("classes", "grid"),
    [(10, (5, 2)), (100, (10, 10)), (200, (20, 10)), (7, (7, 1)), (12, (4, 3)), (1, (1, 1))],
)
def test_class_grid_is_the_squarest_exact_grid(classes: int, grid: tuple[int, int]) -> None:
    assert class_grid_for(classes) == grid
