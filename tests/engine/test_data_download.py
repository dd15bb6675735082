"""Tests of downloads from a local HTTP server: resuming, verification and atomic unpacking."""

import hashlib
import io
import os
import tarfile
import threading
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import numpy as np
import pytest
from full_disk import full_disk

from podd_engine.data import cifar, cub200, registry, tiny_imagenet
from podd_engine.data.download import ARCHIVES, Archive, download_archive
from podd_engine.errors import CancelledError, DataError, StorageError
from podd_engine.progress import Progress, ignore_progress

CONTENT = np.random.default_rng(0).bytes(3_000_000)  # random, so that the archive is not compressed


@dataclass
class Server:
    """State of a file server with configurable faults.

    Args:
        url: address of the server.
        files: content by file name.
        ranges: Range header of each request.
        supports_ranges: whether the server honors Range headers.
        disconnects_after: number of bytes after which the connection closes; None: never.
        status: HTTP error code for all requests; None: no error.
    """

    url: str = ""
    files: dict[str, bytes] = field(default_factory=dict)
    ranges: list[str | None] = field(default_factory=list)
    supports_ranges: bool = True
    disconnects_after: int | None = None
    status: int | None = None


@pytest.fixture
def server() -> Iterator[Server]:
    state = Server()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            requested_range = self.headers.get("Range")
            state.ranges.append(requested_range)
            if state.status is not None:
                self.send_error(state.status)
                return
            body = state.files[self.path.lstrip("/")]
            start = 0
            if requested_range and state.supports_ranges:
                start = int(requested_range.removeprefix("bytes=").rstrip("-"))
                if start >= len(body):
                    self.send_error(416)
                    return
                self.send_response(206)
            else:
                self.send_response(200)
            self.send_header("Content-Length", str(len(body) - start))
            self.end_headers()
            end = len(body) if state.disconnects_after is None else start + state.disconnects_after
            self.wfile.write(body[start:end])

        def log_message(self, *arguments: object) -> None:
            """Print nothing."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as http:
        state.url = f"http://127.0.0.1:{http.server_port}"
        thread = threading.Thread(target=http.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        yield state
        http.shutdown()
        thread.join()


def tar_gz(files: dict[str, bytes]) -> bytes:
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w:gz") as archive:
        for name, data in files.items():
            member = tarfile.TarInfo(name)
            member.size = len(data)
            archive.addfile(member, io.BytesIO(data))
    return buffer.getvalue()


def zipped(files: dict[str, bytes]) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name, data in files.items():
            archive.writestr(name, data)
    return buffer.getvalue()


def serve_archive(server: Server, name: str = "set.tar.gz", data: bytes | None = None) -> Archive:
    body = tar_gz({"set/data.bin": CONTENT, "set/readme.txt": b"about"}) if data is None else data
    server.files[name] = body
    return Archive(f"{server.url}/{name}", hashlib.md5(body).hexdigest(), "set")


def test_tar_archive_is_downloaded_verified_and_unpacked(server: Server, tmp_path: Path) -> None:
    seen: list[Progress] = []
    folder = download_archive(serve_archive(server), tmp_path / "data", seen.append)
    assert (folder / "data.bin").read_bytes() == CONTENT
    assert os.listdir(tmp_path / "data") == ["set"]
    downloading = [step for step in seen if step.what == "downloading set.tar.gz"]
    assert downloading[0].done == 0
    assert downloading[-1].done == downloading[-1].total == len(server.files["set.tar.gz"])
    assert all(0 <= step.done <= step.total for step in seen)


def test_zip_archive_is_unpacked(server: Server, tmp_path: Path) -> None:
    archive = serve_archive(server, "set.zip", zipped({"set/a/b.txt": b"text"}))
    assert (download_archive(archive, tmp_path, ignore_progress) / "a" / "b.txt").read_bytes() == b"text"


def test_interrupted_download_resumes(server: Server, tmp_path: Path) -> None:
    archive = serve_archive(server)
    server.disconnects_after = 2_000_000
    with pytest.raises(DataError, match="the download was interrupted"):
        download_archive(archive, tmp_path, ignore_progress)
    assert (tmp_path / "set.tar.gz").stat().st_size == 2_000_000
    server.disconnects_after = None
    assert (download_archive(archive, tmp_path, ignore_progress) / "data.bin").read_bytes() == CONTENT
    assert server.ranges == [None, "bytes=2000000-"]


def test_download_restarts_if_the_server_ignores_ranges(server: Server, tmp_path: Path) -> None:
    archive = serve_archive(server)
    server.disconnects_after, server.supports_ranges = 1_000_000, False
    with pytest.raises(DataError):
        download_archive(archive, tmp_path, ignore_progress)
    server.disconnects_after = None
    assert (download_archive(archive, tmp_path, ignore_progress) / "data.bin").read_bytes() == CONTENT


def test_cancellation_keeps_the_partial_download(server: Server, tmp_path: Path) -> None:
    archive = serve_archive(server)

    def cancel_after_first(progress: Progress) -> None:
        if progress.done > 0:
            raise CancelledError("stopped")

    with pytest.raises(CancelledError):
        download_archive(archive, tmp_path, cancel_after_first)
    kept = (tmp_path / "set.tar.gz").stat().st_size
    assert 0 < kept < len(server.files["set.tar.gz"])
    download_archive(archive, tmp_path, ignore_progress)
    assert server.ranges[1] == f"bytes={kept}-"


def test_complete_archive_on_disk_is_unpacked(server: Server, tmp_path: Path) -> None:
    archive = serve_archive(server)
    (tmp_path / "set.tar.gz").write_bytes(server.files["set.tar.gz"])
    assert (download_archive(archive, tmp_path, ignore_progress) / "data.bin").read_bytes() == CONTENT


def test_corrupt_download_is_reported_and_deleted(server: Server, tmp_path: Path) -> None:
    archive = serve_archive(server)
    body = bytearray(server.files["set.tar.gz"])
    body[1_500_000] ^= 1
    server.files["set.tar.gz"] = bytes(body)
    with pytest.raises(DataError, match=r"corrupt \(wrong checksum\) and was deleted; download it again"):
        download_archive(archive, tmp_path, ignore_progress)
    assert os.listdir(tmp_path) == []


def test_canceled_unpacking_leaves_no_folder(server: Server, tmp_path: Path) -> None:
    def cancel_unpacking(progress: Progress) -> None:
        if progress.what.startswith("unpacking"):
            raise CancelledError("stopped")

    with pytest.raises(CancelledError):
        download_archive(serve_archive(server), tmp_path, cancel_unpacking)
    assert os.listdir(tmp_path) == ["set.tar.gz"]


def test_tar_with_paths_outside_the_folder_is_rejected(server: Server, tmp_path: Path) -> None:
    destination = tmp_path / "data"
    archive = serve_archive(server, data=tar_gz({"set/a": b"", "../outside.txt": b"bad"}))
    with pytest.raises(DataError, match="cannot be unpacked"):
        download_archive(archive, destination, ignore_progress)
    assert not (tmp_path / "outside.txt").exists()
    assert os.listdir(destination) == ["set.tar.gz"]


def test_zip_is_unpacked_inside_the_folder_only(server: Server, tmp_path: Path) -> None:
    archive = serve_archive(server, "set.zip", zipped({"set/a": b"", "../outside.txt": b"bad"}))
    download_archive(archive, tmp_path / "data", ignore_progress)
    assert not (tmp_path / "outside.txt").exists()


def test_server_error_is_reported(server: Server, tmp_path: Path) -> None:
    server.status = 503
    with pytest.raises(DataError, match="the server returned 503"):
        download_archive(serve_archive(server), tmp_path, ignore_progress)


def test_connection_error_is_reported_on_one_line(server: Server, tmp_path: Path) -> None:
    archive = Archive("http://127.0.0.1:9/set.tar.gz", "", "set")
    with pytest.raises(DataError, match="check the connection") as caught:
        download_archive(archive, tmp_path, ignore_progress)
    assert "\n" not in str(caught.value)


def test_full_disk_raises(server: Server, tmp_path: Path) -> None:
    with full_disk(), pytest.raises(StorageError, match="cannot be written"):
        download_archive(serve_archive(server), tmp_path, ignore_progress)


def test_download_makes_the_dataset_available(
    server: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PODD_HOME", str(tmp_path))
    batches = {f"data_batch_{number}.bin" for number in range(1, 6)} | {"test_batch.bin"}
    body = tar_gz({f"cifar-10-batches-bin/{name}": b"" for name in batches})
    server.files["cifar.tar.gz"] = body
    archive = Archive(f"{server.url}/cifar.tar.gz", hashlib.md5(body).hexdigest(), "cifar-10-batches-bin")
    monkeypatch.setitem(ARCHIVES, "cifar10", archive)
    assert not registry.dataset_status("cifar10").available
    status = registry.download_dataset("cifar10")
    assert status.available
    assert status.path == str(tmp_path / "data" / "cifar10")
    checked = registry.check_dataset("cifar10")
    assert not checked.available
    assert "is damaged or incomplete" in checked.problem
    assert registry.download_dataset("cifar10") == status
    assert len(server.ranges) == 2, "damaged files must be downloaded again"
    for name in batches:
        monkeypatch.setitem(cifar.CIFAR10.binary_files, name, 0)
    assert registry.download_dataset("cifar10").available
    assert len(server.ranges) == 2, "complete files, here without images, must not be downloaded again"


def test_unknown_dataset_cannot_be_downloaded(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PODD_HOME", str(tmp_path))
    assert registry.download_dataset("digits").available
    with pytest.raises(DataError, match="choose from cifar10, cifar100, cub200, tiny-imagenet"):
        registry.download_dataset("imagenet")


def test_archive_folders_match_the_published_folders() -> None:
    assert {name: archive.folder for name, archive in ARCHIVES.items()} == {
        "cifar10": cifar.CIFAR10.binary_folder,
        "cifar100": cifar.CIFAR100.binary_folder,
        "cub200": cub200.FOLDER_NAME,
        "tiny-imagenet": tiny_imagenet.FOLDER_NAME,
    }
