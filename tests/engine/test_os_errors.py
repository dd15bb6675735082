"""Errors of the operating system: each number has a cause in words and a remedy that fits."""

import errno
import os
from pathlib import Path

import pytest

from podd_engine.errors import DataError, PoddError, StorageError
from podd_engine.io.os_errors import error_text, translate_disk_errors, translate_read_errors
from podd_engine.io.user_path import user_path


@pytest.mark.parametrize(
    ("name", "cause", "reading", "writing"),
    [
        ("ENOSPC", "the disk is full", "free some space", "free some space or choose another folder"),
        ("EDQUOT", "disk quota", "delete some", "delete some"),
        ("EACCES", "permission denied", "change its permissions", "change the permissions"),
        ("EPERM", "permission denied", "change its permissions", "change the permissions"),
        ("EROFS", "read-only", "check the disk", "folder on another disk"),
        ("ENOTDIR", "a part of the path is a file", "check the path", "choose another folder"),
        ("EISDIR", "it is a folder", "choose a file", "choose a file name"),
        ("ENAMETOOLONG", "the name is too long", "shorter", "shorter"),
        ("ELOOP", "symbolic links form a loop", "links", "links"),
        ("EMFILE", "too many open files", "ulimit", "ulimit"),
        ("EIO", "input/output error", "check the drive", "check the drive"),
        ("ESTALE", "network folder", "reconnect", "reconnect"),
        ("ENOTCONN", "network drive", "check the connection", "check the connection"),
        ("EBUSY", "another program uses it", "close that program", "close that program"),
        ("ETXTBSY", "another program uses it", "close that program", "close that program"),
        ("EEXIST", "already exists", "another name", "another name"),
        ("EILSEQ", "does not accept this name", "another name", "another name"),
    ],
)
def test_cause_and_remedy_of_each_number(name: str, cause: str, reading: str, writing: str) -> None:
    if not hasattr(errno, name):
        pytest.skip(f"this system has no {name}")
    error = OSError(getattr(errno, name), "text of the system")
    with pytest.raises(DataError) as read, translate_read_errors(Path("birds"), DataError):
        raise error
    with pytest.raises(StorageError) as written, translate_disk_errors(Path("birds")):
        raise error
    for message, verb, remedy in (
        (str(read.value), "read", reading),
        (str(written.value), "written", writing),
    ):
        assert message.startswith(f"birds: cannot be {verb} (")
        assert cause in message
        assert remedy in message.partition("; ")[2]
        assert "text of the system" not in message
    if name not in ("ENOSPC", "EDQUOT"):
        assert "free some space" not in str(written.value)


def test_unknown_number_keeps_the_text_of_the_system() -> None:
    message = r"^birds: cannot be deleted \(odd failure\); try again or choose"
    with pytest.raises(StorageError, match=message), translate_disk_errors(Path("birds"), "deleted"):
        raise OSError(99_999, "odd failure.")


@pytest.mark.skipif(os.name == "nt" or os.geteuid() == 0, reason="needs a user without all permissions")
def test_closed_folder_is_named_instead_of_the_file_inside(tmp_path: Path) -> None:
    folder = tmp_path / "birds"
    folder.mkdir(mode=0)
    with pytest.raises(DataError) as caught, translate_read_errors(folder, DataError):
        (folder / "cifar-10-batches-bin").stat()
    assert str(caught.value).startswith(f"{folder}: cannot be read (permission denied)")


def test_file_inside_the_folder_is_named(tmp_path: Path) -> None:
    inside = tmp_path / "a" / "0.png"
    with pytest.raises(DataError) as caught, translate_read_errors(tmp_path, DataError):
        raise OSError(errno.EIO, "Input/output error", str(inside))
    assert str(caught.value).startswith(f"{inside}: cannot be read (")


@pytest.mark.parametrize(
    ("error", "message"),
    [
        (PoddError("two\nlines \x1b[31m and \udcf1"), r"two lines \x1b[31m and \xf1"),
        (MemoryError(), "memory ran out; close other programs, or lower"),
        (OSError(errno.ENOSPC, "No space left on device"), "run: the disk is full; free some space"),
        (
            FileNotFoundError(errno.ENOENT, "", "a.png"),
            "a.png: there is no such file or folder; check the path",
        ),
        (ValueError("odd\tshape"), "ValueError: odd shape"),
    ],
)
def test_every_exception_has_one_printable_line(error: Exception, message: str) -> None:
    assert error_text(error, Path("run")).startswith(message)


class TestUserPath:
    """Paths as the user writes them."""

    def test_home_folder(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("HOME", str(tmp_path))
        monkeypatch.setenv("USERPROFILE", str(tmp_path))
        assert user_path("~/birds") == tmp_path / "birds"
        assert user_path("birds/~x") == Path("birds/~x")

    @pytest.mark.parametrize(
        ("text", "message"),
        [
            ("~nosuchuser/birds", "there is no user nosuchuser on this machine; write the full path"),
            ("birds\0x", r"birds\x00x: a path cannot contain a null character"),
        ],
    )
    def test_impossible_paths(self, text: str, message: str) -> None:
        with pytest.raises(DataError) as caught:
            user_path(text, DataError)
        assert message in str(caught.value)

    def test_name_that_starts_with_a_tilde(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.chdir(tmp_path)
        Path("~nosuchuser").mkdir()
        assert user_path("~nosuchuser") == Path("~nosuchuser")
