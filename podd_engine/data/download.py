"""Download of published archives: resumable, verified by checksum and unpacked atomically."""

import hashlib
import shutil
import tarfile
import zipfile
from dataclasses import dataclass
from http import HTTPStatus
from http.client import HTTPException, HTTPResponse
from io import FileIO
from pathlib import Path
from secrets import token_hex
from urllib.error import HTTPError
from urllib.request import Request, urlopen

from podd_engine.errors import DataError
from podd_engine.io.os_errors import translate_disk_errors
from podd_engine.progress import Progress, ProgressCallback

TIMEOUT_S = 30
CHUNK_BYTES = 1 << 20


@dataclass(frozen=True)
class Archive:
    """A published archive.

    Args:
        url: address of the archive.
        md5: published MD5 checksum, hexadecimal.
        folder: name of the single top-level folder in the archive.
    """

    url: str
    md5: str
    folder: str

    @property
    def file_name(self) -> str:
        """File name of the archive, from the last part of the address."""
        return self.url.rpartition("/")[2]


ARCHIVES: dict[str, Archive] = {
    "cifar10": Archive(
        "https://www.cs.toronto.edu/~kriz/cifar-10-binary.tar.gz",
        "c32a1d4ab5d03f1284b67883e8d87530",
        "cifar-10-batches-bin",
    ),
    "cifar100": Archive(
        "https://www.cs.toronto.edu/~kriz/cifar-100-binary.tar.gz",
        "03b5dce01913d631647c71ecec9e9cb8",
        "cifar-100-binary",
    ),
    "cub200": Archive(
        "https://data.caltech.edu/records/65de6-vp158/files/CUB_200_2011.tgz",
        "97eceeb196236b17998738112f37df78",
        "CUB_200_2011",
    ),
    "tiny-imagenet": Archive(
        "http://cs231n.stanford.edu/tiny-imagenet-200.zip",
        "90528d7ca1a48142e341f4ef8d21d0de",
        "tiny-imagenet-200",
    ),
}


def download_archive(archive: Archive, destination: Path, report: ProgressCallback) -> Path:
    """Download and unpack an archive.

    If the connection breaks or the user cancels, the partial download stays on disk. The next call
    resumes it.

    Args:
        archive: the archive to download.
        destination: folder in which the folder of the archive is created. It is created if missing.
        report: receives progress in bytes, then in files. It may raise `CancelledError` to cancel.

    Returns:
        The unpacked folder.

    Raises:
        DataError: the server cannot be reached or returns an error, or the download is corrupt. A
            corrupt download is deleted.
        StorageError: the disk is full, or the folder cannot be written.
    """
    file = destination / archive.file_name
    with translate_disk_errors(destination):
        destination.mkdir(parents=True, exist_ok=True)
    _download(archive.url, file, report)
    _verify(file, archive.md5, report)
    with translate_disk_errors(destination):
        folder = _unpack(file, destination, archive.folder, report)
        file.unlink()
    return folder


def _download(url: str, file: Path, report: ProgressCallback) -> None:
    """Download ``url`` to ``file`` and resume a partial download."""
    received_bytes = file.stat().st_size if file.exists() else 0
    headers = {"User-Agent": "podd-studio"} | (
        {"Range": f"bytes={received_bytes}-"} if received_bytes else {}
    )
    try:
        with urlopen(Request(url, headers=headers), timeout=TIMEOUT_S) as response:
            _receive(
                response, file, received_bytes if response.status == HTTPStatus.PARTIAL_CONTENT else 0, report
            )
    except HTTPError as error:
        if error.code == HTTPStatus.REQUESTED_RANGE_NOT_SATISFIABLE:
            return  # The file already has all bytes. The checksum test detects a damaged file.
        raise DataError(f"{url}: the server returned {error.code} {error.reason}; try again later") from error
    except (OSError, HTTPException) as error:
        cause = getattr(error, "reason", None) or error
        raise DataError(
            f"{url}: the download was interrupted ({cause}); check the connection and download again "
            "to resume"
        ) from error


def _receive(response: HTTPResponse, file: Path, received_bytes: int, report: ProgressCallback) -> None:
    """Write the response to ``file``, starting at byte ``received_bytes``."""
    length = response.headers.get("Content-Length")
    total = received_bytes + int(length) if length else 0
    with translate_disk_errors(file):
        target = file.open("r+b" if received_bytes else "wb", buffering=0)
    with target:
        target.seek(received_bytes)
        while True:
            report(Progress(f"downloading {file.name}", received_bytes, max(received_bytes, total)))
            chunk = response.read(CHUNK_BYTES)
            if not chunk:
                break
            with translate_disk_errors(file):
                received_bytes += _write_all(target, chunk)
    if received_bytes < total:
        raise ConnectionError(f"received {received_bytes} of {total} bytes")


def _write_all(target: FileIO, chunk: bytes) -> int:
    left = memoryview(chunk)
    while left:  # an unbuffered write may write only a part of the data
        left = left[target.write(left) :]
    return len(chunk)


def _verify(file: Path, md5: str, report: ProgressCallback) -> None:
    """Compare the checksum, and delete a corrupt file because it cannot be resumed."""
    size, done = file.stat().st_size, 0
    checksum = hashlib.md5(usedforsecurity=False)
    with file.open("rb") as source:
        while chunk := source.read(CHUNK_BYTES):
            checksum.update(chunk)
            done += len(chunk)
            report(Progress(f"checking {file.name}", done, size))
    if checksum.hexdigest() != md5:
        file.unlink()
        raise DataError(
            f"{file}: the download is corrupt (wrong checksum) and was deleted; download it again"
        )


def _unpack(file: Path, destination: Path, folder: str, report: ProgressCallback) -> Path:
    """Unpack to a temporary folder and rename it, so that an existing folder is always complete."""
    partial = destination / f".{folder}.{token_hex(6)}.partial"
    try:
        if zipfile.is_zipfile(file):
            _unpack_zip(file, partial, report)
        else:
            _unpack_tar(file, partial, report)
        if (destination / folder).exists():  # incomplete or damaged files of an earlier attempt
            shutil.rmtree(destination / folder)
        (partial / folder).replace(destination / folder)
    except (tarfile.TarError, zipfile.BadZipFile, EOFError) as error:
        raise DataError(
            f"{file}: the archive cannot be unpacked ({error}); delete it and download it again"
        ) from error
    finally:
        shutil.rmtree(partial, ignore_errors=True)
    return destination / folder


def _unpack_tar(file: Path, destination: Path, report: ProgressCallback) -> None:
    size = file.stat().st_size
    with file.open("rb") as source, tarfile.open(fileobj=source) as archive:
        for member in archive:
            report(Progress(f"unpacking {file.name}", source.tell(), size))
            archive.extract(member, destination, filter="data")  # rejects paths and links outside the folder


def _unpack_zip(file: Path, destination: Path, report: ProgressCallback) -> None:
    with zipfile.ZipFile(file) as archive:
        members = archive.infolist()
        for done, member in enumerate(members):
            report(Progress(f"unpacking {file.name}", done, len(members)))
            archive.extract(member, destination)  # removes drive letters and ".." from paths
