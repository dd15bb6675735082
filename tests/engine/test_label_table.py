"""Tests of tables with the labels of images."""

from pathlib import Path
from unicodedata import normalize

import pytest
from data_samples import noise

from podd_engine.data.image_files import ImageFiles
from podd_engine.data.image_folder import scan_folder
from podd_engine.errors import DataError

LABELS = {f"img{number}": ("frog" if number % 2 else "truck") for number in range(1, 13)}


def images(folder: Path, names: object = LABELS) -> Path:
    for number, name in enumerate(names):  # type: ignore[arg-type]
        noise(folder / f"{name}.png", number)
    return folder


def labels_of(files: ImageFiles) -> dict[str, str]:
    return {Path(file.path).stem: files.class_names[file.label] for file in (*files.train, *files.test)}


def table(header: str = "id,label", row: str = "{name},{label}", labels: dict[str, str] = LABELS) -> str:
    lines = [header] if header else []
    return "\n".join([*lines, *(row.format(name=name, label=label) for name, label in labels.items())]) + "\n"


@pytest.mark.parametrize(
    "text",
    [
        table(),
        table(""),
        table("id;label", "{name};{label}"),
        table("filename\tclass", "{name}.png\t{label}"),
        table("label,image", "{label},{name}.png"),
        table("", "{name}.png {label}"),
        table("", "{name}.png|{label}"),
        table("file,x,label", "./{name}.PNG,0.5,{label}"),
        table("id,label_id,label", '"{name}","7","{label}"'),
        table("path,width,target", "C:\\\\data\\\\{name}.jpg,12,{label}"),
        table("image_id,breed", "/kaggle/input/dogs/{name}.png , {label}"),
        table(",filename,label", "0,{name}.png,{label}"),
        "sep=;\n" + table("id;label", "{name};{label}"),
        "# created by a tool\n" + table(),
        table().replace("\n", "\r\n"),
        table("Image Name,Category", "{name},{label}"),
        table("image.name,number,class.label", "{name}.png,7,{label}"),
        "# created by a tool\n#id,label\n" + table(""),
        "image,frog,truck\n"
        + "".join(
            f"{name},{int(label == 'frog')},{float(label == 'truck')}\n" for name, label in LABELS.items()
        ),
    ],
)
def test_columns_are_found_by_header_and_content(tmp_path: Path, text: str) -> None:
    images(tmp_path)
    (tmp_path / "labels.csv").write_text(text, newline="")
    files = scan_folder(tmp_path, 0.25)
    assert files.class_names == ("frog", "truck")
    assert labels_of(files) == LABELS
    assert "the labels are from labels.csv" in files.notices
    assert not any("skipped" in notice or "exist" in notice for notice in files.notices)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
def test_encodings(tmp_path: Path, encoding: str) -> None:
    labels = {name: label.replace("frog", "Grünfrosch") for name, label in LABELS.items()}
    images(tmp_path)
    (tmp_path / "labels.csv").write_bytes(table(labels=labels).encode(encoding))
    assert labels_of(scan_folder(tmp_path, 0.25)) == labels


def test_labels_in_different_unicode_forms_are_one_class(tmp_path: Path) -> None:
    labels = {name: label.replace("frog", "Grünfrosch") for name, label in LABELS.items()}
    forms = ("NFC", "NFD")
    mixed = {name: normalize(forms[len(name) % 2], label) for name, label in labels.items()}
    images(tmp_path)
    (tmp_path / "labels.csv").write_text(table(labels=mixed), encoding="utf-8")
    assert len(set(mixed.values())) == 3
    assert labels_of(scan_folder(tmp_path, 0.25)) == labels


@pytest.mark.parametrize("place", ["", "images"])
@pytest.mark.parametrize("row", ["{name}.png,{label}", "{name},{label}"])
def test_file_names_that_differ_only_in_letter_case(tmp_path: Path, place: str, row: str) -> None:
    labels = {**LABELS, "A": "frog", "a": "truck"}
    images(tmp_path / place, labels)
    if len(list((tmp_path / place).iterdir())) < len(labels):
        pytest.skip("the file system ignores letter case")
    (tmp_path / "labels.csv").write_text(table(row=row, labels=labels))
    assert labels_of(scan_folder(tmp_path, 0.25)) == labels


