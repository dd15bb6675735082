"""Tests of CSV files of distances: tables with and without names, and error messages."""

from pathlib import Path

import numpy as np
import pytest

from podd_engine.class_order.distance_file import DistanceTable, read_distances
from podd_engine.class_order.distances import DistancesError

DISTANCES = [[0, 1, 2], [1, 0, 3], [2, 3, 0]]
BODY = "0,1,2\n1,0,3\n2,3,0\n"


def read(folder: Path, text: str, classes: int | None = None) -> DistanceTable:
    path = folder / "distances.csv"
    path.write_text(text, encoding="utf-8")
    return read_distances(path, classes)


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
        # pandas and R number the rows or columns that have no names.
        (",cat,dog,owl\n0,0,1,2\n1,1,0,3\n2,2,3,0", ("cat", "dog", "owl")),
        (",0,1,2\ncat,0,1,2\ndog,1,0,3\nowl,2,3,0", ("cat", "dog", "owl")),
        ("cat,dog,owl\n1,0,1,2\n2,1,0,3\n3,2,3,0", ("cat", "dog", "owl")),
        ('"cat" "dog" "owl"\n"cat" 0 1 2\n"dog" 1 0 3\n"owl" 2 3 0', ("cat", "dog", "owl")),
        ("class,1,2,3\n1,0,1,2\n2,1,0,3\n3,2,3,0", ("1", "2", "3")),
        (";0.5;1.5;2.5\n0.5;0;1;2\n1.5;1;0;3\n2.5;2;3;0", ("0.5", "1.5", "2.5")),
        (",C,C++,C#\nC,0,1,2\nC++,1,0,3\nC#,2,3,0", ("C", "C++", "C#")),
        (",-1,0,1\n-1,0,1,2\n0,1,0,3\n1,2,3,0", ("-1", "0", "1")),
        (",#1,#2,%\n#1,0,1,2\n#2,1,0,3\n%,2,3,0", ("#1", "#2", "%")),
        ("cat|dog|owl\n" + BODY.replace(",", "|"), ("cat", "dog", "owl")),
        ("| |cat|dog|owl|\n|---|:-:|---|---|\n|cat|0|1|2|\n|dog|1|0|3|\n|owl|2|3|0|", ("cat", "dog", "owl")),
        (
            "          cat  big dog  owl\ncat         0        1    2\nbig dog     1        0    3\n"
            "owl         2        3    0\n",
            ("cat", "big dog", "owl"),
        ),
        (" 0  1  2\n 1  0  3\n 2  3  0\n", None),
        ("0 1 2\n1 0 3\n2 3 0", None),
        ("# distances between classes\n\n" + BODY + "% end\n", None),
        ("# cat,dog,owl\n" + BODY, ("cat", "dog", "owl")),
        ("sep=;\n;cat;dog, big;owl\ncat;0;1;2\ndog, big;1;0;3\nowl;2;3;0", ("cat", "dog, big", "owl")),
        ('"SEP=\t"\n' + BODY.replace(",", "\t"), None),
        (",cat,dog,owl,\ncat,0,1,2,\ndog,1,0,3,\nowl,2,3,0,\n", ("cat", "dog", "owl")),
        (",cat,dog,owl\ncat,0,1,2,\ndog,1,0,3,\nowl,2,3,0,\n", ("cat", "dog", "owl")),
        (BODY.replace("\n", ",\n"), None),
        ("Distances\n,cat,dog,owl\ncat,0,1,2\ndog,1,0,3\nowl,2,3,0", ("cat", "dog", "owl")),
        ("   3\ncat  0 1 2\ndog  1 0 3\nowl  2 3 0\n", ("cat", "dog", "owl")),
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


