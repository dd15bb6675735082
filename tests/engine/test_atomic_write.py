"""Tests of atomic writes: a file is either complete or unchanged."""

import os
from pathlib import Path

import pytest
from full_disk import full_disk

from podd_engine.errors import PoddError, StorageError
from podd_engine.io.atomic_write import atomic_write, atomic_write_bytes


def test_bytes_are_written_and_replaced(tmp_path: Path) -> None:
    path = tmp_path / "new" / "folder" / "a.json"
    atomic_write_bytes(path, b"one")
    atomic_write_bytes(path, b"two")
    assert path.read_bytes() == b"two"
    assert os.listdir(path.parent) == ["a.json"]


def test_temporary_file_has_the_same_folder_and_suffix(tmp_path: Path) -> None:
    with atomic_write(tmp_path / "poster.png") as temporary:
        assert temporary.parent == tmp_path
        assert temporary.suffix == ".png"
        assert not (tmp_path / "poster.png").exists()
        temporary.write_bytes(b"image")
    assert (tmp_path / "poster.png").read_bytes() == b"image"


def test_failure_keeps_the_old_file_and_leaves_no_temporary_file(tmp_path: Path) -> None:
    path = tmp_path / "a.json"
    atomic_write_bytes(path, b"old")

    def fail_during_write() -> None:
        with atomic_write(path) as temporary:
            temporary.write_bytes(b"half of the n")
            raise KeyError("cause")

    with pytest.raises(KeyError, match="cause"):
        fail_during_write()
    assert path.read_bytes() == b"old"
    assert os.listdir(tmp_path) == ["a.json"]


def test_full_disk_raises_a_one_line_error(tmp_path: Path) -> None:
    path = tmp_path / "large.bin"
    atomic_write_bytes(path, b"old")
    with full_disk(), pytest.raises(StorageError) as caught:
        atomic_write_bytes(path, bytes(5000))
    assert isinstance(caught.value, PoddError)
    assert str(caught.value).startswith(f"{path}: cannot be written (")
    assert "\n" not in str(caught.value)
    assert path.read_bytes() == b"old"
    assert os.listdir(tmp_path) == ["large.bin"]


def test_parent_that_is_a_file_raises(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"")
    with pytest.raises(StorageError, match="choose another folder"):
        atomic_write_bytes(tmp_path / "file" / "a.json", b"")
