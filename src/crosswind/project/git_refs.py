"""Where HEAD and the tags of a repository stand, read without git.

gitrepository-layout(5) and git-pack-refs(1). What is told here is compared with what was told before,
so that git is asked only where something moved; whatever is not understood means that git is asked.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterator, Mapping
from pathlib import Path

from crosswind.frozen import frozen

# These lead git to other places than those that are looked at here (git(1), "Environment Variables").
_ELSEWHERE = ("GIT_DIR", "GIT_WORK_TREE", "GIT_COMMON_DIR", "GIT_OBJECT_DIRECTORY", "GIT_NAMESPACE",
              "GIT_CEILING_DIRECTORIES", "GIT_CONFIG", "GIT_CONFIG_COUNT", "GIT_CONFIG_PARAMETERS",
              "GIT_CONFIG_GLOBAL", "GIT_CONFIG_SYSTEM",
              "GIT_ALTERNATE_OBJECT_DIRECTORIES", "GIT_REPLACE_REF_BASE", "GIT_SHALLOW_FILE")  # fmt: skip
# One file of refs; a repository with more tags than fit is git's to read.
_MAX_SIZE = 16 << 20


@frozen
class Refs:
    """What a repository's answers about a commit follow from.

    Attributes:
        place: the folder of the repository itself, `.git` as a rule.
        state: digest of HEAD, all tags, and what bends the history.
        tags: digest of the tags, and of what bends the history, without what else may move.
    """

    place: Path
    state: str
    tags: str


def mark(directory: Path) -> Path | None:
    """Return the `.git` around a directory, without links: git follows them before it looks upwards."""
    physical = directory.resolve()
    marks = (place / ".git" for place in (physical, *physical.parents))
    return next((one for one in marks if one.exists()), None)


def read(directory: Path, env: Mapping[str, str] | None = None) -> Refs | None:
    """Read the repository around a directory; None if there is none, or none that is understood."""
    environment = os.environ if env is None else env
    if any(name in environment for name in _ELSEWHERE):
        return None
    found = mark(directory)
    try:
        return _read(found) if found else None
    except (OSError, ValueError):
        return None


def _read(mark: Path) -> Refs:
    own = mark if mark.is_dir() else _led_to(mark, "gitdir: ", mark.parent)
    common = own / "commondir"
    shared = _led_to(common, "", own) if common.exists() else own
    config = _content(shared / "config")
    if b"refstorage" in config.lower() or b"include" in config.lower():
        raise ValueError("refs or settings lie elsewhere")
    head = _content(own / "HEAD")
    if not head or not all((shared / name).is_dir() for name in ("objects", "refs")):
        # setup.c, is_git_directory: git takes no notice of it, and goes on upwards.
        raise ValueError("no repository")
    tags = [("packed", _content(shared / "packed-refs")), *sorted(_loose(shared / "refs" / "tags"))]
    if head.startswith(b"ref: "):
        branch = head[5:].strip().decode()
        if Path(branch).is_absolute() or ".." in branch:
            raise ValueError("HEAD leads elsewhere")
        tags_and_branch = [*tags, ("branch", _content(shared / branch))]
    else:
        tags_and_branch = tags
    bends = [("shallow", _content(shared / "shallow")), ("grafts", _content(shared / "info" / "grafts")),
             *sorted(_loose(shared / "refs" / "replace"))]  # fmt: skip
    others = [*_settings(), ("head", head), ("config", config), *bends,
              ("packs", _listing(shared / "objects" / "pack"))]  # fmt: skip
    return Refs(own, _digest([*tags_and_branch, *others]), _digest([*_only_tags(tags), *bends]))


def _only_tags(refs: list[tuple[str, bytes]]) -> list[tuple[str, bytes]]:
    """Return what each tag points at, whether git has packed it or not; branches move more often."""
    (_, packed), *loose = refs
    found: dict[str, bytes] = {}
    for line in packed.splitlines():
        commit, _, name = line.partition(b" refs/tags/")
        if name:
            found[name.decode(errors="surrogateescape")] = commit
    # What stands in a file of its own is newer (git-pack-refs(1)).
    found |= {name: content.strip() for name, content in loose}
    return sorted(found.items())


def _settings() -> Iterator[tuple[str, bytes]]:
    """Yield the user's and the system's settings (git-config(1), "Files")."""
    home = Path.home()
    own = Path(os.environ.get("XDG_CONFIG_HOME") or home / ".config") / "git" / "config"
    for path in (Path("/etc/gitconfig"), own, home / ".gitconfig"):
        yield str(path), _content(path)


def _led_to(path: Path, prefix: str, base: Path) -> Path:
    text = _content(path).decode().strip()
    if not text.startswith(prefix):
        raise ValueError(f"{path} leads nowhere")
    return base / text.removeprefix(prefix)


def _loose(folder: Path) -> Iterator[tuple[str, bytes]]:
    for parent, _, names in os.walk(folder):
        for name in names:
            path = Path(parent) / name
            yield path.relative_to(folder).as_posix(), _content(path)


def _listing(folder: Path) -> bytes:
    # How many digits a short hash takes depends on how many objects there are (core.abbrev).
    return "\n".join(sorted(one.name for one in folder.glob("*"))).encode()


def _content(path: Path) -> bytes:
    try:
        with path.open("rb") as stream:
            data = stream.read(_MAX_SIZE + 1)
    except FileNotFoundError:
        return b""
    if len(data) > _MAX_SIZE:
        raise ValueError(f"{path} is too large")
    return data


def _digest(pairs: list[tuple[str, bytes]]) -> str:
    found = hashlib.sha256()
    for name, content in pairs:
        found.update(f"{name} {len(content)}\0".encode(errors="surrogateescape") + content)
    return found.hexdigest()
