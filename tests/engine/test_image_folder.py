"""Tests of image folders: listing, decoding and error messages."""

import re
from pathlib import Path

import numpy as np
import pytest
from data_samples import COLORS, class_folders, noise, picture, tree, truncate
from PIL import Image

from podd_engine.data.image_decoding import decode
from podd_engine.data.image_folder import scan_folder
from podd_engine.errors import DataError
from podd_engine.progress import ignore_progress


@pytest.mark.parametrize("test_folder", ["test", "val"])
def test_train_and_test_folders_are_read(tmp_path: Path, test_folder: str) -> None:
    for name, color in COLORS.items():
        for number in range(3):
            picture(tmp_path / "train" / name / f"{number}.png", color)
        picture(tmp_path / test_folder / name / "0.png", color)
    decoded = scan_folder(tmp_path, 0.2).read(8, ignore_progress)
    train, test = decoded.train, decoded.test
    assert train.images.shape == (9, 8, 8, 3)
    assert train.images.dtype == np.uint8
    assert train.labels.tolist() == [0, 0, 0, 1, 1, 1, 2, 2, 2]
    for index, name in enumerate(sorted(COLORS)):
        assert (test.images[test.labels == index] == COLORS[name]).all()


def test_test_folder_takes_precedence_over_val(tmp_path: Path) -> None:
    for part, count in (("train", 2), ("test", 1), ("val", 3)):
        class_folders(tmp_path / part, {"a": count})
    assert scan_folder(tmp_path, 0.2).test_count == 1


def test_folder_without_split_holds_out_a_fraction_of_every_class(tmp_path: Path) -> None:
    files = scan_folder(class_folders(tmp_path, {"a": 20, "b": 10, "c": 5}), 0.2)
    per_class = [sum(file.label == label for file in files.test) for label in range(3)]
    assert per_class == [4, 2, 1]
    assert not {file.path for file in files.train} & {file.path for file in files.test}
    assert len(files.train) + len(files.test) == 35
    assert scan_folder(tmp_path, 0.2) == files
    assert scan_folder(tmp_path, 0.5).test_count == 18


@pytest.mark.parametrize("suffix", [".png", ".jpg", ".JPEG", ".webp", ".bmp", ".tif", ".tiff"])
def test_supported_formats_are_decoded(tmp_path: Path, suffix: str) -> None:
    path = picture(tmp_path / f"image{suffix}", (200, 100, 50))
    assert np.abs(decode(path, 8).astype(int) - (200, 100, 50)).max() <= 3


def test_gray_images_have_one_channel(tmp_path: Path) -> None:
    for name, value in (("dark", 30), ("light", 200)):
        for number in range(3):
            picture(tmp_path / name / f"{number}.png", value)
    picture(tmp_path / "dark" / "gray_in_color.png", (40, 40, 40))
    decoded = scan_folder(tmp_path, 0.3).read(8, ignore_progress)
    train, test = decoded.train, decoded.test
    assert train.images.shape[1:] == (8, 8, 1)
    assert set(np.unique(np.concatenate([train.images, test.images]))) <= {30, 40, 200}


def test_a_single_color_image_gives_three_channels(tmp_path: Path) -> None:
    for number in range(3):
        picture(tmp_path / "a" / f"{number}.png", 30)
    picture(tmp_path / "a" / "color.png", (1, 2, 3))
    assert scan_folder(tmp_path, 0.3).read(8, ignore_progress).train.images.shape[3] == 3


def test_gray_images_have_three_channels_if_color_is_required(tmp_path: Path) -> None:
    for number in range(3):
        picture(tmp_path / "a" / f"{number}.png", 30)
    assert scan_folder(tmp_path, 0.3, color=True).read(8, ignore_progress).train.images.shape[3] == 3


def test_hidden_and_other_files_are_ignored(tmp_path: Path) -> None:
    class_folders(tmp_path, {"a": 3})
    (tmp_path / "a" / "notes.txt").write_text("not an image")
    (tmp_path / "a" / "Thumbs.db").write_bytes(b"\0")
    (tmp_path / "a" / "._000.png").write_bytes(b"resource fork")
    (tmp_path / "a" / "folder.png").mkdir()
    (tmp_path / ".git").mkdir()
    (tmp_path / "README.md").write_text("about")
    files = scan_folder(tmp_path, 0.4)
    assert files.class_names == ("a",)
    assert files.train_count + files.test_count == 3


def test_transparent_pixels_become_white(tmp_path: Path) -> None:
    image = Image.new("RGBA", (8, 8), (10, 20, 30, 0))
    image.paste((255, 0, 0, 255), (0, 0, 4, 8))
    path = tmp_path / "logo.png"
    image.save(path)
    pixels = decode(path, 8)
    assert (pixels[:, :4] == (255, 0, 0)).all()
    assert (pixels[:, 4:] == (255, 255, 255)).all()


def test_exif_orientation_is_applied(tmp_path: Path) -> None:
    image = Image.new("RGB", (8, 8), "black")
    image.paste((255, 255, 255), (0, 0, 8, 4))
    exif = Image.Exif()
    exif[0x0112] = 3  # stored upside down
    path = tmp_path / "photo.png"
    image.save(path, exif=exif)
    pixels = decode(path, 8)
    assert (pixels[:4] == 0).all()
    assert (pixels[4:] == 255).all()


def test_center_square_is_cropped(tmp_path: Path) -> None:
    image = Image.new("RGB", (24, 8), (255, 0, 0))
    image.paste((0, 0, 255), (8, 0, 16, 8))
    path = tmp_path / "wide.png"
    image.save(path)
    assert (decode(path, 8) == (0, 0, 255)).all()


