"""What the go command reads in go.mod and go.work files, and whether we read the same."""

from __future__ import annotations

import json
import os
import re
import subprocess
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from crosswind.errors import CrosswindError
from crosswind.project.modules import modfile
from crosswind.project.modules.modfile import ModFile, WorkFile

ENV = {**os.environ, "GOENV": "off", "GOFLAGS": "", "GOPROXY": "off", "GOWORK": "off", "GOTOOLCHAIN": "local"}  # fmt: skip
_PLACE = re.compile(r"^\S*?go\.(?:mod|work):(\d+)(?::(\d+))?: ", re.MULTILINE)


def said(folder: Path, data: bytes, name: str = "go.mod") -> dict[str, Any] | list[tuple[int, int]]:
    """Let Go read a file: its values, or the places of its mistakes."""
    path = folder / name
    path.write_bytes(data)
    command = "mod" if name == "go.mod" else "work"
    words = ["go", command, "edit", "-json", str(path)]
    done = subprocess.run(words, cwd=folder, env=ENV, capture_output=True, check=False)
    if done.returncode:
        text = done.stderr.decode("utf-8", "replace")
        return [(int(line), int(column or 1)) for line, column in _PLACE.findall(text)]
    document: dict[str, Any] = json.loads(done.stdout)
    return document


def ours(data: bytes, name: str = "go.mod") -> dict[str, Any] | list[tuple[int, int]]:
    """Read it ourselves, into the same."""
    try:
        if name == "go.mod":
            return _mod(modfile.read_mod(name, data))
        return _work(modfile.read_work(name, data))
    except CrosswindError as error:
        return [_place(finding.subject) for finding in error.findings]


def _place(subject: str) -> tuple[int, int]:
    _, line, column = (*subject.split(":"), "1")[:3]
    return int(line), int(column)


def _mod(file: ModFile) -> dict[str, Any]:
    document: dict[str, Any] = {
        "Module": {"Path": file.module.text if file.module else ""},
        "Require": [_module(one, Indirect=one.indirect) for one in file.require],
        "Exclude": [_module(one) for one in file.exclude],
        "Retract": [_retract(one.low, one.high, one.rationale) for one in file.retract],
        "Tool": [{"Path": one.text} for one in file.tool],
        "Ignore": [{"Path": one.text} for one in file.ignore],
        **_shared(file, "GoDebug"),
    }
    if file.deprecated:
        document["Module"]["Deprecated"] = file.deprecated
    return _bare(document)


def _work(file: WorkFile) -> dict[str, Any]:
    document = {"Use": [{"DiskPath": one.text} for one in file.use], **_shared(file, "GoDebug")}
    # `go work edit -json` prints everything but these; later releases one of them.
    return _bare({**document, "GoDebug": [], "Toolchain": ""})


def _shared(file: ModFile | WorkFile, settings: str) -> dict[str, Any]:
    return {
        "Go": file.go.text if file.go else "",
        "Toolchain": file.toolchain.text if file.toolchain else "",
        settings: [{"Key": one.key, "Value": one.value} for one in file.godebug],
        "Replace": [
            {"Old": _version(one.path, one.version), "New": _version(one.new_path, one.new_version)}
            for one in file.replace
        ],
    }


def _version(path: str, version: str) -> dict[str, str]:
    return {"Path": path, **({"Version": version} if version else {})}


def _module(one: Any, **more: bool) -> dict[str, Any]:
    return {
        "Path": one.path,
        "Version": one.version,
        **{key: True for key, on in more.items() if on},
    }


def _retract(low: str, high: str, rationale: str) -> dict[str, str]:
    return {"Low": low, "High": high, **({"Rationale": rationale} if rationale else {})}


def _clean(document: dict[str, Any]) -> dict[str, Any]:
    """Leave out what `go mod edit` and `go work edit` do not print (rule.go, Cleanup and removeDups)."""
    for key in ("Exclude", "Tool", "Ignore"):
        document[key] = _once(document.get(key, []))
    document["Replace"] = _once(reversed(document["Replace"]), "Old")[::-1]
    for key, name in (
        ("Require", "Path"),
        ("Exclude", "Path"),
        ("GoDebug", "Key"),
        ("Use", "DiskPath"),
    ):
        document[key] = [one for one in document.get(key, []) if one[name]]
    document["Replace"] = [one for one in document["Replace"] if one["Old"]["Path"]]
    return document


