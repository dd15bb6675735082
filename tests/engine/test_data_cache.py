"""Tests of the array cache: entries are complete or absent, even after errors."""

import errno
import os
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from full_disk import full_disk

from podd_engine.data.cache import CONTENT_FILE, STALE_AFTER_S, Cache, EntryWriter, content_key
from podd_engine.errors import CancelledError, StorageError

PIXELS = np.arange(24, dtype=np.uint8).reshape(2, 3, 4)


def write_pixels(entry: EntryWriter) -> None:
    entry.write_array("pixels", PIXELS)


def fail_if_called(entry: EntryWriter) -> None:
    raise AssertionError("the entry was created again although it exists")


def test_entry_is_created_once_and_then_read(tmp_path: Path) -> None:
    cache = Cache(tmp_path)
    assert cache.get("key") is None
    created = cache.get_or_create("key", write_pixels)
    assert np.array_equal(created["pixels"], PIXELS)
    assert np.array_equal(Cache(tmp_path).get_or_create("key", fail_if_called)["pixels"], PIXELS)


def test_chunks_are_concatenated(tmp_path: Path) -> None:
    values = np.random.default_rng(0).normal(size=(10, 3)).astype(np.float32)

    def make(entry: EntryWriter) -> None:
        entry.write(
            "values", values.shape, np.dtype(np.float32), iter([values[:4], values[4:].astype(float)])
        )

    assert np.array_equal(Cache(tmp_path).get_or_create("key", make)["values"], values)


def test_writing_to_loaded_arrays_does_not_change_the_files(tmp_path: Path) -> None:
    cache = Cache(tmp_path)
    cache.get_or_create("key", write_pixels)["pixels"][:] = 0
    assert np.array_equal(cache.get_or_create("key", fail_if_called)["pixels"], PIXELS)


@pytest.mark.parametrize("error", [CancelledError("stop"), KeyError("bug"), KeyboardInterrupt()])
def test_exception_during_creation_leaves_no_files(tmp_path: Path, error: BaseException) -> None:
    def make(entry: EntryWriter) -> None:
        write_pixels(entry)
        raise error

    with pytest.raises(type(error)):
        Cache(tmp_path).get_or_create("key", make)
    assert list(tmp_path.rglob("*.npy")) == []
    assert Cache(tmp_path).get("key") is None
    assert os.listdir(tmp_path / "arrays") == []


def test_full_disk_leaves_no_files(tmp_path: Path) -> None:
    def make(entry: EntryWriter) -> None:
        entry.write_array("large", np.zeros(10_000))

    with full_disk(), pytest.raises(StorageError, match="cannot be written"):
        Cache(tmp_path).get_or_create("key", make)
    assert os.listdir(tmp_path / "arrays") == []


def replace_array(array: np.ndarray) -> Callable[[Path], object]:
    return lambda file: np.save(file, array)


@pytest.mark.parametrize(
    "damage",
    [
        lambda file: file.write_bytes(b""),
        lambda file: file.write_bytes(b"\x93NUMPY"),
        lambda file: file.write_bytes(file.read_bytes()[:-5]),
        lambda file: file.write_bytes(file.read_bytes() + b"\0"),
        lambda file: file.unlink(),
        lambda file: (file.unlink(), file.mkdir()),
        replace_array(PIXELS.astype(np.int8)),
        replace_array(PIXELS.reshape(3, 2, 4)),
        replace_array(PIXELS[:1]),
        lambda file: (file.parent / CONTENT_FILE).unlink(),
        lambda file: (file.parent / CONTENT_FILE).write_text("{}"),
        lambda file: (file.parent / CONTENT_FILE).write_text('{"pixels": 3}'),
        lambda file: (file.parent / CONTENT_FILE).write_text("[torn"),
        lambda file: (file.parent / CONTENT_FILE).write_bytes(b"\xff\xfe\0"),
    ],
)
def test_damaged_entry_is_created_again(tmp_path: Path, damage: Callable[[Path], object]) -> None:
    cache = Cache(tmp_path)
    cache.get_or_create("key", write_pixels)
    (file,) = tmp_path.rglob("pixels.npy")
    damage(file)
    arrays = cache.get_or_create("key", write_pixels)
    assert list(arrays) == ["pixels"]
    assert np.array_equal(arrays["pixels"], PIXELS)
    assert np.array_equal(cache.get_or_create("key", fail_if_called)["pixels"], PIXELS)


@pytest.mark.parametrize("name", ["extra.npy", ".DS_Store", "._pixels.npy"])
def test_additional_file_in_an_entry_is_ignored(tmp_path: Path, name: str) -> None:
    cache = Cache(tmp_path)
    cache.get_or_create("key", write_pixels)
    (tmp_path / "arrays" / "key" / name).write_bytes(b"not an array")
    assert list(cache.get_or_create("key", fail_if_called)) == ["pixels"]


@pytest.mark.parametrize("number", [errno.EMFILE, errno.EIO, errno.EACCES, errno.ESTALE])
def test_entry_stays_if_the_system_refuses_to_read_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, number: int
) -> None:
    cache = Cache(tmp_path)
    cache.get_or_create("key", write_pixels)

    def refuse(*arguments: object, **options: object) -> None:
        raise OSError(number, os.strerror(number))

    with monkeypatch.context() as patch:
        patch.setattr(np, "load", refuse)
        with pytest.raises(StorageError, match=r"arrays/key: cannot be read \("):
            cache.get_or_create("key", fail_if_called)
    assert np.array_equal(cache.get_or_create("key", fail_if_called)["pixels"], PIXELS)


def test_error_while_reading_the_source_is_not_reported_as_full_disk(tmp_path: Path) -> None:
    def make(entry: EntryWriter) -> None:
        raise PermissionError(errno.EACCES, "Permission denied", "photo.png")

    with pytest.raises(PermissionError, match=r"photo\.png"):
        Cache(tmp_path).get_or_create("key", make)


def test_pickled_array_is_never_loaded(tmp_path: Path) -> None:
    cache = Cache(tmp_path)
    cache.get_or_create("key", write_pixels)
    (file,) = tmp_path.rglob("pixels.npy")
    np.save(file, np.array([{"an": "object"}], dtype=object), allow_pickle=True)
    assert cache.get("key") is None


def test_another_process_may_create_the_entry_first(tmp_path: Path) -> None:
    def make(entry: EntryWriter) -> None:
        Cache(tmp_path).get_or_create("key", write_pixels)
        write_pixels(entry)

    assert np.array_equal(Cache(tmp_path).get_or_create("key", make)["pixels"], PIXELS)
    assert os.listdir(tmp_path / "arrays") == ["key"]


def test_stale_unfinished_entries_are_deleted(tmp_path: Path) -> None:
    fresh, old = tmp_path / "arrays" / "a.1.partial", tmp_path / "arrays" / "b.2.partial"
    for folder in (fresh, old):
        folder.mkdir(parents=True)
    past = time.time() - STALE_AFTER_S - 60
    os.utime(old, (past, past))
    Cache(tmp_path).get_or_create("key", write_pixels)
    assert fresh.exists()
    assert not old.exists()


def test_key_depends_on_every_fact() -> None:
    keys = {
        content_key("a", 1),
        content_key("a", 2),
        content_key("b", 1),
        content_key("a", 1, ""),
        content_key("a1"),
    }
    assert len(keys) == 5
    assert content_key("a", 1) == content_key("a", 1)
