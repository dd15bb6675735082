"""``podd order``."""

import csv
import json
from pathlib import Path

import numpy as np
import pytest
from podd_command import Podd

from podd_engine.class_order.placement import order_cost

GOLDEN = Path(__file__).parents[3] / "shared" / "golden" / "class_order.json"


def write_table(path: Path, rows: list[list[object]]) -> Path:
    """Write a CSV file."""
    with path.open("w", newline="") as file:
        csv.writer(file).writerows(rows)
    return path


def test_reference_distances_give_reference_orders(podd: Podd, tmp_path: Path) -> None:
    if not GOLDEN.is_file():
        pytest.skip(f"{GOLDEN} is not here")
    for number, case in enumerate(json.loads(GOLDEN.read_text())):
        table = write_table(tmp_path / f"{number}.csv", case["distances"])
        words = ("order", "--distances", table, "--grid", f"{case['columns']}x{case['rows']}", "--json")
        found = podd(*words).json
        assert found["grid"] == case["grid"]
        assert found["cost"] == pytest.approx(case["cost"], abs=1e-5)
        assert found["source"] == "file"
        refined = podd(*words, "--refine").json
        assert refined["cost"] <= found["cost"]
        assert sorted(np.ravel(refined["grid"])) == list(range(len(case["distances"])))
        cost = order_cost(np.array(refined["grid"]), np.array(case["distances"]))
        assert refined["cost"] == pytest.approx(cost)


def test_class_names_are_read_from_the_table(podd: Podd, tmp_path: Path) -> None:
    rows: list[list[object]] = [["", "ash", "elm"], ["ash", 0, 0.5], ["elm", 0.5, 0]]
    found = podd(
        "order", "--distances", write_table(tmp_path / "t.csv", rows), "--grid", "2x1", "--json"
    ).json
    assert (found["names"], found["grid"], found["cost"]) == (["ash", "elm"], [[0, 1]], 0.5)


def test_order_by_names_needs_no_dataset_files(podd: Podd) -> None:
    outcome = podd("order", "cifar100-0.9ipc", "--source", "bundled", "--json")
    found = outcome.json
    assert (outcome.code, found["source"], len(found["grid"]), len(found["names"])) == (0, "bundled", 10, 100)
    assert sorted(np.ravel(found["grid"])) == list(range(100))
    assert "CIFAR-100 is not at" in outcome.err


def test_missing_clip_weights_fall_back_to_bundled_embeddings(
    podd: Podd, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr("huggingface_hub.constants.HF_HUB_CACHE", str(tmp_path / "no-weights"))
    monkeypatch.setattr("huggingface_hub.try_to_load_from_cache", lambda *arguments: None)
    outcome = podd("order", "cifar10-0.9ipc", "--json")
    assert (outcome.code, outcome.json["source"]) == (0, "bundled")
    assert "CLIP" in outcome.json["note"]
    assert "CLIP" in outcome.err


def test_order_from_class_mean_images(podd: Podd, tiny: Path) -> None:
    greedy = podd("order", tiny, "--source", "images", "--json").json
    refined = podd("order", tiny, "--source", "images", "--refine", "--json").json
    assert greedy["source"] == refined["source"] == "images"
    assert refined["cost"] <= greedy["cost"]
    assert (
        podd("labels", tiny, "--set", "order.source=images", "--json").json["class_order"] == greedy["grid"]
    )


def test_table_as_distance_source_of_a_config(podd: Podd, tiny: Path, tmp_path: Path) -> None:
    distances = np.abs(np.subtract.outer(np.arange(10), np.arange(10)))
    table = write_table(tmp_path / "line.csv", distances.tolist())
    found = podd("order", tiny, "--source", table, "--json").json
    assert found["source"] == "file"
    assert found["grid"][0][0] == 0


def test_order_text_output_shows_class_names(podd: Podd, tiny: Path) -> None:
    lines = podd("order", tiny).out.splitlines()
    assert [line.split() for line in lines[:2]] == [list("01234"), list("56789")]
    assert lines[2] == "source index"


@pytest.mark.parametrize(("grid", "named"), [("3x3", "3 x 3 is 9 cells"), ("0x4", "0 x 4")])
def test_grid_with_wrong_number_of_cells(podd: Podd, tmp_path: Path, grid: str, named: str) -> None:
    table = write_table(tmp_path / "t.csv", [[0, 1], [1, 0]])
    outcome = podd("order", "--distances", table, "--grid", grid)
    assert (outcome.code, outcome.out) == (1, "")
    assert named in outcome.message


def test_invalid_distance_table(podd: Podd, tmp_path: Path) -> None:
    table = write_table(tmp_path / "t.csv", [[0, 1], [2, 0]])
    outcome = podd("order", "--distances", table, "--grid", "2x1")
    assert outcome.code == 1
    assert str(table) in outcome.message
