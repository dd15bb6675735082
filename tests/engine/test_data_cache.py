"""The cache of arrays: whole entries or none, whatever happens while one is made."""

import os
import time
from pathlib import Path

import numpy as np
import pytest
from test_image_files import largest_file

from podd_engine.data.cache import STALE_AFTER_S, Cache, EntryWriter, content_key
from podd_engine.errors import CancelledError, StorageError

PIXELS = np.arange(24, dtype=np.uint8).reshape(2, 3, 4)


def write_pixels(entry: EntryWriter) -> None:
    entry.write_array("pixels", PIXELS)


def refuse(entry: EntryWriter) -> None:
    raise AssertionError("made again although it is there")


def test_made_once_then_read(tmp_path: Path) -> None:
    cache = Cache(tmp_path)
    assert cache.get("key") is None
    made = cache.get_or_create("key", write_pixels)
    assert np.array_equal(made["pixels"], PIXELS)
    assert np.array_equal(Cache(tmp_path).get_or_create("key", refuse)["pixels"], PIXELS)


def test_pieces_make_one_array(tmp_path: Path) -> None:
    random = np.random.default_rng(0).normal(size=(10, 3)).astype(np.float32)

    def make(entry: EntryWriter) -> None:
        entry.write(
            "values", random.shape, np.dtype(np.float32), iter([random[:4], random[4:].astype(float)])
        )

    assert np.array_equal(Cache(tmp_path).get_or_create("key", make)["values"], random)


def test_writing_to_what_was_read_changes_no_file(tmp_path: Path) -> None:
    cache = Cache(tmp_path)
    cache.get_or_create("key", write_pixels)["pixels"][:] = 0
    assert np.array_equal(cache.get_or_create("key", refuse)["pixels"], PIXELS)


@pytest.mark.parametrize("error", [CancelledError("stop"), KeyError("bug"), KeyboardInterrupt()])
def test_whatever_ends_the_making_leaves_nothing(tmp_path: Path, error: BaseException) -> None:
    def make(entry: EntryWriter) -> None:
        write_pixels(entry)
        raise error

    with pytest.raises(type(error)):
        Cache(tmp_path).get_or_create("key", make)
    assert list(tmp_path.rglob("*.npy")) == []
    assert Cache(tmp_path).get("key") is None
    assert os.listdir(tmp_path / "arrays") == []


def test_full_disk_leaves_nothing(tmp_path: Path) -> None:
    def make(entry: EntryWriter) -> None:
        entry.write_array("large", np.zeros(10_000))

    with largest_file(4096), pytest.raises(StorageError, match="cannot be written"):
        Cache(tmp_path).get_or_create("key", make)
    assert os.listdir(tmp_path / "arrays") == []


@pytest.mark.parametrize("damage", [b"", b"\x93NUMPY", None])
def test_damaged_entry_is_made_again(tmp_path: Path, damage: bytes | None) -> None:
    cache = Cache(tmp_path)
    cache.get_or_create("key", write_pixels)
    (file,) = tmp_path.rglob("pixels.npy")
    file.write_bytes(file.read_bytes()[:-5] if damage is None else damage)
    assert np.array_equal(cache.get_or_create("key", write_pixels)["pixels"], PIXELS)


def test_pickled_array_is_never_loaded(tmp_path: Path) -> None:
    cache = Cache(tmp_path)
    cache.get_or_create("key", write_pixels)
    (file,) = tmp_path.rglob("pixels.npy")
    np.save(file, np.array([{"an": "object"}], dtype=object), allow_pickle=True)
    assert cache.get("key") is None


def test_another_process_may_be_first(tmp_path: Path) -> None:
    def make(entry: EntryWriter) -> None:
        Cache(tmp_path).get_or_create("key", write_pixels)
        write_pixels(entry)

    assert np.array_equal(Cache(tmp_path).get_or_create("key", make)["pixels"], PIXELS)
    assert os.listdir(tmp_path / "arrays") == ["key"]


def test_what_dead_processes_left_is_removed_in_time(tmp_path: Path) -> None:
    fresh, old = tmp_path / "arrays" / "a.1.partial", tmp_path / "arrays" / "b.2.partial"
    for folder in (fresh, old):
        folder.mkdir(parents=True)
    past = time.time() - STALE_AFTER_S - 60
    os.utime(old, (past, past))
    Cache(tmp_path).get_or_create("key", write_pixels)
    assert fresh.exists()
    assert not old.exists()


def test_key_differs_with_every_fact() -> None:
    keys = {
        content_key("a", 1),
        content_key("a", 2),
        content_key("b", 1),
        content_key("a", 1, ""),
        content_key("a1"),
    }
    assert len(keys) == 5
    assert content_key("a", 1) == content_key("a", 1)
