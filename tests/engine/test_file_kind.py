"""Recognition of files that are given where something else is expected."""

import gzip
import pickle
import tarfile
import zipfile
from pathlib import Path

import numpy as np
import pytest
import torch
from PIL import Image
from safetensors.torch import save_file

from podd_engine.config.schema import DistillationConfig
from podd_engine.data.registry import add_folder
from podd_engine.errors import ConfigError, DataError, RunError
from podd_engine.io.file_kind import detect_file_kind
from podd_engine.runs.load_config import load_config
from podd_engine.runs.load_source import load_source

UNPACK, SAVE = "unpack it", "save its images as image files"


def write(path: Path, name: str) -> None:
    """Write a small file of the kind that ``name`` says."""
    array = np.zeros((2, 2), np.uint8)
    match name:
        case "a.npz":
            np.savez(path, images=array)
        case "a.npy":
            np.save(path, array)
        case "a.zip":
            with zipfile.ZipFile(path, "w") as archive:
                archive.writestr("a/0.png", b"")
        case "a.tar":
            with tarfile.open(path, "w") as tar:
                tar.addfile(tarfile.TarInfo("a"))
        case "a.gz":
            path.write_bytes(gzip.compress(b"x"))
        case "a.pkl":
            path.write_bytes(pickle.dumps([1]))
        case "a.pt":
            torch.save(torch.zeros(2), path)
        case "a.jpg" | "a.png" | "a.webp":
            Image.fromarray(array).save(path)
        case "other.safetensors":
            save_file({"weight": torch.zeros(2)}, path)


CONTENTS = {
    "a.mat": b"MATLAB 5.0 MAT-file, Platform: GLNXA64\0\1IM\xff\xfe",
    "a.parquet": b"PAR1\xff\xfePAR1",
    "train-images-idx3-ubyte": b"\0\0\x08\x03\0\0\0\0\0\0\0\x1c\0\0\0\x1c",
    "a.h5": b"\x89HDF\r\n\x1a\n\xff",
    "a.csv": b"id,label\n1,frog\n",
    "a.json": b"{}",
    "a.md": b"# hi\n\ntext",
    "a.html": b"<!DOCTYPE html><html>",
    "empty": b"",
    "a.bin": bytes(range(256)),
}

KINDS = {
    "a.npz": ("a NumPy archive (npz)", SAVE),
    "a.npy": ("a NumPy file", SAVE),
    "a.mat": ("a MATLAB file", SAVE),
    "a.parquet": ("a Parquet file", SAVE),
    "a.h5": ("an HDF5 file", SAVE),
    "a.pkl": ("a Python pickle", SAVE),
    "a.pt": ("a PyTorch file", SAVE),
    "train-images-idx3-ubyte": ("an MNIST file (idx)", SAVE),
    "a.zip": ("a zip archive", UNPACK),
    "a.tar": ("a tar archive", UNPACK),
    "a.gz": ("a gzip archive", UNPACK),
    "a.jpg": ("a JPEG image", "one folder of images per class"),
    "a.png": ("a PNG image", "one folder of images per class"),
    "a.webp": ("an image", "one folder of images per class"),
    "other.safetensors": ("a safetensors file of another program", "choose another"),
    "a.csv": ("a table (CSV)", "the folder that contains the images"),
    "a.json": ("a JSON file", "write the settings as TOML"),
    "a.md": ("a text file", "choose another"),
    "a.html": ("a web page", "download the file itself"),
    "empty": ("an empty file", "copy the file again"),
    "a.bin": ("a file of an unknown type", "choose another"),
}


@pytest.fixture(params=KINDS)
def file(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    """Path of a file of each kind."""
    name: str = request.param
    path = tmp_path / name
    if name in CONTENTS:
        path.write_bytes(CONTENTS[name])
    else:
        write(path, name)
    return path


def test_kind_and_remedy(file: Path) -> None:
    name, remedy = KINDS[file.name]
    kind = detect_file_kind(file)
    assert kind.name == name
    assert remedy in kind.remedy


def test_every_command_that_expects_something_else_says_what_the_file_is(file: Path) -> None:
    name, _ = KINDS[file.name]
    with pytest.raises(ConfigError) as caught:
        load_config(str(file))
    assert str(caught.value).startswith(f"{file}: ")
    if file.name not in ("empty", "a.md"):  # text without settings is TOML without settings
        assert f"this is {name}, but the name of a preset, a settings file" in str(caught.value)
    with pytest.raises(DataError) as refused:
        add_folder(file)
    assert str(refused.value).startswith(f"{file}: this is {name}, but a folder of images is needed; ")
    with pytest.raises(RunError) as unloaded:
        load_source(file)
    assert f"{file}: this is {name}, but a run folder or a poster bundle" in str(unloaded.value)


def test_folder_in_place_of_a_file(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"this is a folder, but a settings file \(TOML\) is needed"):
        DistillationConfig.load(tmp_path)
