"""A folder that is held open, from which names are reached one at a time and links never followed.

What is below a folder can so be walked without anything outside being reachable: a name is one
component, never `..`, a symbolic link is read and not followed, and what is looked at is what is
opened, whatever another process renames meanwhile. Every failure is an OSError.
"""

from __future__ import annotations

import contextlib
import errno
import os
import stat
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Self

# Where the host knows files relative to open folders; else `_PathFolder` does what it can.
RELATIVE = os.open in os.supports_dir_fd and hasattr(os, "O_NOFOLLOW")

# O_NONBLOCK: a pipe or a device must not hold us up before it is refused.
_SAFE = (
    getattr(os, "O_NOFOLLOW", 0)
    | getattr(os, "O_NONBLOCK", 0)
    | getattr(os, "O_CLOEXEC", 0)
    | getattr(os, "O_NOCTTY", 0)
    | getattr(os, "O_BINARY", 0)
    | getattr(os, "O_NOINHERIT", 0)
)
_FOLDER = getattr(os, "O_DIRECTORY", 0)
# Linux: a descriptor that stands for a file without reading it.
_PATH_ONLY = getattr(os, "O_PATH", 0)


def _component(name: str) -> str:
    """Refuse what is not one name below the folder."""
    if name in ("", ".", "..") or "/" in name or "\0" in name or (os.altsep and os.sep in name):
        raise OSError(errno.EINVAL, "not one name", name)
    return name


class Folder:
    """A folder by its descriptor."""

    __slots__ = ("_fd",)

    def __init__(self, fd: int) -> None:
        self._fd = fd

    @staticmethod
    def root(path: Path) -> Folder:
        """Open a folder by its path; links on the way to it are followed."""
        if not RELATIVE:
            return _PathFolder(path.resolve(strict=True))
        return Folder(os.open(path, os.O_RDONLY | _FOLDER | os.O_CLOEXEC))

    def __enter__(self) -> Self:
        """Use it in a `with` block."""
        return self

    def __exit__(self, *_: object) -> None:
        """Close it."""
        self.close()

    def close(self) -> None:
        """Let the folder go."""
        if self._fd >= 0:
            os.close(self._fd)
            self._fd = -1

    def enter(self, name: str) -> Folder:
        """Open a folder in this one; ENOTDIR for a file, a link or a device."""
        flags = os.O_RDONLY | _FOLDER | _SAFE
        try:
            return Folder(os.open(_component(name), flags, dir_fd=self._fd))
        except OSError as error:
            if error.errno == errno.ELOOP:
                raise NotADirectoryError(errno.ENOTDIR, "a link", name) from error
            raise

    def copy(self) -> Folder:
        """A second descriptor of the same folder."""
        return Folder(os.dup(self._fd))

    def own(self) -> os.stat_result:
        """What the folder itself is."""
        return os.fstat(self._fd)

    def space(self) -> tuple[int, int, int]:
        """Bytes of the file system: all, free, and free to the user."""
        answer = os.fstatvfs(self._fd)
        unit = answer.f_frsize
        return answer.f_blocks * unit, answer.f_bfree * unit, answer.f_bavail * unit

    def look(self, name: str) -> os.stat_result:
        """What a name stands for; a link is itself."""
        return os.stat(_component(name), dir_fd=self._fd, follow_symlinks=False)

    def names(self) -> list[str]:
        """The names in the folder, in no order."""
        return os.listdir(self._fd)  # noqa: PTH208 - by its descriptor

    def open(self, name: str, flags: int, mode: int = 0o666) -> int:
        """Open a regular file; EACCES for a link, a pipe, a socket or a device."""
        try:
            fd = os.open(_component(name), flags | _SAFE, mode, dir_fd=self._fd)
        except OSError as error:
            if error.errno in (errno.ELOOP, errno.ENXIO, errno.EMLINK):
                raise PermissionError(errno.EACCES, "not a file", name) from error
            raise
        return _only_regular(fd, name)

    def make_folder(self, name: str, mode: int = 0o777) -> None:
        """Make an empty folder."""
        os.mkdir(_component(name), mode, dir_fd=self._fd)

    def remove(self, name: str, *, folder: bool) -> None:
        """Remove a file or a link, or an empty folder."""
        if folder:
            os.rmdir(_component(name), dir_fd=self._fd)
        else:
            os.unlink(_component(name), dir_fd=self._fd)

    def rename(self, name: str, into: Folder, new_name: str) -> None:
        """Rename, in place of what may have the new name."""
        os.rename(_component(name), _component(new_name), src_dir_fd=self._fd, dst_dir_fd=into._fd)

    def link(self, name: str, into: Folder, new_name: str) -> None:
        """Give a file a second name."""
        os.link(
            _component(name),
            _component(new_name),
            src_dir_fd=self._fd,
            dst_dir_fd=into._fd,
            follow_symlinks=False,
        )

    def make_link(self, name: str, target: str) -> None:
        """Make a symbolic link."""
        os.symlink(target, _component(name), dir_fd=self._fd)

    def read_link(self, name: str) -> str:
        """The text of a symbolic link."""
        return os.readlink(_component(name), dir_fd=self._fd)

    def set_mode(self, name: str, mode: int) -> None:
        """Change the permissions of a file or a folder, not of a link's target."""
        with self._held(_component(name)) as fd:
            try:
                os.fchmod(fd, mode)
            except OSError as error:
                if error.errno != errno.EBADF:
                    raise
                Path(f"/proc/self/fd/{fd}").chmod(mode)

    def set_times(self, name: str, accessed_ns: int, written_ns: int) -> None:
        """Set the times of a name, in nanoseconds since 1970; a link is itself."""
        os.utime(
            _component(name), ns=(accessed_ns, written_ns), dir_fd=self._fd, follow_symlinks=False
        )

    @contextlib.contextmanager
    def _held(self, name: str) -> Iterator[int]:
        """A descriptor of a file or folder, whatever its permissions allow."""
        try:
            fd = os.open(name, os.O_RDONLY | _SAFE, dir_fd=self._fd)
        except PermissionError:
            fd = os.open(name, (_PATH_ONLY or os.O_WRONLY) | _SAFE, dir_fd=self._fd)
        try:
            yield fd
        finally:
            os.close(fd)


