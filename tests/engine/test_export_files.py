"""Tests of exported files: content, and atomic writing."""

import csv
from pathlib import Path

import numpy as np
import pytest
import torch
from full_disk import full_disk
from PIL import Image

from podd_engine.errors import CancelledError, ConfigError, StorageError
from podd_engine.exporters.contact_sheet import ContactSheet
from podd_engine.exporters.registry import EXPORTERS, estimate_bytes, export
from podd_engine.exporters.rendering import bundle_deprocessed_pixels, bundle_trained_pixels, deprocess
from podd_engine.progress import Progress
from podd_engine.runs.bundle import PosterBundle, load_bundle

BUNDLES = pytest.mark.parametrize("name", ["color_bundle", "digits_bundle"])


def read_pixels(path: Path) -> np.ndarray:
    with Image.open(path) as image:
        array = np.asarray(image)
    return array if array.ndim == 3 else array[..., None]


@BUNDLES
def test_returned_paths_are_the_written_files(
    name: str, request: pytest.FixtureRequest, tmp_path: Path
) -> None:
    bundle: PosterBundle = request.getfixturevalue(name)
    paths = export(bundle, tmp_path / "new" / "folder", EXPORTERS)
    assert sorted(paths) == sorted(path for path in tmp_path.rglob("*") if path.is_file())
    assert {path.name for path in paths if path.parent.name == "folder"} == {
        "poster.png",
        "poster-seen.png",
        "patches.png",
        "labels.csv",
        "poster.npz",
        "poster.pt",
        "poster.safetensors",
    }
    assert sum(path.parent.name == "patches" for path in paths) == bundle.layout.patches


@BUNDLES
def test_posters_are_saved_without_loss(name: str, request: pytest.FixtureRequest, tmp_path: Path) -> None:
    bundle: PosterBundle = request.getfixturevalue(name)
    trained, deprocessed = export(bundle, tmp_path, ["poster", "seen"])
    np.testing.assert_array_equal(read_pixels(trained), bundle_trained_pixels(bundle))
    np.testing.assert_array_equal(read_pixels(deprocessed), bundle_deprocessed_pixels(bundle))


@BUNDLES
@pytest.mark.parametrize("scale", [1, 2, 4, 16])
def test_enlarged_pictures_repeat_each_pixel(
    name: str, scale: int, request: pytest.FixtureRequest, tmp_path: Path
) -> None:
    bundle: PosterBundle = request.getfixturevalue(name)
    trained, deprocessed, first_patch, *_ = export(
        bundle, tmp_path, ["poster", "seen", "patches"], scale=scale
    )
    suffix = "" if scale == 1 else f"@{scale}x"
    assert trained.name == f"poster{suffix}.png"
    assert deprocessed.name == f"poster-seen{suffix}.png"
    assert first_patch.name == f"patch-0000-column-00-row-00{suffix}.png"
    patches = deprocess(bundle.poster, bundle.layout, bundle.preprocessing).patches
    for path, pixels in (
        (trained, bundle_trained_pixels(bundle)),
        (deprocessed, bundle_deprocessed_pixels(bundle)),
        (first_patch, patches[0]),
    ):
        np.testing.assert_array_equal(read_pixels(path), pixels.repeat(scale, axis=0).repeat(scale, axis=1))


def test_scale_changes_only_pictures(color_bundle: PosterBundle, tmp_path: Path) -> None:
    others = [name for name, exporter in EXPORTERS.items() if exporter.at_scale is None]
    assert others == ["sheet", "labels", "npz", "pt", "bundle"]
    paths = export(color_bundle, tmp_path, others, scale=16)
    assert not [path for path in paths if "@" in path.name]


@pytest.mark.parametrize("scale", [0, -1, 17, 10**9, 2.5])
def test_invalid_scale_writes_no_file(scale: float, color_bundle: PosterBundle, tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=rf"scale {scale} is not supported; use .* from 1 to 16"):
        export(color_bundle, tmp_path / "out", ["labels", "poster"], scale=scale)  # type: ignore[arg-type]
    assert not (tmp_path / "out").exists()


def test_patches_are_named_by_index_column_and_row(color_bundle: PosterBundle, tmp_path: Path) -> None:
    paths = export(color_bundle, tmp_path, ["patches"])
    patches = deprocess(color_bundle.poster, color_bundle.layout, color_bundle.preprocessing).patches
    assert [path.name for path in paths[:4]] == [
        "patch-0000-column-00-row-00.png",
        "patch-0001-column-00-row-01.png",
        "patch-0002-column-00-row-02.png",
        "patch-0003-column-01-row-00.png",
    ]
    for path, patch in zip(paths, patches, strict=True):
        np.testing.assert_array_equal(read_pixels(path), patch)


@BUNDLES
def test_labels_are_written_exactly(name: str, request: pytest.FixtureRequest, tmp_path: Path) -> None:
    bundle: PosterBundle = request.getfixturevalue(name)
    (path,) = export(bundle, tmp_path, ["labels"])
    with path.open(encoding="utf-8", newline="") as file:
        heading, *rows = csv.reader(file)
    assert heading == ["patch", "x0", "y0", "x1", "y1", *bundle.class_names]
    assert [int(row[0]) for row in rows] == list(range(bundle.layout.patches))
    np.testing.assert_array_equal(np.array([row[1:5] for row in rows], np.int64), bundle.layout.windows)
    np.testing.assert_array_equal(np.array([row[5:] for row in rows], np.float32), bundle.patch_labels)


