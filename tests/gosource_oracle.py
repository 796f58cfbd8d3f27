"""What go/build and go/parser read of Go files, and whether our reader says the same."""

from __future__ import annotations

import base64
import json
import os
import re
import subprocess
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from crosswind.gosource import GoFile, read

SOURCE = Path(__file__).with_suffix(".go")
_FOLDER = "/v"
_NO_UTF8 = re.compile("[\udc80-\udcff]")


@dataclass(frozen=True)
class Oracle:
    """The program that asks Go's packages."""

    program: Path

    @classmethod
    def build(cls, folder: Path) -> Oracle:
        """Compile it with the `go` on PATH."""
        env = {**os.environ, "GOENV": "off", "GOFLAGS": "", "CGO_ENABLED": "0"}
        program = folder / "oracle"
        # Outside of any module: a go.mod there could choose another Go.
        argv = ["go", "build", "-o", program, SOURCE]
        subprocess.run(argv, env=env, cwd=folder, check=True)
        return cls(program)

    def ask(self, requests: Iterable[dict[str, str]]) -> list[dict[str, Any]]:
        """Ask about many files at once."""
        lines = "".join(json.dumps(one) + "\n" for one in requests)
        done = subprocess.run(
            [self.program], input=lines.encode(), stdout=subprocess.PIPE, check=True
        )
        return [json.loads(line) for line in done.stdout.splitlines()]

    def paths(self, paths: Sequence[Path]) -> list[dict[str, Any]]:
        """Ask about files on disk."""
        return self.ask({"Path": str(path)} for path in paths)

    def texts(self, texts: Sequence[bytes]) -> list[dict[str, Any]]:
        """Ask about contents."""
        return self.ask({"Data": base64.b64encode(text).decode()} for text in texts)


def differences(data: bytes, answer: dict[str, Any]) -> list[str]:
    """Compare our reading of a file with Go's."""
    if answer["Other"]:
        return []  # of its constraints or its #cgo lines: not a matter of the head
    found = read(data)
    if GoFile.from_tuple(json.loads(json.dumps(found.to_tuple()))) != found:
        return ["it does not survive JSON"]
    ours = _ours(found)
    for errors in (ours["Errors"], answer["Errors"] or []):
        # Where a `//line` comment names another file, Go's order depends on the folder.
        errors.sort(key=lambda one: (one["File"], one["Line"], one["Column"], one["Text"]))
    if answer["Ignored"]:
        ours = {"Package": "" if found.is_documentation else found.package}
    return [
        f"{name}: ours {value!r}, Go's {answer[name] or type(value)()!r}"
        for name, value in ours.items()
        if value != (answer[name] or type(value)())
    ]


def _ours(found: GoFile) -> dict[str, Any]:
    imports = sorted(found.imports, key=lambda one: (one.line, one.column, one.path))
    embeds = sorted(found.embeds, key=lambda one: (one.line, one.column, _text(one.pattern)))
    return {
        "Package": found.package,
        "Imports": [_said(one.path, one, one.name) for one in imports],
        "Embeds": [_said(one.pattern, one) for one in embeds],
        "Directives": [_said(one.text, one) for one in found.directives],
        "Errors": [_said(one.message, one) for one in found.errors],
        "Preambles": [_text(one) for one in found.preambles],
        "Unread": found.unread,
    }


def _said(text: str, place: Any, name: str = "") -> dict[str, Any]:
    return {
        "Text": _text(text),
        "Name": name,
        "File": _file(place.file),
        "Line": place.line,
        "Column": place.column,
    }


def _text(text: str) -> str:
    """Spell it as Go's JSON does."""
    return _NO_UTF8.sub("\ufffd", text)


def _file(named: str | None) -> str:
    """Return the path that Go makes of the name in a `//line` comment (filepath.Join)."""
    if named is None:
        return f"{_FOLDER}/x.go"
    if not named:
        return ""
    path = _text(named) if named.startswith("/") else f"{_FOLDER}/{_text(named)}"
    return re.sub("^//+", "/", os.path.normpath(path))
