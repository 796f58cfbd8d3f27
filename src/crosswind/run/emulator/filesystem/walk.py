r"""Walk from a drive's root to a file, one name at a time.

The host's kernel is asked for single names in open folders only, and follows no link: what a link
says is read and walked here, so that neither `..` nor a link nor a folder that is swapped meanwhile
leads out of the drive.
"""

from __future__ import annotations

import os
import stat
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Self

from crosswind.run.emulator import status
from crosswind.run.emulator.filesystem import hostnames, reparse
from crosswind.run.emulator.filesystem.hosterrors import translated
from crosswind.run.emulator.filesystem.names import Location
from crosswind.run.emulator.filesystem.volume import Volume, find, is_visible
from crosswind.run.emulator.status import NtError
from crosswind.system.folder import Folder

# "Reparse points": Windows follows at most 63 of them on one path.
MAX_LINKS = 63


@dataclass(slots=True)
class Place:
    """Where a path leads: a name in an open folder, whether there is such a name or not.

    Attributes:
        volume: the drive.
        parts: the names from the drive's root, as they are written on it; empty for the root.
        folder: the folder that holds the name, open; the root itself for the root.
        host: the host's name; empty for the root.
        found: what the name stands for, a link as itself; None if there is nothing.
        wants_folder: whether a link that was followed leads to a folder only.
    """

    volume: Volume
    parts: tuple[str, ...]
    folder: Folder
    host: str
    found: os.stat_result | None
    wants_folder: bool = False

    def __enter__(self) -> Self:
        """Use it in a `with` block."""
        return self

    def __exit__(self, *_: object) -> None:
        """Close it."""
        self.folder.close()

    @property
    def is_directory(self) -> bool:
        """Whether a folder is there, not a link to one."""
        return self.found is not None and stat.S_ISDIR(self.found.st_mode)

    @property
    def path(self) -> str:
        r"""The path as Windows writes it: `C:\dir\file`."""
        return f"{self.volume.letter}:\\" + "\\".join(self.parts)

    @property
    def there(self) -> os.stat_result:
        """What the name stands for, which must be something."""
        if self.found is None:
            raise NtError(status.STATUS_OBJECT_NAME_NOT_FOUND)
        return self.found

    @property
    def key(self) -> tuple[int, int]:
        """The host's device and number of what is there; of nothing, what no file has."""
        return (self.found.st_dev, self.found.st_ino) if self.found is not None else (0, 0)

    @property
    def is_link(self) -> bool:
        """Whether a symbolic link is there."""
        return self.found is not None and stat.S_ISLNK(self.found.st_mode)

    def look(self) -> None:
        """Look again, after something was made."""
        with translated():
            self.found = self.folder.look(self.host) if self.host else self.folder.own()

    def enter(self) -> Folder:
        """Open the folder that is there."""
        with translated():
            return entered(self.volume, self.folder, self.host) if self.host else self.folder.copy()

    def link(self, drives: Mapping[str, Volume]) -> reparse.Link:
        """What the link that is there says."""
        with translated():
            text = self.folder.read_link(self.host)
        roots = [(volume.letter, volume.path) for volume in drives.values()]
        return reparse.from_host(text, roots)


def entered(volume: Volume, folder: Folder, host: str) -> Folder:
    """Open a folder in a folder; PermissionError for the kernel's own file systems."""
    below = folder.enter(host)
    if below.own().st_dev in volume.closed_devices:
        below.close()
        raise PermissionError(13, "a file system of the kernel", host)
    return below


class _Trail:
    """The open folders from a drive's root to where the walk is."""

    def __init__(self, volume: Volume) -> None:
        self.volume = volume
        self.folders: list[Folder] = [volume.root.copy()]
        self.names: list[str] = []

    def enter(self, host: str, shown: str) -> None:
        self.folders.append(entered(self.volume, self.folders[-1], host))
        self.names.append(shown)

    def tried(self, name: str) -> bool:
        """Enter a folder of exactly this name, which most are; false if there is none."""
        host = hostnames.to_host(name)
        try:
            self.folders.append(entered(self.volume, self.folders[-1], host))
        except PermissionError:
            raise
        except OSError:
            return False
        self.names.append(name)
        return True

    def leave(self) -> None:
        """Go up; a drive's root is its own parent."""
        if self.names:
            self.names.pop()
            self.folders.pop().close()

    def release(self, place: Place | None) -> None:
        for folder in self.folders:
            if place is None or folder is not place.folder:
                folder.close()


