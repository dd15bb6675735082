"""Tests of CSV files of distances: tables with and without names, and error messages."""

from pathlib import Path

import numpy as np
import pytest

from podd_engine.class_order.distance_file import DistanceTable, read_distances
from podd_engine.class_order.distances import DistancesError

DISTANCES = [[0, 1, 2], [1, 0, 3], [2, 3, 0]]
BODY = "0,1,2\n1,0,3\n2,3,0\n"


def read(folder: Path, text: str) -> DistanceTable:
    path = folder / "distances.csv"
    path.write_text(text, encoding="utf-8")
    return read_distances(path)


@pytest.mark.parametrize(
    ("text", "names"),
    [
        (BODY, None),
        ("\ufeff" + BODY, None),
        ("\n0;1.0;2\n\n1;0;3e0\n2;3;0\n;;\n", None),
        (BODY.replace(",", "\t"), None),
        ("cat,dog,owl\n" + BODY, ("cat", "dog", "owl")),
        ("cat,0,1,2\ndog,1,0,3\nowl,2,3,0\n", ("cat", "dog", "owl")),
        (',cat,"dog, big",owl\ncat,0,1,2\n"dog, big",1,0,3\nowl,2,3,0', ("cat", "dog, big", "owl")),
        ("class,cat,dog,owl\ncat,0,1,2\ndog,1,0,3\nowl,2,3,0", ("cat", "dog", "owl")),
        (",0,1,2\n0,0,1,2\n1,1,0,3\n2,2,3,0", ("0", "1", "2")),
        ("0,1,2\n" + BODY, ("0", "1", "2")),
        ("0,0,1,2\n1,1,0,3\n2,2,3,0", ("0", "1", "2")),
    ],
)
def test_tables_with_and_without_names_are_read(
    tmp_path: Path, text: str, names: tuple[str, ...] | None
) -> None:
    table = read(tmp_path, text)
    assert table.distances.tolist() == DISTANCES
    assert table.names == names


def test_distances_are_reordered_by_name(tmp_path: Path) -> None:
    table = read(tmp_path, "Oak-Tree,dog,owl\n" + BODY)
    assert table.for_classes(["owl", "oak_tree", "dog"]).tolist() == [[0, 2, 3], [2, 0, 1], [3, 1, 0]]


@pytest.mark.parametrize("text", [BODY, ",0,1,2\n0,0,1,2\n1,1,0,3\n2,2,3,0"])
def test_distances_without_names_keep_their_order(tmp_path: Path, text: str) -> None:
    assert read(tmp_path, text).for_classes(["owl", "cat", "dog"]).tolist() == DISTANCES


def test_different_classes_are_rejected(tmp_path: Path) -> None:
    table = read(tmp_path, "cat,dog,owl\n" + BODY)
    with pytest.raises(DistancesError, match="class 'elk' is missing"):
        table.for_classes(["cat", "dog", "elk"])
    with pytest.raises(DistancesError, match="between 3 classes, but the dataset has 4"):
        table.for_classes(["cat", "dog", "owl", "elk"])


def test_rounding_errors_are_removed(tmp_path: Path) -> None:
    table = read(tmp_path, "-0.0,1.0000001,2\n0.9999999,1e-9,-1e-9\n2,0,0")
    assert table.distances == pytest.approx(np.array([[0, 1, 2], [1, 0, 0], [2, 0, 0]]), abs=1e-6)
    assert (table.distances == table.distances.T).all()
    assert (np.diag(table.distances) == 0).all()
    assert (table.distances >= 0).all()


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "the file is empty; add one row"),
        ("0,5,2\n5,0,3\n", "has 2 rows and 3 columns of distances"),
        ("0,5\n5,0\n2,3\n", "has 3 rows and 2 columns of distances"),
        ("cat,dog,owl\n0,1,2\n1,0,3\n", "has 2 rows and 3 columns of distances"),
        ("cat,dog,owl\n", "has 0 rows and 0 columns of distances"),
        ("0,1,2\n\n1,0\n2,3,0\n", "line 3: the line has 2 cells, but the first line has 3"),
        ("0,1,2\n\n1,0,three\n2,3,0\n", "line 3, column 3: 'three' is not a number"),
        ("0,one,2\n1,0,3\n2,3,0\n", "line 1, column 2: 'one' is not a number"),
        (",cat,dog\ncat,0,\ndog,1,0\n", "line 2, column 3: '' is not a number"),
        ("0,1\nnan,0\n", "line 2, column 1: nan is not a finite number"),
        ("0,inf\n1,0\n", "line 1, column 2: inf is not a finite number"),
        ("cat,dog\n0,-1\n-1,0\n", "line 2, column 2: -1 is negative"),
        ("0,1\n1,0.5\n", "line 2, column 2: the value on the diagonal is 0.5"),
        (",cat,dog\ncat,0,1\ndog,2,0\n", "line 2, column 3: 1 differs from 2 in line 3, column 2"),
        (",cat,dog\ndog,0,1\ncat,1,0\n", "the names of rows and columns differ"),
        ("cat,Cat,owl\n" + BODY, "a class name occurs twice"),
        ("0,1\n" + 200_000 * "1" + ",0\n", "line 2: invalid CSV"),
    ],
)
def test_invalid_file_is_reported_with_the_location(tmp_path: Path, text: str, message: str) -> None:
    with pytest.raises(DistancesError, match=message) as caught:
        read(tmp_path, text)
    assert str(caught.value).startswith(str(tmp_path / "distances.csv"))
    assert "\n" not in str(caught.value)


def test_missing_and_binary_files_are_rejected(tmp_path: Path) -> None:
    with pytest.raises(DistancesError, match="file does not exist"):
        read_distances(tmp_path / "none.csv")
    (tmp_path / "image.csv").write_bytes(b"\x89PNG\xff\xfe\x00")
    with pytest.raises(DistancesError, match="cannot be read as text"):
        read_distances(tmp_path / "image.csv")
    with pytest.raises(DistancesError, match="cannot be read as text"):
        read_distances(tmp_path)
