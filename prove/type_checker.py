"""What Go's compiler says of every package of a module for a target, without generating code.

The compiler is built from the toolchain's own sources with one change: it stops where type checking
is done, writes what importers need, and leaves optimising and code generation out. So its messages are
the compiler's, and all of a module with its dependencies and the standard library takes seconds.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

_MAIN = "src/cmd/compile/internal/gc/main.go"
# Behind this line of main everything is optimising and code generation.
_CHECKED = "\tssagen.InitConfig()\n"
_STOP = """\tbase.FlushErrors()
\tif base.Errors() > 0 {
\t\tbase.ErrorExit()
\t}
\tif base.Flag.AsmHdr != "" {
\t\tdumpasmhdr()
\t}
\tdumpobj1(base.Flag.LowerO, modeCompilerObj)
\treturn
"""
_TOOLEXEC = """#!/bin/sh
case "$1" in
*/compile) shift; exec "${0%/*}/compile" "$@" ;;
*/link)
    case " $* " in *" -V=full "*) exec "$@" ;; esac
    while [ $# -gt 0 ]; do [ "$1" = -o ] && { : >"$2"; exit 0; }; shift; done ;;
esac
exec "$@"
"""
_FIELDS = "ImportPath,Dir,Standard,Module,Error,DepsErrors,CgoFiles,IgnoredGoFiles"


@dataclass(frozen=True)
class Checker:
    """A Go toolchain whose compiler only checks types.

    Attributes:
        folder: for the compiler, the build cache and the modules' copies.
        version: of Go, such as "go1.27.3".
        whole: compile and link as Go does, by its unchanged compiler; takes a minute for a target's
            standard library alone.
    """

    folder: Path
    version: str
    whole: bool = False

    @property
    def env(self) -> dict[str, str]:
        """The environment of go commands."""
        own = {"GOENV": "off", "GOTOOLCHAIN": self.version, "GOWORK": "off", "CGO_ENABLED": "0",
               "GOFLAGS": "-buildvcs=false -mod=mod"}  # fmt: skip
        return {
            **os.environ,
            **own,
            "GOCACHE": str(self.folder / ("go-build-whole" if self.whole else "go-build")),
        }

    def said(self, *words: str) -> str:
        """Return what a go command prints outside of any module."""
        done = subprocess.run(["go", *words], cwd=self.folder, env=self.env, capture_output=True,
                              check=True, text=True)  # fmt: skip
        return done.stdout.strip()

    def prepare(self) -> None:
        """Build the compiler, if it is not there."""
        tools = self.folder / "tools"
        tools.mkdir(parents=True, exist_ok=True)
        if self.whole or (tools / "compile").exists():
            return
        root = Path(self.said("env", "GOROOT"))
        text = (root / _MAIN).read_text(encoding="utf-8")
        if text.count(_CHECKED) != 1:
            message = f"{_MAIN} of {self.version} is not as expected"
            raise ValueError(message)
        (tools / "main.go").write_text(text.replace(_CHECKED, _CHECKED + _STOP), encoding="utf-8")
        overlay = {"Replace": {str(root / _MAIN): str(tools / "main.go")}}
        (tools / "overlay.json").write_text(json.dumps(overlay), encoding="utf-8")
        (tools / "toolexec").write_text(_TOOLEXEC, encoding="utf-8")
        (tools / "toolexec").chmod(0o755)
        # The go command replaces nothing below its module cache, and toolchains may lie there.
        env = {**self.env, "GOTOOLCHAIN": "local", "GOFLAGS": "", "GOMODCACHE": str(tools / "none")}
        words = [str(root / "bin" / "go"), "build", "-overlay", str(tools / "overlay.json"),
                 "-o", str(tools / "compile"), "cmd/compile"]  # fmt: skip
        subprocess.run(words, env=env, check=True)

    def copy(self, module: str) -> Path:
        """Return a writable copy of `path@version`, downloaded by the go command if need be."""
        folder = self.folder / "modules" / module.replace("/", "_")
        if not folder.exists():
            found = json.loads(self.said("mod", "download", "-json", module))
            shutil.copytree(found["Dir"], folder, copy_function=shutil.copyfile)
            for path in [folder, *folder.rglob("*")]:
                if path.is_dir():
                    path.chmod(0o755)
        return folder

    def check(self, module: str, target: str) -> dict[str, Any]:
        """Check all packages of a module; return what is wrong with each and with what they need."""
        goos, _, goarch = target.partition("/")
        tools = self.folder / "tools"
        checked = [] if self.whole else [f"-toolexec={tools / 'toolexec'}"]
        words = ["go", "list", *checked, "-gcflags=all=-e", "-p", "1", "-e", "-export", "-deps",
                 f"-json={_FIELDS}", "./..."]  # fmt: skip
        done = subprocess.run(words, cwd=self.copy(module), capture_output=True, check=False, text=True,
                              env={**self.env, "GOOS": goos, "GOARCH": goarch})  # fmt: skip
        own: dict[str, Any] = {}
        others: dict[str, str] = {}
        for document in _documents(done.stdout):
            path, error = document["ImportPath"], _error(document, self.folder)
            # A package that cannot be loaded has no module, but it has its path.
            if document.get("Module", {}).get("Main") or is_own(path, module):
                own[path] = {"error": error, "blocked": _roots(document)}
            elif error:
                others[path] = error
        record = {"go": self.version, "module": module, "target": target, "packages": own}
        return {**record, "others": others, "said": done.stderr if done.returncode else ""}


def is_own(path: str, module: str) -> bool:
    """Whether a package belongs to a module, `path@version`."""
    root = module.partition("@")[0]
    return path == root or path.startswith(f"{root}/")


def _documents(text: str) -> Iterator[dict[str, Any]]:
    decoder, at = json.JSONDecoder(), 0
    while (start := text.find("{", at)) >= 0:
        document, at = decoder.raw_decode(text, start)
        yield document


def _error(document: dict[str, Any], folder: Path) -> str:
    """Return a package's own error: Go repeats those of its imports as it cannot import them."""
    error = document.get("Error")
    if not error:
        return ""
    text = f"{error['Pos']}: {error['Err']}" if error.get("Pos") else str(error["Err"])
    lines = [line for line in text.splitlines() if "could not import" not in line]
    lines = lines[1:] if lines and lines[0].startswith("# ") else lines
    return "\n".join(lines).replace(f"{folder}/", "").strip()


def _roots(document: dict[str, Any]) -> list[str]:
    """Name the packages whose errors stand in a package's way."""
    roots = set()
    for error in document.get("DepsErrors") or ():
        named = re.match(r"# (\S+)", error["Err"])
        stack = error.get("ImportStack") or [""]
        roots.add(named[1] if named else stack[-1])
    return sorted(roots - {document["ImportPath"]})
