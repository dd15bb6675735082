"""Downloads from a real local server: resumed, checked, unpacked whole or not at all."""

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
from test_image_files import largest_file

from podd_engine.data import registry
from podd_engine.data.download import ARCHIVES, Archive, download_archive
from podd_engine.errors import CancelledError, DataError, StorageError
from podd_engine.progress import Progress, ignore_progress

CONTENT = np.random.default_rng(0).bytes(3_000_000)  # does not compress


@dataclass
class Server:
    """A file server whose faults a test chooses."""

    url: str = ""
    files: dict[str, bytes] = field(default_factory=dict)
    ranges: list[str | None] = field(default_factory=list)
    understands_ranges: bool = True
    breaks_off_after: int | None = None
    status: int | None = None


@pytest.fixture
def server() -> Iterator[Server]:
    state = Server()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            wanted = self.headers.get("Range")
            state.ranges.append(wanted)
            if state.status is not None:
                self.send_error(state.status)
                return
            body = state.files[self.path.lstrip("/")]
            start = 0
            if wanted and state.understands_ranges:
                start = int(wanted.removeprefix("bytes=").rstrip("-"))
                if start >= len(body):
                    self.send_error(416)
                    return
                self.send_response(206)
            else:
                self.send_response(200)
            self.send_header("Content-Length", str(len(body) - start))
            self.end_headers()
            end = len(body) if state.breaks_off_after is None else start + state.breaks_off_after
            self.wfile.write(body[start:end])

        def log_message(self, *arguments: object) -> None:
            """Keep the tests' output clean."""

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


def offer(server: Server, name: str = "set.tar.gz", data: bytes | None = None) -> Archive:
    body = tar_gz({"set/data.bin": CONTENT, "set/readme.txt": b"about"}) if data is None else data
    server.files[name] = body
    return Archive(f"{server.url}/{name}", hashlib.md5(body).hexdigest(), "set")


def test_tar_arrives_checked_and_unpacked(server: Server, tmp_path: Path) -> None:
    seen: list[Progress] = []
    folder = download_archive(offer(server), tmp_path / "data", seen.append)
    assert (folder / "data.bin").read_bytes() == CONTENT
    assert os.listdir(tmp_path / "data") == ["set"]
    downloading = [step for step in seen if step.what == "downloading set.tar.gz"]
    assert downloading[0].done == 0
    assert downloading[-1].done == downloading[-1].total == len(server.files["set.tar.gz"])
    assert all(0 <= step.done <= step.total for step in seen)


def test_zip(server: Server, tmp_path: Path) -> None:
    archive = offer(server, "set.zip", zipped({"set/a/b.txt": b"text"}))
    assert (download_archive(archive, tmp_path, ignore_progress) / "a" / "b.txt").read_bytes() == b"text"


def test_broken_connection_goes_on_where_it_stopped(server: Server, tmp_path: Path) -> None:
    archive = offer(server)
    server.breaks_off_after = 2_000_000
    with pytest.raises(DataError, match="the download broke off"):
        download_archive(archive, tmp_path, ignore_progress)
    assert (tmp_path / "set.tar.gz").stat().st_size == 2_000_000
    server.breaks_off_after = None
    assert (download_archive(archive, tmp_path, ignore_progress) / "data.bin").read_bytes() == CONTENT
    assert server.ranges == [None, "bytes=2000000-"]


def test_server_without_ranges_starts_over(server: Server, tmp_path: Path) -> None:
    archive = offer(server)
    server.breaks_off_after, server.understands_ranges = 1_000_000, False
    with pytest.raises(DataError):
        download_archive(archive, tmp_path, ignore_progress)
    server.breaks_off_after = None
    assert (download_archive(archive, tmp_path, ignore_progress) / "data.bin").read_bytes() == CONTENT


def test_cancelling_keeps_what_arrived(server: Server, tmp_path: Path) -> None:
    archive = offer(server)

    def cancel_after_first(progress: Progress) -> None:
        if progress.done > 0:
            raise CancelledError("stopped")

    with pytest.raises(CancelledError):
        download_archive(archive, tmp_path, cancel_after_first)
    kept = (tmp_path / "set.tar.gz").stat().st_size
    assert 0 < kept < len(server.files["set.tar.gz"])
    download_archive(archive, tmp_path, ignore_progress)
    assert server.ranges[1] == f"bytes={kept}-"