def _once(entries: Iterable[dict[str, Any]], key: str = "") -> list[dict[str, Any]]:
    found: dict[str, dict[str, Any]] = {}
    for one in entries:
        found.setdefault(str(one[key] if key else one), one)
    return list(found.values())


def _bare(document: dict[str, Any]) -> dict[str, Any]:
    """Leave out what is empty, and write bytes that are no text as Go's JSON does."""
    kept = {key: value for key, value in _clean(document).items() if value}
    text = json.dumps(kept, ensure_ascii=False)
    loaded: dict[str, Any] = json.loads(re.sub("[\udc80-\udcff]", "\ufffd", text))
    return loaded


def difference(folder: Path, data: bytes, name: str = "go.mod") -> str:
    """Compare; empty where we read the same."""
    theirs, mine = said(folder, data, name), ours(data, name)
    if isinstance(theirs, dict):
        unprinted = {"Toolchain", "Godebug", "GoDebug"} if name == "go.work" else set()
        theirs = {key: value for key, value in theirs.items() if value and key not in unprinted}
        theirs.setdefault("Module", {"Path": ""}) if name == "go.mod" else None
    return "" if theirs == mine else f"{data!r}:\n  Go   {theirs}\n  ours {mine}"


WORDS = (
    "module", "go", "toolchain", "godebug", "require", "exclude", "replace", "retract", "tool", "ignore", "use",
    "(", ")", "[", "]", ",", "=>", "\n", "\n", "\n\n", "// indirect\n", "// indirect; more\n", "// Deprecated: no\n",
    "//\n", "/*", "\r\n", "\t", '"a b"', "`raw`", '"\\x41"', '"', "'", "a.b/c", "a.b/c/v2", "a.b/c/v1", "gopkg.in/y.v2",
    "gopkg.in/y", "./x", "../x", "/x", "C:\\x", ".\\x", "v1.2.3", "v2.0.0", "v1.2", "v1", "v2.0.0+incompatible",
    "v1.0.0-pre.1", "v0.0.0-20200101000000-abcdefabcdef", "master", "1.21", "1.21.0", "1.22rc1", "1", "go1.22.1",
    "default", "x=y", "a//b", "\u00e9", "\x0b", "\ufeff", "\u00a0", "\x7f", "{", "}", "a@b",
)  # fmt: skip
LINES = (
    "module a.b/c", "go 1.22", "go 1.21.0", "toolchain go1.22.1", "godebug x=y", "require a.b/d v1.2.3", "tool a.b/c/t",
    "require a.b/e v0.1.0 // indirect", "exclude a.b/d v1.0.0", "replace a.b/d => ../d", "ignore ./x",
    "replace a.b/d v1.2.3 => a.b/f v1.0.0", "retract v1.0.0 // bad", "retract [v1.0.0, v1.1.0]",
    "// why\nretract v1.0.1", "require (\n\ta.b/g v1.0.0\n\n\t// said\n\ta.b/h v1.0.0 // indirect\n)", "use ./a",
    "retract (\n\t// one\n\tv1.0.2\n\tv1.0.3\n)", "// all\nretract (\n\tv1.0.2\n)", 'use (\n\t./b\n\t"./c d"\n)',
    "// Deprecated: use d\nmodule a.b/c", "godebug (\n\tx=y\n\tdefault=go1.21\n)", "tool (\n\ta.b/t\n)", "require ()",
)  # fmt: skip


def files() -> Any:
    """Make up files: sound lines, and words that belong nowhere between them."""
    from hypothesis import strategies as st

    word = st.sampled_from(WORDS)
    loose = st.lists(word, max_size=6).map(" ".join)
    line = st.one_of(st.sampled_from(LINES), st.sampled_from(LINES), loose)
    spoiled = st.tuples(st.sampled_from(LINES), word, st.integers(0, 40)).map(
        lambda made: made[0][: made[2]] + made[1] + made[0][made[2] :]
    )
    text = st.lists(st.one_of(line, line, spoiled), max_size=6).map("\n".join)
    return st.tuples(text, st.sampled_from(("", "\n", "\r\n"))).map(
        lambda made: "".join(made).encode()
    )