@pytest.mark.parametrize(
    ("text", "triangle"),
    [
        ("0\n1,0\n2,3,0\n", "lower"),
        ("0,,\n1,0,\n2,3,0\n", "lower"),
        ("0,0,0\n1,0,0\n2,3,0\n", "lower"),
        ("cat\ndog,1\nowl,2,3\n", "lower"),
        ("1\n2,3\n", "lower"),
        (",cat,dog,owl\ncat\ndog,1\nowl,2,3\n", "lower"),
        (",cat,dog,owl\ncat,,,\ndog,1,,\nowl,2,3,\n", "lower"),
        ("cat;dog;owl\n-\n1;-\n2;3;-\n", "lower"),
        (",,\n1,,\n2,3,\n", "lower"),
        ("cat;dog;owl\n;;\n1;;\n2;3;\n", "lower"),
        ("0,1,2\n0,3\n0\n", "upper"),
        (",1,2\n,,3\n,,\n", "upper"),
        ("cat\tdog\towl\n\t1\t2\n\t\t3\n\t\t\n", "upper"),
        ("cat|dog|owl\n|1|2\n||3\n||\n\n", "upper"),
        ("0,1,2\n,0,3\n,,0\n", "upper"),
        ("0,1,2\n0,0,3\n0,0,0\n", "upper"),
        (",cat,dog,owl\ncat,0,1,2\ndog,,0,3\nowl,,,0\n", "upper"),
        (",cat,dog,owl\ncat,NaN,1,2\ndog,NaN,NaN,3\nowl,NaN,NaN,NaN\n", "upper"),
        ("1,2\n3\n", "upper"),
    ],
)
def test_triangle_is_used_for_both_directions(tmp_path: Path, text: str, triangle: str) -> None:
    table = read(tmp_path, text, classes=3)
    assert table.distances.tolist() == DISTANCES
    assert table.note == (
        f"distances.csv contains only the {triangle} triangle, which is used for both directions"
    )


@pytest.mark.parametrize("missing", ["", "-", "–", "NaN", "nan", "NA", "null", "None"])
def test_diagonal_may_be_empty(tmp_path: Path, missing: str) -> None:
    for first in (",cat,dog,owl\n", ";cat;dog;owl\n"):
        text = f"{first}cat,{missing},1,2\ndog,1,{missing},3\nowl,2,3,{missing}\n"
        table = read(tmp_path, text.replace(",", first[0]))
        assert table.distances.tolist() == DISTANCES
        assert (table.names, table.note) == (("cat", "dog", "owl"), "")


def test_single_distances_may_be_given_in_one_direction(tmp_path: Path) -> None:
    table = read(tmp_path, "0,1,2\n1,0,\n2,3,0\n")
    assert table.distances.tolist() == DISTANCES
    assert table.note.startswith("distances.csv contains 1 of the distances in one direction only")


@pytest.mark.parametrize("delimiter", [";", "\t", "|", " ", "   "])
@pytest.mark.parametrize("names", [False, True])
def test_decimal_comma_is_read(tmp_path: Path, delimiter: str, names: bool) -> None:
    rows = ["0,0|0,5|1,25", "0,5|0|,75", "1,25|0,75|0,000"]
    if names:
        rows = [
            "class|cat|dog|owl",
            *(f"{name}|{row}" for name, row in zip(("cat", "dog", "owl"), rows, strict=True)),
        ]
    table = read(tmp_path, "\n".join(rows).replace("|", delimiter))
    assert table.distances.tolist() == [[0, 0.5, 1.25], [0.5, 0, 0.75], [1.25, 0.75, 0]]
    assert table.names == (("cat", "dog", "owl") if names else None)


def test_quoted_decimal_comma_is_read_in_a_file_with_commas(tmp_path: Path) -> None:
    table = read(tmp_path, '"0","0,5"\n"0,5","0"\n')
    assert table.distances.tolist() == [[0, 0.5], [0.5, 0]]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "cp1252"])
