"""Class orders against the golden values, slow and obvious versions, and brute force."""

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
    """Distances between random points; some equal, so that ties are met."""
    points = np.random.default_rng(seed).integers(0, 4, size=(classes, 3))
    return np.abs(points[:, None] - points[None]).sum(axis=-1).astype(np.float64)


def slow_cost(grid: np.ndarray, distances: np.ndarray) -> float:
    rows, columns = grid.shape
    below = [distances[grid[y, x], grid[y + 1, x]] for y in range(rows - 1) for x in range(columns)]
    beside = [distances[grid[y, x], grid[y, x + 1]] for y in range(rows) for x in range(columns - 1)]
    return float(sum(below) + sum(beside))


def slow_greedy(distances: np.ndarray, columns: int, rows: int) -> list[list[int]]:
    """The rule as it reads: cells by diagonal and then from below, neighbors of any side that are placed."""
    cells = sorted(itertools.product(range(rows), range(columns)), key=lambda cell: (sum(cell), -cell[0]))
    placed: dict[Shape, int] = {}
    for row, column in cells:
        sides = [(row - 1, column), (row + 1, column), (row, column - 1), (row, column + 1)]
        around = [placed[side] for side in sides if side in placed]
        left = [k for k in range(len(distances)) if k not in placed.values()]
        placed[row, column] = min(left, key=lambda k: (sum(distances[k, other] for other in around), k))
    return [[placed[row, column] for column in range(columns)] for row in range(rows)]


@pytest.mark.parametrize("entry", range(3))
def test_greedy_order_and_cost_equal_the_golden_values(entry: int) -> None:
    if not GOLDEN.is_file():
        pytest.skip(f"the golden values are not at {GOLDEN}")
    golden = json.loads(GOLDEN.read_text(encoding="utf-8"))[entry]
    distances = np.array(golden["distances"])
    grid = greedy_order(distances, golden["columns"], golden["rows"])
    assert grid.tolist() == golden["grid"]
    assert order_cost(grid, distances) == pytest.approx(golden["cost"], abs=1e-6)


@given(shape=shapes, seed=st.integers(0, 2**32 - 1))
@settings(max_examples=60, deadline=None, derandomize=True)
def test_greedy_order_follows_the_rule_on_any_grid(shape: Shape, seed: int) -> None:
    columns, rows = shape
    distances = random_distances(columns * rows, seed)
    grid = greedy_order(distances, columns, rows)
    assert grid.shape == (rows, columns)
    assert grid.dtype == np.int64
    assert grid.tolist() == slow_greedy(distances, columns, rows)
    assert order_cost(grid, distances) == pytest.approx(slow_cost(grid, distances))


@given(shape=shapes, seed=st.integers(0, 2**32 - 1))
@settings(max_examples=20, deadline=None, derandomize=True)
def test_refining_keeps_every_class_and_never_costs_more(shape: Shape, seed: int) -> None:
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
def test_refining_a_small_grid_finds_the_cheapest_of_all_orders(shape: Shape, seed: int) -> None:
    columns, rows = shape
    points = np.random.default_rng(seed).normal(size=(columns * rows, 2))
    distances = np.linalg.norm(points[:, None] - points[None], axis=-1)
    orders = itertools.permutations(range(columns * rows))
    cheapest = min(slow_cost(np.array(order).reshape(rows, columns), distances) for order in orders)
    refined = refine_order(greedy_order(distances, columns, rows), distances)
    assert order_cost(refined, distances) == pytest.approx(cheapest)


def test_refining_a_cheapest_order_gives_it_back() -> None:
    line = np.arange(5.0)
    distances = np.abs(line[:, None] - line)
    start = np.arange(5).reshape(1, 5)
    assert (refine_order(start, distances) == start).all()


def test_refining_is_repeatable_and_beats_scipys_pairwise_swaps() -> None:
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
    scipys = quadratic_assignment(neighbors, distances, method="2opt", options=options).fun / 2
    assert order_cost(refined, distances) < scipys < order_cost(start, distances)


def test_a_grid_of_other_size_than_the_classes_is_refused() -> None:
    with pytest.raises(ConfigError, match="4 x 2 is 8 cells, but there are 10 classes"):
        greedy_order(random_distances(10, 0), 4, 2)


# Resolving a config

CIFAR10 = tuple(class_words_by_dataset()["cifar10"])


