"""Poster geometry, compared with golden values and with brute-force counting."""

import json
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from podd_engine.config.presets import load_preset
from podd_engine.config.sections import LabelsConfig
from podd_engine.distillation.soft_labels import build_label_scheme
from podd_engine.errors import ConfigError
from podd_engine.poster.layout import PosterLayout

GOLDEN = Path(__file__).parents[3] / "shared" / "golden"


def golden(name: str) -> dict:
    path = GOLDEN / name
    if not path.is_file():
        pytest.skip(f"{path} does not exist")
    return json.loads(path.read_text())


@pytest.mark.parametrize("name", ["cifar10-0.9ipc", "cifar100-0.9ipc", "tiny-imagenet-0.9ipc"])
def test_layout_matches_golden_values(name: str) -> None:
    expected = golden("layouts.json")[name]
    side = (expected["patch"], expected["patch"])
    layout = PosterLayout(
        tuple(expected["poster"]), side, tuple(expected["patches"]), tuple(expected["classes"]), side
    )
    assert layout.pixels == expected["pixels"]
    assert layout.images_per_class == expected["ipc"]
    assert layout.patches == expected["n"]
    assert layout.windows[: len(expected["first"])].tolist() == expected["first"]
    assert layout.windows[-len(expected["last"]) :].tolist() == expected["last"]
    assert int((layout.windows @ [1, 7, 49, 343]).sum()) == expected["windows_checksum"]
    array = layout.label_array(budget=1)
    assert [array.rows, array.columns] == expected["label_array"]
    assert list(array.window) == expected["label_patch"]


def test_published_label_array_omits_classes_unless_cover_all_is_set() -> None:
    layout = PosterLayout((153, 60), (32, 32), (16, 6), (5, 2), (32, 32))
    assert layout.label_array(1).uncovered.tolist() == [0, 1, 2, 3, 4]
    covering = layout.label_array(1, cover_all=True)
    assert covering.uncovered.size == 0
    assert (covering.rows, covering.columns) == (2, 6)


def test_fixed_labels_match_golden_values() -> None:
    expected = golden("fixed_labels.json")
    layout = PosterLayout((153, 60), (32, 32), (16, 6), (5, 2), (32, 32))
    grid = np.arange(10).reshape(2, 5)
    area = build_label_scheme(LabelsConfig(rule="area"), layout, grid).patch_labels
    np.testing.assert_allclose(area[expected["patch"]], expected["area_fraction"], atol=1e-6)
    softmax = build_label_scheme(LabelsConfig(rule="softmax"), layout, grid).patch_labels
    assert softmax.argmax(axis=1).tolist() == expected["softmax_argmax"]
    np.testing.assert_allclose(softmax.sum(axis=1), 1)


layouts = st.builds(
    lambda patch, extra, patches, classes, slack: PosterLayout(
        poster=(patch[0] + extra[0], patch[1] + extra[1]),
        patch=patch,
        patch_grid=patches,
        class_grid=classes,
        class_area=tuple(
            min(patch[axis] + extra[axis], -(-(patch[axis] + extra[axis]) // classes[axis]) + slack[axis])
            for axis in (0, 1)
        ),
    ),
    st.tuples(st.integers(1, 9), st.integers(1, 9)),
    st.tuples(st.integers(0, 20), st.integers(0, 20)),
    st.tuples(st.integers(1, 6), st.integers(1, 6)),
    st.tuples(st.integers(1, 5), st.integers(1, 5)),
    st.tuples(st.integers(0, 3), st.integers(0, 3)),
)


@given(layouts)
def test_windows_and_regions_fit_any_grid(layout: PosterLayout) -> None:
    for rectangles, size in ((layout.windows, layout.patch), (layout.class_regions, layout.class_area)):
        assert (rectangles[:, :2] >= 0).all()
        assert (rectangles[:, 2:] <= layout.poster).all()
        assert (rectangles[:, 2:] - rectangles[:, :2] == size).all()
    painted = np.zeros(layout.poster[::-1], dtype=int)
    for x0, y0, x1, y1 in layout.class_regions:
        painted[y0:y1, x0:x1] += 1
    assert painted.all(), "class regions cover the poster"


@given(layouts)
def test_overlap_and_coverage_match_brute_force_counts(layout: PosterLayout) -> None:
    owner = np.zeros((layout.classes, *layout.poster[::-1]), dtype=int)
    for plane, (x0, y0, x1, y1) in zip(owner, layout.class_regions, strict=True):
        plane[y0:y1, x0:x1] = 1
    counted = [owner[:, y0:y1, x0:x1].sum(axis=(1, 2)) for x0, y0, x1, y1 in layout.windows]
    np.testing.assert_array_equal(layout.overlap, counted)
    drawn = np.zeros(layout.poster[::-1], dtype=int)
    for x0, y0, x1, y1 in layout.windows:
        for y in range(y0, y1):
            for x in range(x0, x1):
                drawn[y, x] += 1
    np.testing.assert_array_equal(layout.coverage, drawn)


def test_draws_per_step_match_sampled_frequencies() -> None:
    layout = PosterLayout((20, 14), (8, 8), (4, 3), (2, 2), (10, 8))
    expected = layout.draws_per_step(5)
    assert expected.sum() == pytest.approx(5 * 8 * 8)
    rng = np.random.default_rng(0)
    counted, steps = np.zeros(layout.poster[::-1]), 4000
    for _ in range(steps):
        for x0, y0, x1, y1 in layout.windows[rng.choice(layout.patches, 5, replace=False)]:
            counted[y0:y1, x0:x1] += 1
    np.testing.assert_allclose(counted / steps, expected, atol=0.08)


def test_config_label_array_follows_the_label_settings() -> None:
    config = load_preset("cifar10-0.9ipc")
    assert config.label_array is None
    learned = config.with_values({"labels.kind": "learned"}).label_array
    assert (learned.rows, learned.columns) == (1, 6)
    covering = config.with_values({"labels.kind": "learned", "labels.cover_all": True}).label_array
    assert (covering.rows, covering.columns) == (2, 6)


@given(layouts, st.floats(0.2, 4), st.booleans())
def test_label_array_fits_any_grid(layout: PosterLayout, budget: float, cover_all: bool) -> None:
    array = layout.label_array(budget, cover_all)
    assert array.rows >= 1
    assert array.columns >= 1
    assert array.cells <= max(1, layout.classes * budget, array.rows, array.columns) or cover_all
    assert (array.read_matrix.sum(axis=1) == array.window[0] * array.window[1]).all()
    if cover_all:
        assert array.uncovered.size == 0


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"patch": (40, 8)}, r"poster.width: a poster width of 32 px is smaller than a patch \(40 px\)"),
        (
            {"class_area": (2, 10)},
            "poster.width: 5 class regions of 2 px do not cover .* raise poster.class_width to at least 7 px",
        ),
        (
            {"class_area": (8, 99)},
            r"poster.height: a poster height of 20 px is smaller than a class region \(99 px\)",
        ),
        ({"patch_grid": (0, 3)}, "at least 1"),
        ({"class_grid": (0, 2)}, "at least 1"),
    ],
)
def test_inconsistent_sizes_raise_config_error(change: dict, message: str) -> None:
    sizes = {
        "poster": (32, 20), "patch": (8, 8), "patch_grid": (4, 3), "class_grid": (5, 2), "class_area": (8, 10)
    }  # fmt: skip
    with pytest.raises(ConfigError, match=message):
        PosterLayout(**(sizes | change))
