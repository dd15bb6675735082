"""Local server that imitates the Hugging Face Hub and serves a single file."""

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
    """Request handler that serves `CONTENT` with the headers of the Hugging Face Hub.

    ``asked`` holds the path of every download request.
    """

    asked: ClassVar[list[str]] = []

    def do_HEAD(self) -> None:
        self._send_headers()

    def do_GET(self) -> None:
        if "/resolve/" not in self.path:
            self.send_error(404)
            return
        self.asked.append(self.path)
        self._send_headers()
        # The client may have canceled the download.
        with suppress(ConnectionError):
            self.wfile.write(CONTENT)

    def _send_headers(self) -> None:
        self.send_response(200)
        self.send_header("Content-Length", str(len(CONTENT)))
        self.send_header("ETag", f'"{hashlib.sha256(CONTENT).hexdigest()}"')
        self.send_header("X-Repo-Commit", "0" * 40)
        self.send_header("Connection", "close")
        self.end_headers()

    def log_message(self, *args: object) -> None:
        pass


@contextmanager
def local_hub(monkeypatch: pytest.MonkeyPatch) -> Iterator[type[Hub]]:
    """Run the server and redirect huggingface_hub to it, with downloads in chunks of `CHUNK` bytes."""
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
