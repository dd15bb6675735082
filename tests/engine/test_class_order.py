"""Tests of class orders against golden values, simple reference code and brute force."""

import itertools
import json
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import quadratic_assignment

from podd_engine.class_order.class_words import class_words_by_dataset
from podd_engine.class_order.distances import DistancesError, DistancesUnavailableError
from podd_engine.class_order.ordering import resolve_class_order
from podd_engine.class_order.placement import greedy_order, order_cost, random_order_cost, refine_order
from podd_engine.config.schema import DistillationConfig
from podd_engine.errors import ConfigError

GOLDEN = Path(__file__).parents[3] / "shared" / "golden" / "class_order.json"

Shape = tuple[int, int]
shapes = st.tuples(st.integers(1, 6), st.integers(1, 6)) | st.sampled_from([(1, 12), (12, 1), (9, 2), (2, 9)])


def random_distances(classes: int, seed: int) -> np.ndarray:
    """Return distances between random points. Some distances are equal, so that ties occur."""
    points = np.random.default_rng(seed).integers(0, 4, size=(classes, 3))
    return np.abs(points[:, None] - points[None]).sum(axis=-1).astype(np.float64)


def reference_cost(grid: np.ndarray, distances: np.ndarray) -> float:
    rows, columns = grid.shape
    vertical = [distances[grid[y, x], grid[y + 1, x]] for y in range(rows - 1) for x in range(columns)]
    horizontal = [distances[grid[y, x], grid[y, x + 1]] for y in range(rows) for x in range(columns - 1)]
    return float(sum(vertical) + sum(horizontal))


def reference_greedy(distances: np.ndarray, columns: int, rows: int) -> list[list[int]]:
    """Apply the greedy rule literally: visit the cells by anti-diagonal and consider all placed neighbors."""
    cells = sorted(itertools.product(range(rows), range(columns)), key=lambda cell: (sum(cell), -cell[0]))
    placed: dict[Shape, int] = {}
    for row, column in cells:
        sides = [(row - 1, column), (row + 1, column), (row, column - 1), (row, column + 1)]
        neighbors = [placed[side] for side in sides if side in placed]
        remaining = [k for k in range(len(distances)) if k not in placed.values()]
        placed[row, column] = min(
            remaining, key=lambda k: (sum(distances[k, other] for other in neighbors), k)
        )
    return [[placed[row, column] for column in range(columns)] for row in range(rows)]


@pytest.mark.parametrize("entry", range(3))
def test_greedy_order_and_cost_match_the_golden_values(entry: int) -> None:
    if not GOLDEN.is_file():
        pytest.skip(f"the golden values are missing: {GOLDEN}")
    golden = json.loads(GOLDEN.read_text(encoding="utf-8"))[entry]
    distances = np.array(golden["distances"])
    grid = greedy_order(distances, golden["columns"], golden["rows"])
    assert grid.tolist() == golden["grid"]
    assert order_cost(grid, distances) == pytest.approx(golden["cost"], abs=1e-6)


@given(shape=shapes, seed=st.integers(0, 2**32 - 1))
@settings(max_examples=60, deadline=None, derandomize=True)
def test_greedy_order_matches_the_reference_on_any_grid(shape: Shape, seed: int) -> None:
    columns, rows = shape
    distances = random_distances(columns * rows, seed)
    grid = greedy_order(distances, columns, rows)
    assert grid.shape == (rows, columns)
    assert grid.dtype == np.int64
    assert grid.tolist() == reference_greedy(distances, columns, rows)
    assert order_cost(grid, distances) == pytest.approx(reference_cost(grid, distances))


@given(shape=shapes, seed=st.integers(0, 2**32 - 1))
@settings(max_examples=20, deadline=None, derandomize=True)
def test_refinement_keeps_every_class_and_never_increases_the_cost(shape: Shape, seed: int) -> None:
    columns, rows = shape
    distances = random_distances(columns * rows, seed)
    start = np.random.default_rng(seed).permutation(columns * rows).reshape(rows, columns)
    before = start.copy()
    refined = refine_order(start, distances, seed)
    assert (start == before).all()
    assert refined.shape == start.shape
    assert sorted(refined.ravel()) == list(range(columns * rows))
    assert order_cost(refined, distances) <= order_cost(start, distances)