@pytest.fixture(autouse=True)
def _no_cached_weights(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("huggingface_hub.constants.HF_HUB_CACHE", str(tmp_path / "cache"))


def config_for(dataset: str = "digits", **order: object) -> DistillationConfig:
    """Ten classes on a 5 x 2 grid, with the given [order]."""
    values = {"name": dataset, "path": "there" if dataset == "folder" else ""}
    return DistillationConfig.parse({"dataset": values, "order": order})


def no_images() -> tuple[np.ndarray, np.ndarray]:
    raise AssertionError("the images are not needed")


def images_of_ten_classes() -> tuple[np.ndarray, np.ndarray]:
    draws = np.random.default_rng(0)
    return draws.normal(size=(40, 3, 8, 8)).astype(np.float32), np.arange(40) % 10


def test_a_given_grid_is_taken_and_nothing_computed() -> None:
    grid = ((9, 8, 7, 6, 5), (0, 1, 2, 3, 4))
    order = resolve_class_order(config_for(grid=grid, refine=True), CIFAR10, images=no_images)
    assert order.grid.tolist() == [list(row) for row in grid]
    assert (order.source, order.cost, order.note, order.names) == ("given", None, "", CIFAR10)


def test_index_runs_row_by_row() -> None:
    order = resolve_class_order(config_for(source="index"), CIFAR10, images=no_images)
    assert order.grid.tolist() == [[0, 1, 2, 3, 4], [5, 6, 7, 8, 9]]
    assert (order.source, order.cost) == ("index", None)


def test_without_weights_clip_gives_way_to_the_bundled_embeddings_and_says_so() -> None:
    notices: list[str] = []
    order = resolve_class_order(config_for("cifar10"), CIFAR10, images=no_images, notify=notices.append)
    bundled = resolve_class_order(config_for("cifar10", source="bundled"), CIFAR10)
    assert (order.source, bundled.source, bundled.note) == ("bundled", "bundled", "")
    assert (order.grid == bundled.grid).all()
    assert order.distances is not None
    assert order.cost == pytest.approx(slow_cost(order.grid, order.distances))
    assert notices == [f"class order: {order.note}"]
    assert "weights of CLIP are not on this machine" in order.note
    assert order.note.endswith("using bundled sentence embeddings instead")


def test_names_without_meaning_are_ordered_by_their_images() -> None:
    names = [f"n{index:08}" for index in range(10)]
    notices: list[str] = []
    order = resolve_class_order(
        config_for("folder"), names, images=images_of_ten_classes, notify=notices.append
    )
    chosen = resolve_class_order(config_for("folder", source="images"), names, images=images_of_ten_classes)
    assert (order.source, chosen.source) == ("images", "images")
    assert (order.grid == chosen.grid).all()
    assert len(notices) == 2
    assert "no class 'n00000000' and 9 more; using class-mean images" in notices[1]


def test_with_neither_known_names_nor_images_it_is_index_order() -> None:
    names = [f"n{index:08}" for index in range(10)]
    notices: list[str] = []
    order = resolve_class_order(config_for("folder"), names, notify=notices.append)
    assert order.source == "index"
    assert order.grid.ravel().tolist() == list(range(10))
    assert len(notices) == 3
    assert order.note == "there are no training images at hand; using index order instead"


def test_refining_is_done_when_asked() -> None:
    plain = resolve_class_order(config_for("cifar10", source="bundled"), CIFAR10)
    refined = resolve_class_order(config_for("cifar10", source="bundled", refine=True), CIFAR10)
    assert refined.cost is not None
    assert plain.cost is not None
    assert refined.distances is not None
    assert refined.cost == pytest.approx(slow_cost(refined.grid, refined.distances))
    assert refined.cost < plain.cost


@pytest.mark.parametrize("source", ["bundled", "images"])
def test_a_source_chosen_by_name_is_not_replaced(source: str) -> None:
    names = [f"n{index:08}" for index in range(10)]
    with pytest.raises(DistancesUnavailableError):
        resolve_class_order(config_for("folder", source=source), names)


def test_a_named_file_that_is_wrong_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(DistancesError, match="there is no such file"):
        resolve_class_order(config_for(source="file", file=str(tmp_path / "none.csv")), CIFAR10)
    with pytest.raises(DistancesError, match="there is no such file"):
        resolve_class_order(config_for(source="clip", file=str(tmp_path / "none.safetensors")), CIFAR10)


def test_distances_from_a_file_are_matched_by_name(tmp_path: Path) -> None:
    table = tmp_path / "distances.csv"
    distances = random_distances(10, 3)
    lines = [",".join(["", *CIFAR10[::-1]])]
    lines += [",".join([name, *map(str, row)]) for name, row in zip(CIFAR10[::-1], distances, strict=True)]
    table.write_text("\n".join(lines), encoding="utf-8")
    order = resolve_class_order(config_for("cifar10", source="file", file=str(table)), CIFAR10)
    assert order.source == "file"
    assert order.grid.tolist() == slow_greedy(distances[::-1, ::-1], 5, 2)


def test_a_dataset_of_other_size_than_the_grid_is_refused() -> None:
    with pytest.raises(ConfigError, match="5 x 2 is 10 cells, but there are 9 classes"):
        resolve_class_order(config_for("folder"), CIFAR10[:9])


def test_ordering_by_the_bundled_embeddings_loads_no_torch() -> None:
    script = (
        "import sys; from podd_engine.config.schema import DistillationConfig as C; "
        "from podd_engine.class_order.ordering import resolve_class_order; "
        "resolve_class_order(C.parse({'order': {'source': 'bundled'}}), list('0123456789')); "
        "sys.exit('torch' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", script], check=False, timeout=60).returncode == 0


@pytest.mark.parametrize("shape", [(2, 2), (3, 2), (5, 1), (1, 4)])
def test_chance_costs_what_all_orders_cost_on_average(shape: Shape) -> None:
    columns, rows = shape
    distances = random_distances(columns * rows, seed=3)
    orders = itertools.permutations(range(columns * rows))
    costs = [order_cost(np.array(order).reshape(rows, columns), distances) for order in orders]
    assert random_order_cost(distances, columns, rows) == pytest.approx(np.mean(costs))


def test_a_single_class_costs_nothing_by_chance() -> None:
    assert random_order_cost(np.zeros((1, 1)), 1, 1) == 0


def test_a_source_alone_gives_way_to_no_other(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("huggingface_hub.try_to_load_from_cache", lambda *arguments: None)
    config = DistillationConfig().with_values({"order.source": "clip"})
    names = tuple("0123456789")
    assert resolve_class_order(config, names).source == "bundled"
    with pytest.raises(DistancesUnavailableError, match=r"weights of CLIP are not .*; take another source"):
        resolve_class_order(config, names, fall_back=False)