@pytest.mark.parametrize("line_end", ["\n", "\r\n", "\r"])
def test_encodings_and_line_ends_are_detected(tmp_path: Path, encoding: str, line_end: str) -> None:
    path = tmp_path / "distances.csv"
    text = ";Löwe;Bär\nLöwe;0;0,5\nBär;0,5;0\n"
    path.write_bytes(text.replace("\n", line_end).encode(encoding))
    table = read_distances(path)
    assert table.for_classes(["Bär", "Löwe"]).tolist() == [[0, 0.5], [0.5, 0]]


@pytest.mark.parametrize("diagonal", ["0", "", "nan"])
@pytest.mark.parametrize("corner", ["", "class"])
@pytest.mark.parametrize("first", [0, 1])
def test_numbers_that_are_class_names_match_by_name(
    tmp_path: Path, first: int, corner: str, diagonal: str
) -> None:
    names = [str(number + first) for number in range(12)]
    lines = [",".join([corner, *names])]
    for row, name in enumerate(names):
        lines.append(",".join([name, *(diagonal if row == at else str(abs(row - at)) for at in range(12))]))
    path = tmp_path / "distances.csv"
    path.write_text("\n".join(lines), encoding="utf-8")
    in_text_order = sorted(names)
    distances = read_distances(path, 12).for_classes(in_text_order)
    expected = [[abs(int(a) - int(b)) for b in in_text_order] for a in in_text_order]
    assert distances.tolist() == expected


@pytest.mark.parametrize("header", ["0,1,2", "1,2,3"])
def test_index_names_are_class_indices_if_no_class_is_named_so(tmp_path: Path, header: str) -> None:
    table = read(tmp_path, f"{header}\n{BODY}")
    assert table.for_classes(["owl", "cat", "dog"]).tolist() == DISTANCES
    with pytest.raises(DistancesError, match="classes differ"):
        table.for_classes(["2", "cat", "dog"])


def test_index_names_in_another_order_are_class_indices(tmp_path: Path) -> None:
    table = read(tmp_path, "2,0,1\n0,2,3\n2,0,1\n3,1,0\n")
    assert table.for_classes(["cat", "dog", "owl"]).tolist() == [[0, 1, 2], [1, 0, 3], [2, 3, 0]]


@pytest.mark.parametrize(
    ("in_file", "in_dataset"),
    [
        (["C", "C++", "C#"], ["C#", "C", "C++"]),
        (["0.5", "1.5", "2.5"], ["2.5", "1.5", "0.5"]),
        (["-1", "1", "0"], ["0", "-1", "1"]),
        (["v1.0", "v10", "v1"], ["v10", "v1", "v1.0"]),
        (["a_b", "ab", "a b"], ["ab", "a b", "a_b"]),
        (["+", "-", "?"], ["?", "+", "-"]),
        (["Cat", "cat", "dog"], ["dog", "cat", "Cat"]),
        (["cafe\u0301", "B", "two words"], ["b", "two_words", "caf\u00e9"]),
    ],
)
def test_names_that_differ_in_punctuation_or_case_are_different_classes(
    tmp_path: Path, in_file: list[str], in_dataset: list[str]
) -> None:
    lines = [
        ",".join(["", *in_file]),
        *(f"{name},{row}" for name, row in zip(in_file, BODY.split(), strict=True)),
    ]
    path = tmp_path / "distances.csv"
    path.write_text("\n".join(lines), encoding="utf-8")
    distances = read_distances(path, 3).for_classes(in_dataset)
    same = read_distances(path, 3).for_classes(in_file)
    assert same.tolist() == DISTANCES
    assert sorted(distances.ravel()) == sorted(same.ravel())
    shared = [name for name in in_dataset if name in in_file]
    for a in shared:
        for b in shared:
            assert (
                distances[in_dataset.index(a), in_dataset.index(b)]
                == DISTANCES[in_file.index(a)][in_file.index(b)]
            )