@pytest.mark.parametrize("shape", [(3, 2), (2, 3), (6, 1), (1, 6), (2, 2)])
@pytest.mark.parametrize("seed", range(3))
def test_refinement_of_a_small_grid_finds_the_optimum(shape: Shape, seed: int) -> None:
    columns, rows = shape
    points = np.random.default_rng(seed).normal(size=(columns * rows, 2))
    distances = np.linalg.norm(points[:, None] - points[None], axis=-1)
    orders = itertools.permutations(range(columns * rows))
    cheapest = min(reference_cost(np.array(order).reshape(rows, columns), distances) for order in orders)
    refined = refine_order(greedy_order(distances, columns, rows), distances)
    assert order_cost(refined, distances) == pytest.approx(cheapest)


def test_refinement_keeps_an_optimal_order() -> None:
    line = np.arange(5.0)
    distances = np.abs(line[:, None] - line)
    start = np.arange(5).reshape(1, 5)
    assert (refine_order(start, distances) == start).all()


def test_refinement_is_deterministic_and_beats_the_2opt_search_of_scipy() -> None:
    columns, rows = 6, 5
    points = np.random.default_rng(0).normal(size=(30, 5))
    distances = np.linalg.norm(points[:, None] - points[None], axis=-1)
    start = greedy_order(distances, columns, rows)
    refined = refine_order(start, distances)
    assert (refined == refine_order(start, distances)).all()
    cells = np.array(list(itertools.product(range(rows), range(columns))))
    neighbors = (np.abs(cells[:, None] - cells[None]).sum(axis=-1) == 1).astype(np.float64)
    guess = np.stack([np.arange(30), start.ravel()], axis=1)
    options = {"partial_guess": guess, "rng": np.random.default_rng(0)}
    scipy_cost = quadratic_assignment(neighbors, distances, method="2opt", options=options).fun / 2
    assert order_cost(refined, distances) < scipy_cost < order_cost(start, distances)


def test_grid_with_a_wrong_number_of_cells_is_rejected() -> None:
    with pytest.raises(ConfigError, match="4 x 2 is 8 cells, but there are 10 classes"):
        greedy_order(random_distances(10, 0), 4, 2)


# Class order of a config

CIFAR10 = tuple(class_words_by_dataset()["cifar10"])


