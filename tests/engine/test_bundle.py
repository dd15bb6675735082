"""Tests of the poster bundle: lossless round trip, and rejection of other files."""

import json
from pathlib import Path

import numpy as np
import pytest
import torch
from full_disk import full_disk
from safetensors.torch import load_file, save_file

from podd_engine.errors import RunError, StorageError
from podd_engine.runs.bundle import FORMAT, PosterBundle, load_bundle, save_bundle


def assert_equal_bundles(first: PosterBundle, second: PosterBundle) -> None:
    assert torch.equal(first.poster, second.poster)
    assert torch.equal(first.patch_labels, second.patch_labels)
    assert first.preprocessing.kind == second.preprocessing.kind
    for name, tensor in first.preprocessing.to_tensors().items():
        assert torch.equal(tensor, second.preprocessing.tensors[name])
    for name in ("config", "dataset", "class_names", "step", "measured", "networks"):
        assert getattr(first, name) == getattr(second, name)


def rewrite(path: Path, metadata: object, **tensors: torch.Tensor) -> None:
    """Replace the metadata and the given tensors of a bundle file."""
    save_file({**load_file(path), **tensors}, path, metadata={"podd": json.dumps(metadata)})


def read_metadata(path: Path) -> dict[str, object]:
    with path.open("rb") as file:
        header = json.loads(file.read(int.from_bytes(file.read(8), "little")))
    metadata: dict[str, object] = json.loads(header["__metadata__"]["podd"])
    return metadata


@pytest.mark.parametrize("name", ["color_bundle", "digits_bundle"])
def test_saved_bundle_is_loaded_unchanged(name: str, request: pytest.FixtureRequest, tmp_path: Path) -> None:
    bundle: PosterBundle = request.getfixturevalue(name)
    save_bundle(tmp_path / "poster.safetensors", bundle)
    assert_equal_bundles(bundle, load_bundle(tmp_path / "poster.safetensors"))
    assert [path.name for path in tmp_path.iterdir()] == ["poster.safetensors"]


def test_bundle_is_readable_with_safetensors_alone(digits_bundle: PosterBundle, tmp_path: Path) -> None:
    path = tmp_path / "poster.safetensors"
    save_bundle(path, digits_bundle)
    tensors, about = load_file(path), read_metadata(path)
    assert tensors.keys() == {"poster", "patch_labels", "windows"} | {
        f"preprocessing.{name}" for name in ("matrix", "mean", "norm")
    }
    np.testing.assert_array_equal(tensors["windows"].numpy(), digits_bundle.layout.windows)
    assert about["format"] == FORMAT
    assert about["dataset"] == "digits"
    assert about["class_names"] == list("0123456789")
    assert about["class_order"] == [[0, 1, 2, 3, 4], [5, 6, 7, 8, 9]]
    assert about["layout"] == {
        "poster": [32, 20],
        "patch": [8, 8],
        "patch_grid": [10, 5],
        "class_grid": [5, 2],
        "class_area": [8, 10],
    }
    assert about["measured"][0]["steps"] == 40  # type: ignore[index]


def test_bundle_has_the_same_file_permissions_as_other_files(
    color_bundle: PosterBundle, tmp_path: Path
) -> None:
    save_bundle(tmp_path / "poster.safetensors", color_bundle)
    (tmp_path / "other").touch()
    assert (tmp_path / "poster.safetensors").stat().st_mode == (tmp_path / "other").stat().st_mode


def test_grid_is_the_class_order(color_bundle: PosterBundle) -> None:
    np.testing.assert_array_equal(color_bundle.grid, [[2, 0, 1], [5, 4, 3]])


def test_missing_file_is_reported_with_its_path(tmp_path: Path) -> None:
    with pytest.raises(RunError, match=r"gone\.safetensors: file not found"):
        load_bundle(tmp_path / "gone.safetensors")


def test_other_files_are_rejected(tmp_path: Path) -> None:
    text, other = tmp_path / "a.txt", tmp_path / "b.safetensors"
    text.write_text("not tensors at all, but long enough to hold a header")
    save_file({"weight": torch.zeros(2)}, other)
    with pytest.raises(RunError, match=r"a\.txt: this is a text file, but a run folder or a poster bundle"):
        load_bundle(text)
    with pytest.raises(RunError, match=r"b\.safetensors: this is a safetensors file of another program"):
        load_bundle(other)


def test_truncated_file_is_reported(color_bundle: PosterBundle, tmp_path: Path) -> None:
    path = tmp_path / "poster.safetensors"
    save_bundle(path, color_bundle)
    path.write_bytes(path.read_bytes()[:-1])
    with pytest.raises(RunError, match="cannot read the poster bundle"):
        load_bundle(path)


def test_newer_format_asks_for_an_update(color_bundle: PosterBundle, tmp_path: Path) -> None:
    path = tmp_path / "poster.safetensors"
    save_bundle(path, color_bundle)
    rewrite(path, {"format": FORMAT + 1, "shape": "unknown"})
    with pytest.raises(RunError, match="newer version; update podd-studio"):
        load_bundle(path)


@pytest.mark.parametrize("missing", ["config", "class_names", "preprocessing", "format"])
def test_missing_metadata_is_reported_as_damage(
    missing: str, color_bundle: PosterBundle, tmp_path: Path
) -> None:
    path = tmp_path / "poster.safetensors"
    save_bundle(path, color_bundle)
    about = read_metadata(path)
    del about[missing]
    rewrite(path, about)
    with pytest.raises(RunError, match=f"the file is damaged .*{missing}"):
        load_bundle(path)


@pytest.mark.parametrize(
    "tensors",
    [{"poster": torch.zeros(3, 20, 14)}, {"patch_labels": torch.zeros(15, 5)}],
    ids=["poster", "labels"],
)
def test_tensors_that_do_not_match_the_layout_are_reported_as_damage(
    tensors: dict[str, torch.Tensor], color_bundle: PosterBundle, tmp_path: Path
) -> None:
    path = tmp_path / "poster.safetensors"
    save_bundle(path, color_bundle)
    rewrite(path, read_metadata(path), **tensors)
    with pytest.raises(RunError, match="do not match the layout"):
        load_bundle(path)


def test_unknown_setting_is_named(color_bundle: PosterBundle, tmp_path: Path) -> None:
    path = tmp_path / "poster.safetensors"
    save_bundle(path, color_bundle)
    about = read_metadata(path)
    about["config"]["poster"]["color"] = "red"  # type: ignore[index]
    rewrite(path, about)
    with pytest.raises(RunError, match=r"poster\.safetensors: poster\.color: there is no such setting"):
        load_bundle(path)


def test_failed_write_keeps_the_old_file(color_bundle: PosterBundle, tmp_path: Path) -> None:
    path = tmp_path / "poster.safetensors"
    path.write_bytes(b"the old one")
    with (
        full_disk(),
        pytest.raises(StorageError, match=r"poster\.safetensors: cannot be written .*choose another folder"),
    ):
        save_bundle(path, color_bundle)
    assert path.read_bytes() == b"the old one"
    assert [entry.name for entry in tmp_path.iterdir()] == ["poster.safetensors"]
