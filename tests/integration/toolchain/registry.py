"""A Go proxy and Python package index on the loopback interface, that fails as it is told."""

from __future__ import annotations

import threading
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Self

Answer = Callable[[BaseHTTPRequestHandler], None]


class Registry:
    """Answers every path with `pages`, or as `otherwise` does."""

    def __init__(self) -> None:
        self.pages: dict[str, bytes] = {}
        self.otherwise: Answer = refuse
        self.asked: list[str] = []
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        self._server.daemon_threads = True
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.05,))
        self.url = f"http://127.0.0.1:{self._server.server_address[1]}"

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_exception: object) -> None:
        ended.set()
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()
        ended.clear()

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        registry = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                registry.asked.append(self.path)
                page = registry.pages.get(self.path)
                if page is None:
                    registry.otherwise(self)
                    return
                self.send_response(200)
                self.send_header("Content-Length", str(len(page)))
                html = self.path.endswith("/")
                self.send_header("Content-Type", "text/html" if html else "application/zip")
                self.end_headers()
                self.wfile.write(page)

            def log_message(self, *_arguments: object) -> None:
                """Stay silent."""

        return Handler


# Set when a registry stops, so that what hangs lets go.
ended = threading.Event()


def refuse(handler: BaseHTTPRequestHandler) -> None:
    """What a proxy that filters versions says."""
    handler.send_error(403, "Forbidden by policy")


def unknown(handler: BaseHTTPRequestHandler) -> None:
    """What a proxy says to what it does not have."""
    handler.send_error(404, "not found")


def hang(_handler: BaseHTTPRequestHandler) -> None:
    """Accept, and say nothing."""
    ended.wait(60)


def dribble(handler: BaseHTTPRequestHandler) -> None:
    """Promise much and send little, slowly, to whoever wants the archive."""
    if not handler.path.endswith((".zip", ".whl")):
        unknown(handler)
        return
    handler.send_response(200)
    handler.send_header("Content-Length", str(75 << 20))
    handler.end_headers()
    while not ended.wait(0.1):
        try:
            handler.wfile.write(b"P" * 8192)
        except OSError:
            return
