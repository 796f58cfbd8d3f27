"""Proxies, checksums and version control make the go command fail; `explain` must know it."""

from __future__ import annotations

import http.server
import os
import re
import shutil
import ssl
import threading
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from crosswind import explain
from integration.explain.messages import first, go_env, plain, said, write

MOD = "module example.com/m\n\ngo 1.26\n"
NEEDS = MOD + "\nrequire example.com/dep v1.0.0\n"
MAIN = 'package main\n\nimport _ "example.com/dep"\n\nfunc main() {}\n'
ZEROS = "h1:" + "A" * 43 + "="


@pytest.fixture
def module(tmp_path: Path) -> Path:
    return write(tmp_path / "m", {"go.mod": NEEDS, "main.go": MAIN})


@pytest.fixture
def proxy(tmp_path: Path) -> str:
    """A module proxy in a folder: example.com/dep, and a fork that kept its old path."""
    for path, declared in (("example.com/dep", "example.com/dep"), ("example.com/fork", "x.org/y")):
        folder = tmp_path / "proxy" / path / "@v"
        folder.mkdir(parents=True)
        (folder / "v1.0.0.info").write_text('{"Version": "v1.0.0"}')
        (folder / "v1.0.0.mod").write_text(f"module {declared}\n")
        with zipfile.ZipFile(folder / "v1.0.0.zip", "w") as archive:
            archive.writestr(f"{path}@v1.0.0/go.mod", f"module {declared}\n")
            archive.writestr(f"{path}@v1.0.0/dep.go", "package dep\n")
    return (tmp_path / "proxy").as_uri()


@pytest.fixture
def cache(tmp_path: Path) -> Iterator[dict[str, str]]:
    """A module cache of its own, which go makes read-only unless it is told not to."""
    yield {"GOMODCACHE": str(tmp_path / "cache"), "GOFLAGS": "-modcacherw"}
    shutil.rmtree(tmp_path / "cache", ignore_errors=True)


class Refusing(http.server.BaseHTTPRequestHandler):
    """A proxy that has nothing; the path's first part is the status."""

    def do_GET(self) -> None:
        self.send_response(int(self.path.split("/")[1]))
        self.end_headers()

    def log_message(self, *_args: object) -> None: ...


@contextmanager
def served(tls: ssl.SSLContext | None = None) -> Iterator[str]:
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Refusing) as server:
        server.handle_error = lambda *_: None  # type: ignore[method-assign]
        if tls:
            server.socket = tls.wrap_socket(server.socket, server_side=True)
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"{'https' if tls else 'http'}://127.0.0.1:{server.server_port}"
        server.shutdown()


def fetch(go: Path, module: Path, cache: dict[str, str], proxy: str) -> str:
    return said([go, "mod", "download", "example.com/dep"], module, go_env(GOPROXY=proxy, **cache))


@pytest.mark.parametrize("status", [400, 403, 404, 410])
def test_not_there(go: Path, module: Path, cache: dict[str, str], status: int) -> None:
    with served() as url:
        assert first(fetch(go, module, cache, f"{url}/{status}")) == "CW3308"


def test_not_there_in_a_folder(go: Path, module: Path, cache: dict[str, str], proxy: str) -> None:
    text = said(
        [go, "get", "example.com/dep@v1.0.0-rc.1"],
        module,
        go_env(GOPROXY=proxy + "/none", **cache),
    )
    assert first(text) == "CW3308", text


def test_server_error(go: Path, module: Path, cache: dict[str, str]) -> None:
    with served() as url:
        assert first(fetch(go, module, cache, f"{url}/503")) == "CW3316"


def test_refused(go: Path, module: Path, cache: dict[str, str]) -> None:
    with served() as url:
        pass
    assert first(fetch(go, module, cache, url)) == "CW3316"


def test_unknown_authority(go: Path, module: Path, cache: dict[str, str], tmp_path: Path) -> None:
    """Go's own tests carry a certificate for 127.0.0.1 that nobody trusts."""
    source = said([go, "env", "GOROOT"], tmp_path, go_env()).strip()
    pem = Path(source, "src/net/http/internal/testcert/testcert.go").read_text()
    blocks = re.findall(r"-----BEGIN.*?-----END [A-Z ]+-----", pem, re.DOTALL)
    (tmp_path / "server.pem").write_text("\n".join(blocks).replace("TESTING KEY", "PRIVATE KEY"))
    tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    tls.load_cert_chain(tmp_path / "server.pem")
    with served(tls) as url:
        assert first(fetch(go, module, cache, url)) == "CW3310"


def test_missing_sum(go: Path, module: Path, cache: dict[str, str], proxy: str) -> None:
    text = said([go, "build"], module, go_env(GOPROXY=proxy, **cache))
    assert first(text) == "CW3304", text
    assert explain.by_text(text)[0].values.get("package") == "example.com/dep"


@pytest.mark.parametrize("kind", ["", "/go.mod"])
def test_wrong_sum(go: Path, module: Path, cache: dict[str, str], proxy: str, kind: str) -> None:
    fetch(go, module, cache, proxy)
    sums = (module / "go.sum").read_text().splitlines()
    sums = [
        f"example.com/dep v1.0.0{kind} {ZEROS}" if line.split()[1] == f"v1.0.0{kind}" else line
        for line in sums
    ]
    (module / "go.sum").write_text("\n".join(sums) + "\n")
    fresh = cache | {"GOMODCACHE": cache["GOMODCACHE"] + "/fresh"}
    text = said([go, "build"], module, go_env(GOPROXY=proxy, **fresh))
    assert first(text) == "CW3309", text
    assert "SECURITY ERROR" in text


def test_declares_another_path(go: Path, module: Path, cache: dict[str, str], proxy: str) -> None:
    text = said([go, "get", "example.com/fork@v1.0.0"], module, go_env(GOPROXY=proxy, **cache))
    match = explain.by_text(text)[0]
    assert match.page.code == "CW3317", text
    assert match.values == {"declared": "x.org/y"}


def test_broken_checkout(go: Path, tmp_path: Path) -> None:
    write(tmp_path, {"go.mod": MOD, "main.go": "package main\n\nfunc main() {}\n"})
    (tmp_path / ".git").mkdir()
    text = said([go, "build", "-buildvcs=true"], tmp_path, go_env())
    assert first(text) == "CW3206", text
    assert "exit status 128" in text


def test_owned_by_another(tmp_path: Path) -> None:
    """git has a switch for its own tests of this message (t/t0033-safe-directory.sh)."""
    said(["git", "init", "-q"], tmp_path)
    foreign = {"GIT_TEST_ASSUME_DIFFERENT_OWNER": "1", "HOME": str(tmp_path)}
    text = said(["git", "status"], tmp_path, foreign | {"GIT_CONFIG_SYSTEM": os.devnull})
    match = explain.by_text(text)[0]
    assert match.page.code == "CW3206", text
    assert match.values["path"] == str(tmp_path)


def test_extldflags_are_not_looked_at(go: Path, tmp_path: Path) -> None:
    """No message at all: what CW3209 says."""
    write(tmp_path, {"go.mod": MOD, "main.go": "package main\n\nfunc main() {}\n"})
    argv = [go, "build", "-o", os.devnull, "-ldflags=-extldflags=-no-such-flag"]
    text = said(argv, tmp_path, go_env(CC="no-such-compiler"))
    assert text == ""
    assert first(plain("go build -ldflags=-extldflags=-no-such-flag")) == "CW3209"