@pytest.fixture(autouse=True)
def _no_cached_weights(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("huggingface_hub.constants.HF_HUB_CACHE", str(tmp_path / "cache"))


def config_for(dataset: str = "digits", **order: object) -> DistillationConfig:
    """Return a config with ten classes on a 5 x 2 grid and the given [order] values."""
    values = {"name": dataset, "path": "there" if dataset == "folder" else ""}
    return DistillationConfig.parse({"dataset": values, "order": order})


def no_images() -> tuple[np.ndarray, np.ndarray]:
    raise AssertionError("the images must not be loaded")


def images_of_ten_classes() -> tuple[np.ndarray, np.ndarray]:
    draws = np.random.default_rng(0)
    return draws.normal(size=(40, 3, 8, 8)).astype(np.float32), np.arange(40) % 10


def test_given_grid_is_used_unchanged() -> None:
    grid = ((9, 8, 7, 6, 5), (0, 1, 2, 3, 4))
    order = resolve_class_order(config_for(grid=grid, refine=True), CIFAR10, images=no_images)
    assert order.grid.tolist() == [list(row) for row in grid]
    assert (order.source, order.cost, order.note, order.names) == ("given", None, "", CIFAR10)


def test_index_order_is_row_by_row() -> None:
    order = resolve_class_order(config_for(source="index"), CIFAR10, images=no_images)
    assert order.grid.tolist() == [[0, 1, 2, 3, 4], [5, 6, 7, 8, 9]]
    assert (order.source, order.cost) == ("index", None)


def test_clip_falls_back_to_the_bundled_embeddings_with_a_notice() -> None:
    notices: list[str] = []
    order = resolve_class_order(config_for("cifar10"), CIFAR10, images=no_images, notify=notices.append)
    bundled = resolve_class_order(config_for("cifar10", source="bundled"), CIFAR10)
    assert (order.source, bundled.source, bundled.note) == ("bundled", "bundled", "")
    assert (order.grid == bundled.grid).all()
    assert order.distances is not None
    assert order.cost == pytest.approx(reference_cost(order.grid, order.distances))
    assert notices == [f"class order: {order.note}"]
    assert "CLIP weights are not on this machine" in order.note
    assert order.note.endswith("using bundled sentence embeddings instead")


def test_classes_with_unknown_names_are_ordered_by_images() -> None:
    names = [f"n{index:08}" for index in range(10)]
    notices: list[str] = []
    order = resolve_class_order(
        config_for("folder"), names, images=images_of_ten_classes, notify=notices.append
    )
    chosen = resolve_class_order(config_for("folder", source="images"), names, images=images_of_ten_classes)
    assert (order.source, chosen.source) == ("images", "images")
    assert (order.grid == chosen.grid).all()
    assert len(notices) == 2
    assert "class 'n00000000' and 9 more; using class-mean images" in notices[1]


def test_index_order_is_the_last_fallback() -> None:
    names = [f"n{index:08}" for index in range(10)]
    notices: list[str] = []
    order = resolve_class_order(config_for("folder"), names, notify=notices.append)
    assert order.source == "index"
    assert order.grid.ravel().tolist() == list(range(10))
    assert len(notices) == 3
    assert order.note == "no training images are available; using index order instead"


def test_order_is_refined_if_configured() -> None:
    plain = resolve_class_order(config_for("cifar10", source="bundled"), CIFAR10)
    refined = resolve_class_order(config_for("cifar10", source="bundled", refine=True), CIFAR10)
    assert refined.cost is not None
    assert plain.cost is not None
    assert refined.distances is not None
    assert refined.cost == pytest.approx(reference_cost(refined.grid, refined.distances))
    assert refined.cost < plain.cost


@pytest.mark.parametrize("source", ["bundled", "images"])
def test_sources_other_than_clip_have_no_fallback(source: str) -> None:
    names = [f"n{index:08}" for index in range(10)]
    with pytest.raises(DistancesUnavailableError):
        resolve_class_order(config_for("folder", source=source), names)


def test_missing_configured_file_raises(tmp_path: Path) -> None:
    with pytest.raises(DistancesError, match="there is no such file"):
        resolve_class_order(config_for(source="file", file=str(tmp_path / "none.csv")), CIFAR10)
    with pytest.raises(DistancesError, match="file does not exist"):
        resolve_class_order(config_for(source="clip", file=str(tmp_path / "none.safetensors")), CIFAR10)


def test_distances_from_a_file_are_matched_by_class_name(tmp_path: Path) -> None:
    table = tmp_path / "distances.csv"
    distances = random_distances(10, 3)
    lines = [",".join(["", *CIFAR10[::-1]])]
    lines += [",".join([name, *map(str, row)]) for name, row in zip(CIFAR10[::-1], distances, strict=True)]
    table.write_text("\n".join(lines), encoding="utf-8")
    order = resolve_class_order(config_for("cifar10", source="file", file=str(table)), CIFAR10)
    assert order.source == "file"
    assert order.grid.tolist() == reference_greedy(distances[::-1, ::-1], 5, 2)


def test_dataset_with_a_wrong_number_of_classes_is_rejected() -> None:
    with pytest.raises(ConfigError, match="5 x 2 is 10 cells, but there are 9 classes"):
        resolve_class_order(config_for("folder"), CIFAR10[:9])


def test_bundled_embeddings_do_not_import_torch() -> None:
    script = (
        "import sys; from podd_engine.config.schema import DistillationConfig as C; "
        "from podd_engine.class_order.ordering import resolve_class_order; "
        "resolve_class_order(C.parse({'order': {'source': 'bundled'}}), list('0123456789')); "
        "sys.exit('torch' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", script], check=False, timeout=60).returncode == 0


@pytest.mark.parametrize("shape", [(2, 2), (3, 2), (5, 1), (1, 4)])
def test_random_order_cost_is_the_mean_over_all_orders(shape: Shape) -> None:
    columns, rows = shape
    distances = random_distances(columns * rows, seed=3)
    orders = itertools.permutations(range(columns * rows))
    costs = [order_cost(np.array(order).reshape(rows, columns), distances) for order in orders]
    assert random_order_cost(distances, columns, rows) == pytest.approx(np.mean(costs))


def test_random_order_cost_of_a_single_class_is_zero() -> None:
    assert random_order_cost(np.zeros((1, 1)), 1, 1) == 0


def test_clip_without_fallback_raises(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("huggingface_hub.try_to_load_from_cache", lambda *arguments: None)
    config = DistillationConfig().with_values({"order.source": "clip"})
    names = tuple("0123456789")
    assert resolve_class_order(config, names).source == "bundled"
    with pytest.raises(DistancesUnavailableError, match=r"CLIP weights are not .*; choose another source"):
        resolve_class_order(config, names, fall_back=False)
