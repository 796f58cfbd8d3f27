"""Compare an installed toolchain, file by file, with the official module."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from crosswind.errors import CrosswindError
from crosswind.finding import Check, Report, Status
from crosswind.frozen import frozen
from crosswind.toolchain import archive, module
from crosswind.toolchain.dirhash import DirHash
from crosswind.toolchain.kinds import GO, Edition, Kept
from crosswind.toolchain.model import Toolchain
from crosswind.toolchain.request import Request

# Where a foreign file could get into what is built. The official archives for people hold more
# than the module does elsewhere: api, doc, misc, test (cmd/distpack/pack.go).
_COMPILED = ("bin/", "lib/", "pkg/", "src/")
# The go command's defaults; some distributions change them on purpose.
_SETTINGS = "go.env"
_MOST_NAMES = 5


@frozen
class _Difference:
    """How a tree differs from the official one; names are below GOROOT."""

    changed: tuple[str, ...]
    missing: tuple[str, ...]
    foreign: tuple[str, ...]
    beside: int
    same: int


def verify(toolchain: Toolchain, client: Toolchain, request: Request) -> Report:
    """Check that a toolchain is what the Go project published.

    The official module is fetched by Go's client, which checks it against the checksum database;
    its sum is computed again here, and every file of the tree is compared with it. Where the proxy
    does not serve the module, a toolchain out of a pinned wheel is still compared with its pin.

    Args:
        toolchain: what is checked.
        client: whose go command fetches the module; best another one than that which is checked.
        request: environment, observer, limits, offline.

    Raises:
        CrosswindError: nothing could be compared: the module cannot be had (CW0404, CW0406, CW0408,
            CW0409), or what the proxy serves is wrong (CW0407).
    """
    tree = digests(toolchain.goroot)
    edition = Edition(GO, toolchain.version, toolchain.host)
    by_pin = pinned(edition, toolchain.digest, toolchain.goroot, tree)
    try:
        got = module.download(toolchain.name, toolchain.host, client, request)
        published = official(got)
    except CrosswindError as error:
        if by_pin is None or error.code == "CW0407":
            raise
        reason = f"{error.message}: compared with the pin only"
        skipped = Check("CW0420", "official module", Status.SKIP, reason, error.hint)
        return Report(str(toolchain.goroot), (skipped, by_pin))
    source = f"{len(published)} files, {got.sum}"
    if client.goroot == toolchain.goroot:
        source += "; fetched by its own go command, for want of another"
    checks = (
        Check("CW0420", "official module", Status.PASS, source),
        *compare(toolchain.goroot, tree, published),
        *([by_pin] if by_pin else []),
    )
    return Report(str(toolchain.goroot), checks)


def compare(goroot: Path, tree: Mapping[str, str], published: Mapping[str, str]) -> Iterator[Check]:
    """Compare a tree with the published one: digests by names below GOROOT."""
    found = _difference(tree, published)
    yield _files("CW0421", "content", found.changed, "differ", f"{found.same} files are the same")
    yield _files("CW0422", "completeness", found.missing, "are missing", "no file is missing")
    yield _files("CW0423", "foreign files", found.foreign, "do not belong there", "none")
    if found.beside:
        message = f"{found.beside} files outside of {', '.join(_COMPILED)} are not in the module"
        yield Check("CW0425", "other files", Status.SKIP, message)
    if _SETTINGS in published and tree.get(_SETTINGS) != published[_SETTINGS]:
        yield Check(
            "CW0424",
            "default settings",
            Status.WARN,
            f"{_SETTINGS} is not the official one",
            f"look at {goroot / _SETTINGS}; the environment and `go env -w` win over it",
        )


def _difference(tree: Mapping[str, str], published: Mapping[str, str]) -> _Difference:
    common = {name for name in published if name in tree and name != _SETTINGS}
    changed = tuple(sorted(name for name in common if tree[name] != published[name]))
    extra = [name for name in tree if name not in published]
    foreign = tuple(sorted(name for name in extra if name.startswith(_COMPILED)))
    # Texts at the root such as README.md matter to nobody's build; go.env is looked at apart.
    missing = tuple(
        sorted(
            n for n in published if n not in tree and (n.startswith(_COMPILED) or n == "VERSION")
        )
    )
    return _Difference(
        changed, missing, foreign, len(extra) - len(foreign), len(common) - len(changed)
    )


def _files(code: str, title: str, names: Sequence[str], verdict: str, good: str) -> Check:
    if not names:
        return Check(code, title, Status.PASS, good)
    shown = ", ".join(names[:_MOST_NAMES]) + (", …" if len(names) > _MOST_NAMES else "")
    hint = "install this toolchain again from a source you trust, and rebuild what it built"
    return Check(code, title, Status.FAIL, f"{len(names)} {verdict}: {shown}", hint)


def pinned(
    edition: Edition[Kept], digest: str, root: Path, tree: Mapping[str, str]
) -> Check | None:
    """Compare a toolchain out of a wheel with the pinned sum.

    Args:
        edition: what it is.
        digest: of what it was installed from.
        root: where it lies.
        tree: the files there, as `digests` gives them.

    Returns:
        The outcome; None if it does not come from the wheel that is pinned.
    """
    pin = edition.pin
    if pin is None or digest != f"sha256:{pin.sha256}":
        return None
    total = DirHash()
    total.files.update(tree)
    if total.sum() == pin.tree:
        return Check("CW0426", "pin", Status.PASS, f"all {len(tree)} files as pinned")
    return Check(
        "CW0426",
        "pin",
        Status.FAIL,
        f"the tree is not the pinned one: {total.sum()}, not {pin.tree}",
        f"remove {root.parent} and install it again",
    )


def official(got: module.Download) -> dict[str, str]:
    """The digests of the module's files by their names below GOROOT."""
    return {
        name: hashlib.sha256(data).hexdigest()
        for name, data in archive.module(got.zip, got.prefix, got.sum)
    }


def digests(root: Path) -> dict[str, str]:
    """The digests of all files below a toolchain's root; Go leaves _go.mod beside go.mod in its module cache.

    A symbolic link counts as what it points to, as for the compiler.
    """
    found: dict[str, str] = {}
    seen: set[str] = set()
    for place, folders, names in os.walk(root, followlinks=True):
        # Distributions link whole folders; one that leads back is not entered twice.
        folders[:] = [each for each in folders if _first_time(Path(place, each), seen)]
        for name in names:
            path = Path(place, name)
            if name == "_go.mod" and path.with_name("go.mod").exists():
                continue
            try:
                with path.open("rb") as stream:
                    digest = hashlib.file_digest(stream, "sha256").hexdigest()
            except OSError:
                digest = "unreadable"
            found[path.relative_to(root).as_posix()] = digest
    return found


def _first_time(folder: Path, seen: set[str]) -> bool:
    real = os.path.realpath(folder)
    known = real in seen
    seen.add(real)
    return not known