def test_different_classes_are_rejected(tmp_path: Path) -> None:
    table = read(tmp_path, "cat,dog,owl\n" + BODY)
    with pytest.raises(DistancesError, match="missing: 'elk'; additional: 'owl'"):
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
        ("# only a comment\n", "the file contains no distances"),
        ("0,5,2\n5,0,3\n", "has 2 rows and 3 columns of distances"),
        ("0,5\n5,0\n2,3\n", "has 3 rows and 2 columns of distances"),
        ("cat,dog,owl\n0,1,2\n1,0,3\n", "has 2 rows and 3 columns of distances"),
        ("cat,dog,owl\n", "the file contains no distances"),
        ("once upon a time\nthere was a cat\n", "the file contains no distances"),
        ("0,1,2\n\n1,0\n2,3,0\n", "line 3: the line has 2 distances, but other lines have 3"),
        ("cat,dog\n0,1,2\n1,0,3\n2,3,0\n", "the first line has 2 names, but there are 3 columns"),
        ("0,1,2\n\n1,0,three\n2,3,0\n", "line 3, column 3: 'three' is not a number"),
        ("0,one,2\n1,0,3\n2,3,0\n", "line 1, column 2: 'one' is not a number"),
        (",cat,dog,owl\ncat,0,,2\ndog,,0,3\nowl,2,3,0\n", "line 2, column 3: the distance is missing"),
        ("0,1\n1,0,5\n", "the line has 3 distances, but other lines have 2"),
        ("1\n0.5,1\n0.2,0.3,1\n", "line 1, column 1: the value on the diagonal is 1, not 0"),
        ("0,inf\n1,0\n", "line 1, column 2: inf is not a finite number"),
        ("cat,dog\n0,-1\n-1,0\n", "line 2, column 2: -1 is negative"),
        ("0,1\n1,0.5\n", "line 2, column 2: the value on the diagonal is 0.5"),
        (",cat,dog\ncat,0,1\ndog,2,0\n", "line 2, column 3: 1 differs from 2 in line 3, column 2"),
        (",cat,dog\ndog,0,1\ncat,1,0\n", "the names of rows and columns differ"),
        ("cat,cat,owl\n" + BODY, "the class name 'cat' occurs twice"),
        ("0;1,234\n1,234;0\n", "'1,234' can be a decimal comma or a thousands separator"),
        ("0;1.234,5\n1.234,5;0\n", "line 1, column 2: '1.234,5' has a thousands separator"),
        ("0;1,234.5\n1,234.5;0\n", "line 1, column 2: '1,234.5' has a thousands separator"),
        ("0;1 234\n1 234;0\n", "line 1, column 2: '1 234' has a thousands separator"),
        ("0;1'234\n1'234;0\n", 'line 1, column 2: "1\'234" has a thousands separator'),
        ("0;1.234.567\n1.234.567;0\n", "'1.234.567' has a thousands separator"),
        ("0;0.5;2\n0.5;0;0,3\n2;0,3;0\n", "line 2, column 3: '0,3' has a thousands separator or another"),
        ("0,1\n" + 200_000 * "1" + ",0\n", "line 2: invalid CSV"),
    ],
)
def test_invalid_file_is_reported_with_the_location(tmp_path: Path, text: str, message: str) -> None:
    with pytest.raises(DistancesError, match=message) as caught:
        read(tmp_path, text)
    assert str(caught.value).startswith(str(tmp_path / "distances.csv"))
    assert "\n" not in str(caught.value)


def test_missing_and_binary_files_are_rejected(tmp_path: Path) -> None:
    with pytest.raises(DistancesError, match=r"none\.csv: there is no such file"):
        read_distances(tmp_path / "none.csv")
    (tmp_path / "image.csv").write_bytes(b"\x89PNG\xff\xfe\x00")
    with pytest.raises(DistancesError, match="it is not a text file; choose a CSV file"):
        read_distances(tmp_path / "image.csv")
    with pytest.raises(DistancesError, match="it is a folder"):
        read_distances(tmp_path)