@BUNDLES
def test_npz_file_is_readable_without_pickle(
    name: str, request: pytest.FixtureRequest, tmp_path: Path
) -> None:
    bundle: PosterBundle = request.getfixturevalue(name)
    (path,) = export(bundle, tmp_path, ["npz"])
    with np.load(path, allow_pickle=False) as arrays:
        np.testing.assert_array_equal(arrays["poster"], bundle.poster)
        np.testing.assert_array_equal(arrays["patch_labels"], bundle.patch_labels)
        np.testing.assert_array_equal(arrays["windows"], bundle.layout.windows)
        assert tuple(arrays["class_names"].tolist()) == bundle.class_names
        assert arrays["preprocessing"] == "whitening"
        np.testing.assert_array_equal(arrays["preprocessing.matrix"], bundle.preprocessing.tensors["matrix"])
        assert {"preprocessing.mean", "preprocessing.norm"} <= set(arrays.files)


@BUNDLES
def test_pt_file_is_readable_with_weights_only(
    name: str, request: pytest.FixtureRequest, tmp_path: Path
) -> None:
    bundle: PosterBundle = request.getfixturevalue(name)
    (path,) = export(bundle, tmp_path, ["pt"])
    content = torch.load(path, weights_only=True)
    assert torch.equal(content["poster"], bundle.poster)
    assert torch.equal(content["patch_labels"], bundle.patch_labels)
    assert torch.equal(content["windows"], torch.from_numpy(bundle.layout.windows))
    assert tuple(content["class_names"]) == bundle.class_names
    assert content["preprocessing"]["kind"] == "whitening"
    assert torch.equal(content["preprocessing"]["matrix"], bundle.preprocessing.tensors["matrix"])
    assert content["training"] == bundle.training.model_dump(mode="json")
    assert content["config"] == bundle.config.model_dump(mode="json")


def test_exported_bundle_can_be_loaded(digits_bundle: PosterBundle, tmp_path: Path) -> None:
    (path,) = export(digits_bundle, tmp_path, ["bundle"])
    loaded = load_bundle(path)
    assert torch.equal(loaded.poster, digits_bundle.poster)
    assert loaded.measured == digits_bundle.measured


@BUNDLES
def test_contact_sheet_has_the_computed_size(
    name: str, request: pytest.FixtureRequest, tmp_path: Path
) -> None:
    bundle: PosterBundle = request.getfixturevalue(name)
    (path,) = export(bundle, tmp_path, ["sheet"])
    sheet = ContactSheet(bundle)
    assert read_pixels(path).shape == (sheet.size[1], sheet.size[0], 3)


@BUNDLES
@pytest.mark.parametrize("scale", [1, 4, 16])
@pytest.mark.parametrize("exporter", EXPORTERS)
def test_size_estimates_are_within_a_factor_of_two(
    exporter: str, scale: int, name: str, request: pytest.FixtureRequest, tmp_path: Path
) -> None:
    bundle: PosterBundle = request.getfixturevalue(name)
    actual = sum(path.stat().st_size for path in export(bundle, tmp_path, [exporter], scale=scale))
    assert 0.5 < estimate_bytes(bundle, exporter, scale) / actual < 2


def test_unknown_names_are_rejected_before_writing(color_bundle: PosterBundle, tmp_path: Path) -> None:
    with pytest.raises(
        ConfigError, match="unknown format 'gif'; choose from poster, seen, patches, sheet, labels"
    ):
        export(color_bundle, tmp_path / "out", ["poster", "gif"])
    with pytest.raises(ConfigError, match="choose from poster"):
        estimate_bytes(color_bundle, "gif")
    with pytest.raises(ConfigError, match="no format is selected"):
        export(color_bundle, tmp_path / "out", [])
    assert not (tmp_path / "out").exists()


def test_duplicate_names_are_written_once(color_bundle: PosterBundle, tmp_path: Path) -> None:
    assert len(export(color_bundle, tmp_path, ["poster", "poster"])) == 1


def test_files_of_an_earlier_export_are_replaced(
    color_bundle: PosterBundle, digits_bundle: PosterBundle, tmp_path: Path
) -> None:
    export(color_bundle, tmp_path, ["poster"])
    (path,) = export(digits_bundle, tmp_path, ["poster"])
    np.testing.assert_array_equal(read_pixels(path), bundle_trained_pixels(digits_bundle))


def test_progress_counts_files(color_bundle: PosterBundle, tmp_path: Path) -> None:
    reports: list[Progress] = []
    export(color_bundle, tmp_path, ["poster", "patches"], reports.append)
    assert reports[0] == Progress("exporting poster as trained", 0, 16)
    assert reports[-1] == Progress("exporting patches", 16, 16)
    assert [progress.done for progress in reports] == sorted(progress.done for progress in reports)


def test_export_can_be_cancelled_between_files(color_bundle: PosterBundle, tmp_path: Path) -> None:
    def stop_at_three(progress: Progress) -> None:
        if progress.done == 3:
            raise CancelledError("enough")

    with pytest.raises(CancelledError):
        export(color_bundle, tmp_path, ["patches"], stop_at_three)
    assert len(list(tmp_path.rglob("*.png"))) == len([p for p in tmp_path.rglob("*") if p.is_file()]) == 3


@pytest.mark.parametrize("exporter", ["sheet", "npz", "pt", "bundle"])
def test_full_disk_is_reported_and_leaves_no_partial_file(
    exporter: str, color_bundle: PosterBundle, tmp_path: Path
) -> None:
    with full_disk(), pytest.raises(StorageError, match=r"cannot be written .*choose another folder"):
        export(color_bundle, tmp_path, [exporter])
    assert list(tmp_path.iterdir()) == []


def test_target_folder_that_is_a_file_is_reported(color_bundle: PosterBundle, tmp_path: Path) -> None:
    (tmp_path / "taken").write_text("a file")
    with pytest.raises(StorageError, match="taken"):
        export(color_bundle, tmp_path / "taken", ["poster"])
