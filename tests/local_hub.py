"""A hub of weights on this machine, which gives out one file as the real one does."""

import hashlib
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import ClassVar

import pytest

CONTENT = bytes(range(256)) * 4096
CHUNK = 1 << 18


class Hub(BaseHTTPRequestHandler):
    """The one file, told as the hub tells it."""

    asked: ClassVar[list[str]] = []

    def do_HEAD(self) -> None:
        self._tell()

    def do_GET(self) -> None:
        if "/resolve/" not in self.path:
            self.send_error(404)
            return
        self.asked.append(self.path)
        self._tell()
        # Whoever asked may have had enough.
        with suppress(ConnectionError):
            self.wfile.write(CONTENT)

    def _tell(self) -> None:
        self.send_response(200)
        self.send_header("Content-Length", str(len(CONTENT)))
        self.send_header("ETag", f'"{hashlib.sha256(CONTENT).hexdigest()}"')
        self.send_header("X-Repo-Commit", "0" * 40)
        self.send_header("Connection", "close")
        self.end_headers()

    def log_message(self, *words: object) -> None:
        pass


@contextmanager
def local_hub(monkeypatch: pytest.MonkeyPatch) -> Iterator[type[Hub]]:
    """The hub at work, and the hub's library pointed to it, which takes `CHUNK` bytes at a time."""
    with ThreadingHTTPServer(("127.0.0.1", 0), Hub) as server:
        endpoint = f"http://127.0.0.1:{server.server_port}"
        monkeypatch.setattr("huggingface_hub.constants.ENDPOINT", endpoint)
        monkeypatch.setattr(
            "huggingface_hub.constants.HUGGINGFACE_CO_URL_TEMPLATE",
            endpoint + "/{repo_id}/resolve/{revision}/{filename}",
        )
        monkeypatch.setattr("huggingface_hub.constants.DOWNLOAD_CHUNK_SIZE", CHUNK)
        monkeypatch.setattr(Hub, "asked", [])
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        try:
            yield Hub
        finally:
            server.shutdown()
            thread.join()
