"""A timestamp server on the loopback: `openssl ts` behind HTTP."""

from __future__ import annotations

import subprocess
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

from signing.authority import Identity

CONFIG = """\
[tsa]
dir = {folder}
serial = {folder}/serial
signer_digest = sha256
default_policy = 1.2.3.4.1
digests = sha256, sha384, sha512
ess_cert_id_alg = sha256
certs = {certificate}
"""


@contextmanager
def running(folder: Path, server: Identity) -> Iterator[str]:
    """Yield the URL of a server that answers queries of RFC 3161."""
    certificate, key = server.write(folder, "server")
    config = folder / "tsa.cnf"
    config.write_text(CONFIG.format(folder=folder, certificate=certificate))
    (folder / "serial").write_text("01\n")
    command = ["openssl", "ts", "-reply", "-config", config, "-section", "tsa"]
    command += ["-signer", certificate, "-inkey", key]

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            query = folder / "query.tsq"
            query.write_bytes(self.rfile.read(int(self.headers["Content-Length"])))
            reply = folder / "reply.tsr"
            subprocess.run(
                [*command, "-queryfile", query, "-out", reply], check=True, capture_output=True
            )
            self.send_response(200)
            self.send_header("Content-Type", "application/timestamp-reply")
            self.end_headers()
            self.wfile.write(reply.read_bytes())

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    with HTTPServer(("127.0.0.1", 0), Handler) as http:
        threading.Thread(target=http.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{http.server_port}/"
        http.shutdown()