def _only_regular(fd: int, name: str) -> int:
    """Keep the descriptor of a regular file, made blocking again."""
    if not stat.S_ISREG(os.fstat(fd).st_mode):
        os.close(fd)
        raise PermissionError(errno.EACCES, "not a file", name)
    return fd


class _PathFolder(Folder):
    """A folder by its path, for hosts without descriptors of folders (Windows).

    Each step looks before it goes on, so links that are there are not followed; a process that
    swaps a folder for a link between two steps is not held off.
    """

    __slots__ = ("_path",)

    def __init__(self, path: Path) -> None:
        super().__init__(-1)
        self._path = path
        if _is_link(path.lstat()) or not path.is_dir():
            raise NotADirectoryError(errno.ENOTDIR, "not a folder", str(path))

    def _at(self, name: str) -> Path:
        if _is_link(self._path.lstat()):
            raise NotADirectoryError(errno.ENOTDIR, "a link", str(self._path))
        return self._path / _component(name)

    def enter(self, name: str) -> Folder:
        return _PathFolder(self._at(name))

    def copy(self) -> Folder:
        return _PathFolder(self._path)

    def own(self) -> os.stat_result:
        return self._path.lstat()

    def space(self) -> tuple[int, int, int]:
        import shutil

        usage = shutil.disk_usage(self._path)
        return usage.total, usage.free, usage.free

    def look(self, name: str) -> os.stat_result:
        return self._at(name).lstat()

    def names(self) -> list[str]:
        return [path.name for path in self._path.iterdir()]

    def open(self, name: str, flags: int, mode: int = 0o666) -> int:
        path = self._at(name)
        with contextlib.suppress(FileNotFoundError):
            if not stat.S_ISREG(path.lstat().st_mode):
                raise PermissionError(errno.EACCES, "not a file", name)
        return _only_regular(os.open(path, flags | _SAFE, mode), name)

    def make_folder(self, name: str, mode: int = 0o777) -> None:
        self._at(name).mkdir(mode)

    def remove(self, name: str, *, folder: bool) -> None:
        path = self._at(name)
        path.rmdir() if folder else path.unlink()

    def rename(self, name: str, into: Folder, new_name: str) -> None:
        self._at(name).replace(_other(into)._at(new_name))  # noqa: SLF001 - the same class

    def link(self, name: str, into: Folder, new_name: str) -> None:
        os.link(self._at(name), _other(into)._at(new_name))  # noqa: SLF001 - the same class

    def make_link(self, name: str, target: str) -> None:
        self._at(name).symlink_to(target)

    def read_link(self, name: str) -> str:
        return str(self._at(name).readlink())

    def set_mode(self, name: str, mode: int) -> None:
        path = self._at(name)
        if _is_link(path.lstat()):
            raise PermissionError(errno.EACCES, "a link", name)
        path.chmod(mode)

    def set_times(self, name: str, accessed_ns: int, written_ns: int) -> None:
        path = self._at(name)
        if not _is_link(path.lstat()):
            os.utime(path, ns=(accessed_ns, written_ns))


