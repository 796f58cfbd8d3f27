"""What the go command says of a project's modules and packages, and whether we say the same."""

from __future__ import annotations

import json
import os
import re
import subprocess
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from crosswind.errors import CrosswindError
from crosswind.project.modules.load import load
from crosswind.project.modules.model import Absent, Found
from crosswind.project.modules.modules import Modules
from crosswind.project.modules.vendored import Version

ENV = {"GOENV": "off", "GOFLAGS": "", "GOPROXY": "off", "GOTOOLCHAIN": "local", "GO111MODULE": ""}
_PACKAGES = "-json=ImportPath,Dir,Module,Standard,Error,Incomplete"


def go(folder: Path, *words: str, env: Mapping[str, str] | None = None) -> tuple[int, str, str]:
    """Run the go command: its status, output and messages."""
    whole = {**os.environ, **ENV, **(env or {})}
    done = subprocess.run(
        ["go", *words], cwd=folder, env=whole, capture_output=True, check=False, text=True
    )
    return done.returncode, done.stdout, done.stderr


def documents(text: str) -> Iterator[dict[str, Any]]:
    """Take apart JSON documents that follow each other."""
    decoder, at = json.JSONDecoder(), 0
    while (start := text.find("{", at)) >= 0:
        document, at = decoder.raw_decode(text, start)
        yield document


def loaded(
    folder: Path, env: Mapping[str, str] | None = None, goroot: Path | None = None
) -> Modules | CrosswindError:
    """Load modules as the go command does under the same settings."""
    try:
        return load(folder, {**os.environ, **ENV, **(env or {})}, goroot=goroot)
    except CrosswindError as error:
        return error


def goroot() -> Path:
    """The GOROOT of the go command on PATH."""
    return Path(go(Path("/"), "env", "GOROOT")[1].strip())


def package_differences(
    folder: Path, patterns: Sequence[str], env: Mapping[str, str] | None = None
) -> tuple[int, list[str]]:
    """Compare where each package of a build is; return how many, and what differs; -1 where Go
    would have to fetch modules before it can tell.
    """
    words = ("list", "-e", "-deps", "-test", _PACKAGES, "--", *patterns)
    status, out, err = go(folder, *words, env=env)
    found = loaded(folder, env, goroot())
    if "lookup disabled" in err or "requires go >=" in err:
        return -1, []
    if status != 0 or isinstance(found, CrosswindError):
        same = status != 0 and isinstance(found, CrosswindError)
        return 0, [] if same else [f"{folder}: Go {status} {err[-300:]!r}, ours {_short(found)}"]
    wrong: list[str] = []
    count = 0
    for one in documents(out):
        path = one["ImportPath"]
        # Packages that -test makes up have a test's name behind theirs, or `.test`.
        if " [" in path or path.endswith(".test") or path == "C":
            continue
        count += 1
        said, mine = _theirs(one), _ours(found.find(path))
        if said != mine:
            wrong.append(f"{path}: Go {said}, ours {mine}")
    return count, wrong


def _theirs(one: dict[str, Any]) -> tuple[object, ...]:
    module = one.get("Module", {})
    if "Dir" not in one:
        return ("absent",)
    return module.get("Path", ""), module.get("Version", ""), one["Dir"], one.get("Standard", False)


def _ours(found: Found | Absent) -> tuple[object, ...]:
    if isinstance(found, Absent) or found.directory is None:
        return ("absent",)
    return found.module, found.version, str(found.directory), found.standard


def list_differences(folder: Path, env: Mapping[str, str] | None = None) -> tuple[int, list[str]]:
    """Compare the build lists (`go list -m all`); -1 where it cannot be told without more go.mod files."""
    status, out, err = go(folder, "list", "-e", "-m", "-json", "all", env=env)
    found = loaded(folder, env)
    if isinstance(found, CrosswindError):
        # With -e Go lists modules even where it would build nothing.
        return (-1, []) if status or found.code == "CW5024" else (0, [f"{folder}: ours {found!r}"])
    if found.vendor:
        return -1, []
    missing = found.selection.missing
    if missing:
        return -1, []
    if status:
        return 0, [f"{folder}: only Go fails: {err[-300:]}"]
    said = [one for one in documents(out) if not one.get("Main")]
    wrong: list[str] = []
    mine = dict(found.selection.versions)
    for one in said:
        if mine.pop(one["Path"], None) != one["Version"]:
            wrong.append(f"{one['Path']}: Go {one['Version']}")
        wrong += _replaced(found, one)
    return len(said), wrong + [f"{path}@{version}: Go has none" for path, version in mine.items()]


def _replaced(found: Modules, one: dict[str, Any]) -> list[str]:
    said = one.get("Replace")
    mine = found.replacement(Version(one["Path"], one["Version"]))
    if not said and not mine:
        return []
    if said and mine and (said["Path"], said.get("Version", "")) == (mine.path, mine.version):
        return []
    return [f"{one['Path']}: replaced by {said} for Go, by {mine} for us"]


def acceptance(folder: Path, env: Mapping[str, str]) -> tuple[bool, list[str]]:
    """Compare what is refused as a whole, and otherwise where each package is.

    Returns:
        Whether Go refuses it, and what differs.
    """
    words = ("list", "-e", "-deps", _PACKAGES, "--", "./...")
    status, out, err = go(folder, *words, env=env)
    found = loaded(folder, env, goroot())
    is_refused = status != 0
    if is_refused and "lookup disabled" in err:
        # Go would have to fetch something: then we may say anything but where it is.
        return False, []
    if isinstance(found, CrosswindError) and not any("Dir" in one for one in documents(out)):
        return True, []  # outside of modules Go lists nothing, and complains when it shall build
    if isinstance(found, Modules) and _STALE.search(err) and _is_partial(folder, found):
        return False, []
    if is_refused != isinstance(found, CrosswindError):
        return is_refused, [f"Go {status} {err.strip()[-300:]!r}, ours {_short(found)}"]
    if isinstance(found, CrosswindError):
        return True, []
    pairs = (
        (one["ImportPath"], _theirs(one), _ours(found.find(one["ImportPath"])))
        for one in documents(out)
        if one["ImportPath"] not in ("C", "./...")
    )
    return False, [f"{path}: Go {said}, ours {mine}" for path, said, mine in pairs if said != mine]


# What Go finds out only when it has loaded packages, for all of them at once.
_STALE = re.compile(r"updates to go.mod needed|missing go.sum entry")


def _is_partial(folder: Path, found: Modules) -> bool:
    """Whether we, too, find some import of the folder's files to be in want of something."""
    imports = {
        path
        for file in folder.rglob("*.go")
        for path in re.findall(r'"([a-z.]+/[a-z./]+)"', file.read_text(errors="replace"))
    }
    answers = [found.find(path) for path in imports]
    return any(isinstance(one, Absent) or one.implicit for one in answers)


def _short(found: Modules | CrosswindError) -> str:
    return "takes it" if isinstance(found, Modules) else f"{found.code} {found.message}"
