"""Atomic writes: whole or not at all."""

import os
import resource
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from podd_engine.errors import PoddError, StorageError
from podd_engine.io.atomic_write import atomic_write, atomic_write_bytes


@contextmanager
def largest_file(size: int) -> Iterator[None]:
    """Let the system refuse to let any file grow beyond ``size`` bytes, as a full disk does."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)


def test_bytes_arrive_and_replace(tmp_path: Path) -> None:
    path = tmp_path / "new" / "folder" / "a.json"
    atomic_write_bytes(path, b"one")
    atomic_write_bytes(path, b"two")
    assert path.read_bytes() == b"two"
    assert os.listdir(path.parent) == ["a.json"]


def test_temporary_path_lies_beside_with_the_same_suffix(tmp_path: Path) -> None:
    with atomic_write(tmp_path / "poster.png") as temporary:
        assert temporary.parent == tmp_path
        assert temporary.suffix == ".png"
        assert not (tmp_path / "poster.png").exists()
        temporary.write_bytes(b"image")
    assert (tmp_path / "poster.png").read_bytes() == b"image"


def test_failure_leaves_the_old_file_and_nothing_else(tmp_path: Path) -> None:
    path = tmp_path / "a.json"
    atomic_write_bytes(path, b"old")

    def fail_half_way() -> None:
        with atomic_write(path) as temporary:
            temporary.write_bytes(b"half of the n")
            raise KeyError("cause")

    with pytest.raises(KeyError, match="cause"):
        fail_half_way()
    assert path.read_bytes() == b"old"
    assert os.listdir(tmp_path) == ["a.json"]


def test_full_disk_is_said_in_one_line(tmp_path: Path) -> None:
    path = tmp_path / "large.bin"
    atomic_write_bytes(path, b"old")
    with largest_file(1000), pytest.raises(StorageError) as caught:
        atomic_write_bytes(path, bytes(5000))
    assert isinstance(caught.value, PoddError)
    assert str(caught.value).startswith(f"{path}: cannot be written (")
    assert "\n" not in str(caught.value)
    assert path.read_bytes() == b"old"
    assert os.listdir(tmp_path) == ["large.bin"]


def test_folder_that_is_a_file(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"")
    with pytest.raises(StorageError, match="choose another folder"):
        atomic_write_bytes(tmp_path / "file" / "a.json", b"")