def test_complete_archive_left_by_a_cancelled_unpacking(server: Server, tmp_path: Path) -> None:
    archive = offer(server)
    (tmp_path / "set.tar.gz").write_bytes(server.files["set.tar.gz"])
    assert (download_archive(archive, tmp_path, ignore_progress) / "data.bin").read_bytes() == CONTENT


def test_corrupt_download_says_so_and_is_removed(server: Server, tmp_path: Path) -> None:
    archive = offer(server)
    body = bytearray(server.files["set.tar.gz"])
    body[1_500_000] ^= 1
    server.files["set.tar.gz"] = bytes(body)
    with pytest.raises(DataError, match=r"corrupt \(wrong checksum\) and was removed; get it again"):
        download_archive(archive, tmp_path, ignore_progress)
    assert os.listdir(tmp_path) == []


def test_cancelled_unpacking_leaves_no_folder(server: Server, tmp_path: Path) -> None:
    def cancel_unpacking(progress: Progress) -> None:
        if progress.what.startswith("unpacking"):
            raise CancelledError("stopped")

    with pytest.raises(CancelledError):
        download_archive(offer(server), tmp_path, cancel_unpacking)
    assert os.listdir(tmp_path) == ["set.tar.gz"]


def test_archive_that_leads_outside_is_refused(server: Server, tmp_path: Path) -> None:
    destination = tmp_path / "data"
    archive = offer(server, data=tar_gz({"set/a": b"", "../outside.txt": b"bad"}))
    with pytest.raises(DataError, match="cannot be unpacked"):
        download_archive(archive, destination, ignore_progress)
    assert not (tmp_path / "outside.txt").exists()
    assert os.listdir(destination) == ["set.tar.gz"]


def test_zip_cannot_lead_outside(server: Server, tmp_path: Path) -> None:
    archive = offer(server, "set.zip", zipped({"set/a": b"", "../outside.txt": b"bad"}))
    download_archive(archive, tmp_path / "data", ignore_progress)
    assert not (tmp_path / "outside.txt").exists()


def test_server_refuses(server: Server, tmp_path: Path) -> None:
    server.status = 503
    with pytest.raises(DataError, match="the server answers 503"):
        download_archive(offer(server), tmp_path, ignore_progress)


def test_nobody_answers(server: Server, tmp_path: Path) -> None:
    archive = Archive("http://127.0.0.1:9/set.tar.gz", "", "set")
    with pytest.raises(DataError, match="check the connection") as caught:
        download_archive(archive, tmp_path, ignore_progress)
    assert "\n" not in str(caught.value)


def test_full_disk(server: Server, tmp_path: Path) -> None:
    with largest_file(1_500_000), pytest.raises(StorageError, match="cannot be written"):
        download_archive(offer(server), tmp_path, ignore_progress)


def test_get_makes_the_dataset_available(
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
    assert len(server.ranges) == 2, "damaged files are fetched again"
    for name in batches:
        monkeypatch.setitem(registry.cifar.CIFAR10.binary_files, name, 0)
    assert registry.download_dataset("cifar10").available
    assert len(server.ranges) == 2, "whole ones, here of no images, are not"


def test_get_knows_what_cannot_be_downloaded(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PODD_HOME", str(tmp_path))
    assert registry.download_dataset("digits").available
    with pytest.raises(DataError, match="choose from cifar10, cifar100, cub200, tiny-imagenet"):
        registry.download_dataset("imagenet")


def test_every_archive_names_where_its_dataset_is_looked_for() -> None:
    assert {name: archive.folder for name, archive in ARCHIVES.items()} == {
        "cifar10": registry.cifar.CIFAR10.binary_folder,
        "cifar100": registry.cifar.CIFAR100.binary_folder,
        "cub200": registry.cub200.FOLDER_NAME,
        "tiny-imagenet": registry.tiny_imagenet.FOLDER_NAME,
    }