def test_file_names_can_start_like_a_comment(tmp_path: Path) -> None:
    labels = {f"#{name}": label for name, label in LABELS.items()}
    images(tmp_path, labels)
    (tmp_path / "labels.csv").write_text(table(labels=labels))
    assert labels_of(scan_folder(tmp_path, 0.25)) == labels


@pytest.mark.parametrize("place", ["images", "train", "data/images", "train_images"])
@pytest.mark.parametrize("name", ["trainLabels.csv", "labels.tsv", "annotations.txt"])
def test_table_beside_the_folder_of_images(tmp_path: Path, place: str, name: str) -> None:
    images(tmp_path / place)
    (tmp_path / name).write_text(table())
    assert labels_of(scan_folder(tmp_path, 0.25)) == LABELS


def test_competition_folder_with_unlabeled_test_images(tmp_path: Path) -> None:
    images(tmp_path / "train")
    images(tmp_path / "test", [f"img{number}" for number in range(5, 40)])
    (tmp_path / "trainLabels.csv").write_text(table())
    submission = {f"img{number}": "cat" for number in range(5, 40)}
    (tmp_path / "sampleSubmission.csv").write_text(table(labels=submission))
    files = scan_folder(tmp_path, 0.25)
    assert labels_of(files) == LABELS
    assert all(file.path.startswith("train/") for file in (*files.train, *files.test))
    assert any("because they have no labels: 35" in notice for notice in files.notices)
    assert not any("is used as a class" in notice for notice in files.notices)


def test_separate_tables_for_training_and_test(tmp_path: Path) -> None:
    images(tmp_path / "train")
    images(tmp_path / "test")
    (tmp_path / "train.csv").write_text(table())
    (tmp_path / "test.csv").write_text(table(row="test/{name}.png,{label}"))
    files = scan_folder(tmp_path, 0.25)
    assert (files.train_count, files.test_count) == (12, 12)


def test_test_table_beside_class_folders(tmp_path: Path) -> None:
    for number in range(11):
        for image in range(3):
            noise(tmp_path / "Train" / str(number) / f"{image}.png", 10 * number + image)
        noise(tmp_path / "Test" / f"{number:05d}.png", number)
    rows = "".join(f"12,12,{number},Test/{number:05d}.png\n" for number in range(11))
    (tmp_path / "Test.csv").write_text("Width,Height,ClassId,Path\n" + rows)
    files = scan_folder(tmp_path, 0.25)
    assert files.class_names == tuple(map(str, range(11)))
    assert [(file.path, file.label) for file in files.test] == [
        (f"Test/{number:05d}.png", number) for number in range(11)
    ]


@pytest.mark.parametrize("values", [("train", "test", "valid"), ("Training", "Testing", "Validation")])
def test_column_of_splits(tmp_path: Path, values: tuple[str, str, str]) -> None:
    images(tmp_path)
    rows = [f"{name},{label},{values[min(2, at // 4)]}" for at, (name, label) in enumerate(LABELS.items())]
    (tmp_path / "set.csv").write_text("\n".join(["file,label,data set", *rows]))
    files = scan_folder(tmp_path, 0.25)
    assert (files.train_count, files.test_count) == (4, 4)
    assert any("validation images are not used" in notice for notice in files.notices)


def test_problems_of_the_table_are_reported(tmp_path: Path) -> None:
    images(tmp_path)
    images(tmp_path, ["new1", "new2"])
    rows = "gone1,frog\ngone2,frog\nimg1,frog\nnew1,\n"
    (tmp_path / "labels.csv").write_text(table() + rows)
    files = scan_folder(tmp_path, 0.25)
    assert labels_of(files) == LABELS
    assert files.notices[1:4] == (
        "labels.csv: 2 listed files do not exist (for example gone1, gone2)",
        "labels.csv: 2 images have no label and are not used (for example new1.png, new2.png)",
        "labels.csv: 1 line repeats an image (for example img1.png)",
    )


