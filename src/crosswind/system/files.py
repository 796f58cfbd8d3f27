"""Write files so that nothing half-written is ever seen, and nothing but ours is removed."""

from __future__ import annotations

import contextlib
import errno
import hashlib
import os
import shutil
import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

from crosswind.errors import BuildError, CrosswindError, MissingError, UsageError
from crosswind.system import locking, temporary


def cache_dir() -> Path:
    """Where crosswind keeps what it can make again: `CROSSWIND_CACHE`, else the user's cache."""
    chosen = os.environ.get("CROSSWIND_CACHE")
    if chosen:
        return Path(chosen).absolute()
    if sys.platform == "linux":
        # As platformdirs has it there, which takes longer to import than to ask (the XDG Base Directory
        # Specification: a relative path is none).
        for base, below in (("XDG_CACHE_HOME", ""), ("HOME", ".cache")):
            if os.path.isabs(place := os.environ.get(base, "")):  # noqa: PTH117 - it may be empty
                return Path(place, below, "crosswind")
    import platformdirs

    return platformdirs.user_cache_path("crosswind", appauthor=False)


def error_for(error: OSError, path: Path) -> CrosswindError:
    """Turn an operating system's error on a path into one with a way out."""
    subject = str(error.filename or path)
    if temporary.is_ours(Path(subject).name, path):
        subject = str(path)  # nobody knows our temporary files
    reason = error.strerror or str(error)
    if error.errno in (errno.ENOSPC, errno.EDQUOT):
        return MissingError(
            "CW0503", "no space left on the disk", subject=subject, hint="free some, then run again"
        )
    if error.errno in (errno.EACCES, errno.EPERM, errno.EROFS):
        hint = "check its permissions, and its folder's"
        if Path(subject).is_relative_to(cache_dir()):
            hint += "; CROSSWIND_CACHE names another folder for the cache"
        return UsageError("CW0504", f"cannot write: {reason}", subject=subject, hint=hint)
    if error.errno in (errno.EISDIR, errno.ENOTEMPTY):
        # Of a move both names are told; the second one is where it would go.
        place = str(getattr(error, "filename2", None) or path)
        hint = "remove that folder, or name another place"
        return UsageError("CW0504", "cannot write: a folder is there", subject=place, hint=hint)
    hint = "look at that path"
    if error.errno in (errno.EEXIST, errno.ENOTDIR):
        reason = "a file is where a folder is needed"
        hint = "remove that file, or name another place"
    return BuildError("CW0505", reason, subject=subject, hint=hint)


@contextlib.contextmanager
def translated(path: Path) -> Iterator[None]:
    """Raise `error_for` in place of every OSError inside."""
    try:
        yield
    except OSError as error:
        raise error_for(error, path) from error


def write_atomic(path: Path, data: bytes, mode: int | None = None) -> None:
    """Replace a file by rename: readers see the old or the new content, never a part.

    Raises:
        MissingError: CW0503, disk full.
        UsageError: CW0504, not writable.
        BuildError: CW0505, any other failure of the file system.
    """
    with translated(path):
        if path.is_dir():
            raise UsageError(
                "CW0504", "cannot write: a folder", subject=str(path), hint="name a file"
            )
        path.parent.mkdir(parents=True, exist_ok=True)
        with temporary.file(path) as (handle, place):
            with os.fdopen(handle, "wb") as stream:
                stream.write(data)
            place.chmod(mode if mode is not None else 0o644)
            place.replace(path)


def refusal(folder: Path) -> str:
    """Say why a folder takes no new file; empty if it does.

    Permissions do not tell: /proc grants them to root, and so does a full disk. So a file is made,
    where the system can do it one without a name, and is gone again.
    """
    try:
        with tempfile.TemporaryFile(dir=folder) as stream:
            stream.write(bytes(4096))
    except OSError as error:
        return error.strerror or str(error)
    return ""


def sweep(path: Path) -> None:
    """Remove temporary files that runs which were killed left beside a file of the user's."""
    for one in temporary.abandoned(path):
        with contextlib.suppress(OSError):
            remove_tree(one)


def append(path: Path, text: str) -> None:
    """Add text to the end of a file that others write, too; raises like `write_atomic`."""
    with translated(path), path.open("a", encoding="utf-8") as stream:
        stream.write(text)


@contextlib.contextmanager
def new_directory(path: Path) -> Iterator[Path]:
    """Yield an empty sibling directory that becomes `path` if the block succeeds.

    If `path` appeared meanwhile (another process was faster), theirs stays and ours is removed.
    Raises like `write_atomic`.
    """
    with _scratch(path) as made:
        yield made
        with translated(path):
            made.chmod(0o755)
            if not path.exists():
                made.rename(path)


@contextlib.contextmanager
def replacement(path: Path) -> Iterator[Path]:
    """Yield where to put a new file of the same name, which replaces `path` if the block succeeds.

    It lies in a folder beside `path`, for tools that write files themselves; the folder goes with
    the block. Raises like `write_atomic`.
    """
    with _scratch(path) as folder:
        yield folder / path.name
        move(folder / path.name, path)


@contextlib.contextmanager
def _scratch(path: Path) -> Iterator[Path]:
    """Yield a folder beside `path` that goes with the block."""
    with contextlib.ExitStack() as stack:
        with translated(path):
            path.parent.mkdir(parents=True, exist_ok=True)
            made = stack.enter_context(temporary.folder(path))
        stack.callback(remove_tree, made)
        yield made


def move(source: Path, destination: Path) -> None:
    """Rename a finished file into place on the same file system; raises like `write_atomic`."""
    with translated(destination):
        destination.parent.mkdir(parents=True, exist_ok=True)
        source.replace(destination)


def copy(source: Path, destination: Path) -> None:
    """Copy a file with its permissions, into a folder made on the way; raises like `write_atomic`."""
    with translated(destination):
        destination.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(source, destination)


def link(source: Path, destination: Path) -> None:
    """Give a file a second name, in a folder made on the way; raises like `write_atomic`.

    Where the file system knows no hard links, it is copied, permissions included.
    """
    with translated(destination):
        destination.parent.mkdir(parents=True, exist_ok=True)
        try:
            os.link(source, destination)
        except OSError:
            shutil.copy(source, destination)


def is_same(one: Path, other: Path) -> bool:
    """Whether two names lead to one file; false if either is not there."""
    try:
        return one.samefile(other)
    except OSError:
        return False


def copy_mode(source: Path, destination: Path) -> None:
    """Give a file another one's permissions; raises like `write_atomic`."""
    with translated(destination):
        shutil.copymode(source, destination)


def remove_tree(path: Path) -> None:
    """Remove a directory and all below, read-only module trees included; absent is fine."""

    def unlock(function: Callable[..., object], name: str, _error: object) -> None:
        with contextlib.suppress(OSError):
            Path(name).parent.chmod(0o755)
            Path(name).chmod(0o755)
            function(name)

    if path.is_symlink() or path.is_file():
        path.unlink(missing_ok=True)
    elif path.exists():
        shutil.rmtree(path, onerror=unlock)


def sha256(path: Path) -> str:
    """Digest of a file's content, in hex."""
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


@contextlib.contextmanager
def lock(path: Path, on_wait: Callable[[], None] = lambda: None) -> Iterator[None]:
    """Hold a lock that the operating system frees when we die, however we die.

    Args:
        path: the lock file; it stays behind, empty.
        on_wait: called once if another process holds the lock, before waiting for it.
    """
    with contextlib.ExitStack() as stack:
        with translated(path):
            path.parent.mkdir(parents=True, exist_ok=True)
            stack.enter_context(locking.held(path, on_wait))
        yield