def test_downscaling_is_antialiased(tmp_path: Path) -> None:
    stripes = np.zeros((64, 64, 3), dtype=np.uint8)
    stripes[:, ::2] = 255
    path = tmp_path / "stripes.png"
    Image.fromarray(stripes).save(path)
    assert np.abs(decode(path, 8).astype(int) - 127).max() <= 8


def test_reduced_jpeg_decoding_is_close_to_full_decoding(tmp_path: Path) -> None:
    y, x = np.mgrid[:300, :400]
    photo = np.stack([x * 255 / 399, y * 255 / 299, 128 + 100 * np.sin(x / 40)], axis=2).astype(np.uint8)
    Image.fromarray(photo).save(tmp_path / "a.png")
    Image.fromarray(photo).save(tmp_path / "a.jpg", quality=95)
    difference = decode(tmp_path / "a.jpg", 32).astype(int) - decode(tmp_path / "a.png", 32)
    assert np.abs(difference).mean() < 1.5


def test_reading_does_not_change_the_files(tmp_path: Path) -> None:
    before = tree(class_folders(tmp_path, {"a": 4, "b": 4}))
    scan_folder(tmp_path, 0.25).read(8, ignore_progress)
    assert tree(tmp_path) == before


def test_truncated_images_are_reported(tmp_path: Path) -> None:
    class_folders(tmp_path, {"a": 4, "b": 4})
    broken = [truncate(tmp_path / "a" / "001.png"), truncate(tmp_path / "b" / "002.png")]
    (tmp_path / "b" / "003.png").write_bytes(b"")
    with pytest.raises(DataError) as caught:
        scan_folder(tmp_path, 0.25).read(8, ignore_progress)
    message = str(caught.value)
    assert message.startswith("3 files cannot be read: ")
    assert all(str(path) in message for path in [*broken, tmp_path / "b" / "003.png"])
    assert "\n" not in message


@pytest.mark.parametrize("suffix", [".png", ".jpg", ".webp", ".bmp", ".tif"])
def test_truncation_is_detected_in_every_format(tmp_path: Path, suffix: str) -> None:
    path = truncate(noise(tmp_path / f"image{suffix}", 0, 64))
    with pytest.raises(DataError, match=re.escape(str(path))):
        decode(path, 8)


def test_deleted_image_is_reported(tmp_path: Path) -> None:
    files = scan_folder(class_folders(tmp_path, {"a": 3}), 0.4)
    (tmp_path / "a" / "001.png").unlink()
    with pytest.raises(DataError, match=r"001\.png: file is missing"):
        files.fingerprint()


def make_empty_class(root: Path) -> None:
    class_folders(root, {"a": 3, "b": 3})
    (root / "c").mkdir()


def make_unknown_test_class(root: Path) -> None:
    class_folders(root / "train", {"a": 3})
    class_folders(root / "test", {"a": 1, "z": 1})


def make_no_train_images(root: Path) -> None:
    class_folders(root / "train", {"a": 3})
    class_folders(root / "test", {"a": 1, "b": 1})
    (root / "train" / "b").mkdir()


def make_loose_files(root: Path) -> None:
    noise(root / "0.png", 0)


def make_class_without_images(root: Path) -> None:
    (root / "a").mkdir()
    (root / "a" / "notes.txt").write_text("nothing here")


@pytest.mark.parametrize(
    ("make", "expected"),
    [
        (lambda root: None, "has no class folders"),
        (make_loose_files, "has no class folders"),
        (make_class_without_images, "the class folders contain no images"),
        (make_empty_class, "class 'c' has no training images"),
        (make_no_train_images, "class 'b' has no training images"),
        (make_unknown_test_class, "class 'z' is not in train/"),
        (lambda root: class_folders(root, {"a": 1}), "the dataset has no test images"),
    ],
)
def test_unusable_folder_is_reported(tmp_path: Path, make: object, expected: str) -> None:
    make(tmp_path)  # type: ignore[operator]
    with pytest.raises(DataError) as caught:
        scan_folder(tmp_path, 0.2)
    message = str(caught.value)
    assert expected in message
    assert message.startswith(str(tmp_path))
    assert "; " in message
    assert "\n" not in message


def test_missing_folder_is_reported(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="folder does not exist"):
        scan_folder(tmp_path / "nowhere", 0.2)


def test_replacement_folder_uses_the_class_order_of_the_dataset(tmp_path: Path) -> None:
    class_folders(tmp_path, {"Maple Tree": 3, "apple": 3, "lawn-mower": 3})
    files = scan_folder(tmp_path, 0.4, names=("lawn_mower", "apple", "maple_tree"), classes=3)
    assert files.class_names == ("lawn_mower", "apple", "maple_tree")
    assert {file.path.split("/")[0]: file.label for file in files.train} == {
        "lawn-mower": 0,
        "apple": 1,
        "Maple Tree": 2,
    }


def test_replacement_folder_with_different_classes_is_rejected(tmp_path: Path) -> None:
    class_folders(tmp_path, {"a": 3, "b": 3})
    with pytest.raises(DataError, match="has 2 class folders, but the dataset has 3"):
        scan_folder(tmp_path, 0.4, classes=3)
    with pytest.raises(DataError, match="missing: 'c'; additional: 'b'"):
        scan_folder(tmp_path, 0.4, names=("a", "c"), classes=2)