def test_contradictory_labels_are_rejected(tmp_path: Path) -> None:
    images(tmp_path)
    (tmp_path / "labels.csv").write_text(table() + "img1,truck\n")
    with pytest.raises(
        DataError, match=r"img1\.png has the labels 'frog' and 'truck'; keep one line per image"
    ):
        scan_folder(tmp_path, 0.25)


def test_unclear_column_of_labels_is_rejected(tmp_path: Path) -> None:
    images(tmp_path)
    (tmp_path / "labels.csv").write_text(table("id,color,shape", "{name},{label},{label}"))
    with pytest.raises(DataError, match=r"not clear \(columns: id, color, shape\); name the column 'label'"):
        scan_folder(tmp_path, 0.25)


@pytest.mark.parametrize("text", ["a,b\n1,2\n", "", "just text without images\n", "\0\1binary"])
def test_other_tables_are_not_read(tmp_path: Path, text: str) -> None:
    images(tmp_path)
    (tmp_path / "other.csv").write_text(text)
    with pytest.raises(DataError, match=r"other\.csv does not name them; create one folder of images"):
        scan_folder(tmp_path, 0.25)


def test_class_folders_take_precedence_over_a_table(tmp_path: Path) -> None:
    for name in ("cat", "dog"):
        images(tmp_path / name, [f"{name}{number}" for number in range(4)])
    (tmp_path / "labels.csv").write_text(
        "".join(f"cat{number},bird\ndog{number},fish\n" for number in range(4))
    )
    assert scan_folder(tmp_path, 0.25).class_names == ("cat", "dog")


def test_text_files_with_descriptions_of_the_images_are_not_tables(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    images(tmp_path / "10_frog")
    for name in LABELS:
        (tmp_path / "10_frog" / f"{name}.txt").write_text(f"{name}.png, a frog on a leaf")
    monkeypatch.setattr("podd_engine.data.label_table.read_text", None)
    files = scan_folder(tmp_path, 0.25)
    assert files.class_names == ("10_frog",)
    assert any("12 files were skipped: 12 .txt" in notice for notice in files.notices)


def test_table_of_a_few_images_beside_class_folders_is_not_used(tmp_path: Path) -> None:
    images(tmp_path, ["new1", "new2"])
    for name in ("frog", "truck"):
        images(tmp_path / name)
    (tmp_path / "labels.csv").write_text("id,label\nnew1,frog\nnew2,truck\n")
    files = scan_folder(tmp_path, 0.25)
    assert files.class_names == ("frog", "truck")
    assert files.train_count + files.test_count == 24
    assert any("2 outside the class folders" in notice for notice in files.notices)


def test_table_of_all_images_takes_precedence_over_a_few_in_folders(tmp_path: Path) -> None:
    images(tmp_path)
    for name in ("masks", "examples"):
        images(tmp_path / name, ["1", "2"])
    (tmp_path / "labels.csv").write_text(table())
    assert labels_of(scan_folder(tmp_path, 0.25)) == LABELS


@pytest.mark.parametrize("with_folders", [False, True])
def test_labels_of_test_images_match_in_other_letter_case(tmp_path: Path, with_folders: bool) -> None:
    if with_folders:
        for name in set(LABELS.values()):
            images(tmp_path / "train" / name)
    else:
        images(tmp_path / "train")
        (tmp_path / "train.csv").write_text(table())
    images(tmp_path / "test", [f"test{name}" for name in LABELS])
    labels = {f"test{name}": label.title() for name, label in LABELS.items()}
    (tmp_path / "test.csv").write_text(table(labels=labels))
    files = scan_folder(tmp_path, 0.25)
    assert files.class_names == ("frog", "truck")
    found = {Path(file.path).stem: files.class_names[file.label] for file in files.test}
    assert found == {name: label.lower() for name, label in labels.items()}