def walk(
    drives: Mapping[str, Volume],
    location: Location,
    *,
    follow: bool,
    refuse_links: bool = False,
) -> Place:
    """Find what a location names; close the place after use.

    Args:
        drives: the volumes by letter.
        location: a location on a drive.
        follow: whether a link at the end is followed.
        refuse_links: OBJ_DONT_REPARSE: a link anywhere is an error.

    Raises:
        NtError: where a folder on the way is missing or no folder, or a link leads nowhere.
    """
    walker = _Walk(drives, follow=follow, refuse_links=refuse_links)
    return walker.run(location)


class _Walk:
    """One walk: its links are counted, whatever drives they lead to."""

    def __init__(self, drives: Mapping[str, Volume], *, follow: bool, refuse_links: bool) -> None:
        self.drives = drives
        self.follow = follow
        self.refuse_links = refuse_links
        self.links = 0
        # Whether the last link's target ends in a separator, which asks for a folder.
        self.directory = False

    def run(self, location: Location) -> Place:
        todo: list[str] = list(location.parts)
        trail = self._start(location.drive)
        place: Place | None = None
        try:
            with translated(on_the_way=True):
                while place is None:
                    if not todo:
                        place = _root_or_folder(trail)
                        continue
                    name = todo.pop(0)
                    if name == "..":
                        trail.leave()
                        continue
                    place, again = self._step(trail, name, todo)
                    if again is not None:
                        trail.release(None)
                        trail = self._start(again)
            return place
        finally:
            trail.release(place)

    def _start(self, letter: str) -> _Trail:
        volume = self.drives.get(letter)
        if volume is None:
            raise NtError(status.STATUS_OBJECT_PATH_NOT_FOUND)
        return _Trail(volume)

    def _step(self, trail: _Trail, name: str, todo: list[str]) -> tuple[Place | None, str | None]:
        """Take one name; the place if it is the last, the drive if a link leads to another."""
        last = not todo
        if not last and trail.tried(name):
            return None, None
        folder = trail.folders[-1]
        found = find(folder, name)
        if found is None:
            if not last:
                raise NtError(status.STATUS_OBJECT_PATH_NOT_FOUND)
            parts, host = (*trail.names, name), hostnames.to_host(name)
            return Place(trail.volume, parts, folder, host, None, self.directory), None
        host, shown, status_of = found
        if not is_visible(status_of):
            raise NtError(status.STATUS_ACCESS_DENIED)
        place = Place(trail.volume, (*trail.names, shown), folder, host, status_of)
        if place.is_link and (self.follow or not last):
            if self.refuse_links:
                raise NtError(status.STATUS_REPARSE_POINT_ENCOUNTERED)
            return None, self._follow(trail, place, todo)
        if last:
            if self.directory and not place.is_directory:
                raise NtError(status.STATUS_OBJECT_NAME_INVALID)
            return place, None
        trail.enter(host, shown)
        return None, None

    def _follow(self, trail: _Trail, place: Place, todo: list[str]) -> str | None:
        """Put a link's target before what is left to do; the drive to start again from, if any."""
        self.links += 1
        if self.links > MAX_LINKS:
            raise NtError(status.STATUS_REPARSE_POINT_NOT_RESOLVED)
        link = place.link(self.drives)
        target = link.target
        self.directory |= target.endswith("\\") and not todo
        if link.relative and not target.startswith("\\"):
            todo[:0] = [part for part in target.split("\\") if part not in ("", ".")]
            return None
        letter = trail.volume.letter if link.relative else target[:1].upper()
        if not link.relative and target[1:3] != ":\\":
            raise NtError(status.STATUS_OBJECT_PATH_NOT_FOUND)
        below = target if link.relative else target[2:]
        todo[:0] = [part for part in below.split("\\") if part not in ("", ".")]
        return letter


def _root_or_folder(trail: _Trail) -> Place:
    """The place of the folder where the walk ended without a name: a root, or after `..`."""
    folder = trail.folders[-1]
    if not trail.names:
        return Place(trail.volume, (), folder, "", folder.own())
    # The name in its own folder, so that it can be renamed and removed.
    shown = trail.names[-1]
    trail.leave()
    parent = trail.folders[-1]
    found = find(parent, shown)
    if found is None:
        raise NtError(status.STATUS_OBJECT_PATH_NOT_FOUND)
    return Place(trail.volume, (*trail.names, found[1]), parent, found[0], found[2])
