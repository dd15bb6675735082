"""Tests that libraries print nothing while images are decoded, and that settings are restored."""

import os
import struct
import subprocess
import sys
import threading
import warnings
from pathlib import Path

import numpy as np
import pytest
from data_samples import class_folders
from image_samples import chunk, exif_block, png, tiff, write
from PIL import Image

import podd_engine
from podd_engine.data.image_decoding import decode
from podd_engine.data.quiet_pillow import quiet_pillow

SIZE = 8


def noisy_folder(root: Path) -> Path:
    """Create images for which Pillow warns: odd TIFF metadata and damaged APNG frames."""
    class_folders(root, {"a": 4})
    values = np.zeros((SIZE, SIZE, 3), "u1")
    write(root / "a", "tags.tif", tiff(values, photometric=2, tags=[(282, 5, [72, 1, 72, 1])]))
    write(root / "a", "frames.png", png(values, 2, 8, 2 * chunk(b"acTL", struct.pack(">II", 1, 0))))
    exif = b"Exif\0\0" + exif_block((0x010F, 2, b""))[:-4]
    Image.new("RGB", (SIZE, SIZE)).save(root / "a" / "camera.jpg", exif=exif)
    return root


@pytest.mark.parametrize("options", [[], ["-W", "error"], ["-W", "always"]])
def test_libraries_print_nothing(tmp_path: Path, options: list[str]) -> None:
    noisy_folder(tmp_path / "images")
    values = np.zeros((64, 64), "u1")
    cut = tiff(values, compressed=True)
    write(tmp_path, "cut.tif", cut[:-8])
    program = (
        "import sys; from pathlib import Path\n"
        "from podd_engine.data.image_folder import scan_folder\n"
        "from podd_engine.data.image_decoding import decode\n"
        "from podd_engine.errors import DataError\n"
        "scan_folder(Path('images'), 0.3).read(8, lambda progress: None)\n"
        "try: decode(Path('cut.tif'), 8)\n"
        "except DataError as error: print(error)\n"
    )
    root = str(Path(podd_engine.__file__).parents[1])
    done = subprocess.run(
        [sys.executable, *options, "-c", program],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": root},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.stderr == ""
    assert done.stdout.startswith("cut.tif: file cannot be read as an image (TIFF: ")


def test_settings_of_the_process_are_restored() -> None:
    filters, limit = list(warnings.filters), Image.MAX_IMAGE_PIXELS
    inside, leave = threading.Event(), threading.Event()

    def stay() -> None:
        with quiet_pillow():
            inside.set()
            leave.wait()

    with quiet_pillow():
        other = threading.Thread(target=stay)
        other.start()
        inside.wait()
    assert list(warnings.filters) != filters  # the other thread still needs the filter
    leave.set()
    other.join()
    assert list(warnings.filters) == filters
    assert limit == Image.MAX_IMAGE_PIXELS


def test_other_code_still_gets_the_warnings_of_pillow(tmp_path: Path) -> None:
    path = noisy_folder(tmp_path) / "a" / "frames.png"
    decode(path, SIZE)
    with pytest.warns(UserWarning, match="Invalid APNG"), Image.open(path):
        pass


def test_filters_of_other_code_may_change_while_images_are_decoded(tmp_path: Path) -> None:
    path = noisy_folder(tmp_path) / "a" / "frames.png"
    with quiet_pillow(), warnings.catch_warnings():
        warnings.simplefilter("error")
        decode(path, SIZE)