def _other(folder: Folder) -> _PathFolder:
    if not isinstance(folder, _PathFolder):
        raise OSError(errno.EXDEV, "folders of two kinds")
    return folder


def _is_link(status: os.stat_result) -> bool:
    """A symbolic link or, on Windows, any reparse point (a junction, too)."""
    return stat.S_ISLNK(status.st_mode) or bool(getattr(status, "st_reparse_tag", 0))


class HostFile:
    """A regular file that is open, read and written at places that are given."""

    __slots__ = ("_fd",)

    def __init__(self, fd: int) -> None:
        self._fd = fd

    def close(self) -> None:
        """Let the file go."""
        if self._fd >= 0:
            os.close(self._fd)
            self._fd = -1

    def status(self) -> os.stat_result:
        """What the file is now."""
        return os.fstat(self._fd)

    def read(self, offset: int, size: int) -> bytes:
        """Read `size` bytes; fewer at the end of the file."""
        if hasattr(os, "pread"):
            return os.pread(self._fd, size, offset)
        os.lseek(self._fd, offset, os.SEEK_SET)
        return os.read(self._fd, size)

    def write(self, offset: int, data: bytes) -> int:
        """Write all of `data`; what lies between the end and `offset` becomes zeros."""
        done = 0
        while done < len(data):
            if hasattr(os, "pwrite"):
                done += os.pwrite(self._fd, data[done:], offset + done)
            else:
                os.lseek(self._fd, offset + done, os.SEEK_SET)
                done += os.write(self._fd, data[done:])
        return done

    def resize(self, size: int) -> None:
        """Cut the file off, or extend it by zeros."""
        os.ftruncate(self._fd, size)

    def flush(self) -> None:
        """Wait until the file is on the disk."""
        os.fsync(self._fd)

    def set_times(self, accessed_ns: int, written_ns: int) -> None:
        """Set the times, in nanoseconds since 1970."""
        os.utime(self._fd, ns=(accessed_ns, written_ns))


def make_folders(root: Path, below: tuple[str, ...]) -> None:
    """Make folders below one that is ours, those on the way included."""
    for name in below:
        root.joinpath(name).mkdir(parents=True, exist_ok=True)


def make_files(root: Path, below: Mapping[str, str]) -> None:
    """Write small files into folders that are there and ours, replacing what they held."""
    for name, text in below.items():
        root.joinpath(name).write_text(text, encoding="ascii", newline="")
