"""What changes the names, attributes and times of files ([MS-FSA] 2.1.5)."""

from __future__ import annotations

import stat

from crosswind.run.emulator import status
from crosswind.run.emulator.filesystem import flags, hostnames, reparse
from crosswind.run.emulator.filesystem.filesystem import FileSystem
from crosswind.run.emulator.filesystem.hosterrors import translated
from crosswind.run.emulator.filesystem.info import is_read_only, nanoseconds
from crosswind.run.emulator.filesystem.names import Location
from crosswind.run.emulator.filesystem.nodes import key_of
from crosswind.run.emulator.filesystem.openfile import OpenFile
from crosswind.run.emulator.filesystem.volume import Volume
from crosswind.run.emulator.filesystem.walk import Place
from crosswind.run.emulator.status import NtError


def set_delete(
    system: FileSystem, file: OpenFile, *, delete: bool, posix: bool, force: bool
) -> None:
    """Mark an open file for deletion, or take the mark away ([MS-FSA] 2.1.5.14.3).

    Args:
        system: the session's file system.
        file: a handle with DELETE.
        delete: whether it shall go.
        posix: whether its name goes with this handle, not with the last one.
        force: whether a read-only file may go, too.
    """
    file.need(flags.DELETE)
    if not delete:
        file.node.delete_pending = False
        file.posix_delete = False
        return
    if not file.parts:
        raise NtError(status.STATUS_CANNOT_DELETE)
    found = file.status()
    if is_read_only(found, system.nodes.recall(key_of(found))) and not force:
        raise NtError(status.STATUS_CANNOT_DELETE)
    if file.node.mapped and not posix:
        raise NtError(status.STATUS_CANNOT_DELETE)
    if file.is_directory:
        with system.walk(file.location, follow=False) as place, place.enter() as folder:
            names = folder.names()
        if names:
            raise NtError(status.STATUS_DIRECTORY_NOT_EMPTY)
    file.node.delete_pending = True
    file.posix_delete = posix


def rename(
    system: FileSystem,
    file: OpenFile,
    to: Location,
    *,
    replace: bool,
    posix: bool,
    force: bool = False,
) -> None:
    """Give an open file another name ([MS-FSA] 2.1.5.15.11)."""
    file.need(flags.DELETE)
    _need_target(file, to)
    if _has_open_below(system, file):
        raise NtError(status.STATUS_ACCESS_DENIED)
    old = file.location
    with system.walk(old, follow=False) as source, system.walk(to, follow=False) as target:
        if source.found is None or source.key != file.node.key:
            raise NtError(status.STATUS_OBJECT_NAME_NOT_FOUND)
        if source.is_directory and _is_below(target, source):
            # The target's folder is the source or below it, and cannot be opened for it.
            raise NtError(status.STATUS_SHARING_VIOLATION)
        new_host = hostnames.to_host(to.parts[-1])
        same = target.found is not None and target.key == file.node.key
        if target.found is not None and not same:
            _may_replace(system, source, target, replace=replace, posix=posix, force=force)
        with translated():
            _move(source, target, new_host, same=same)
        if target.found is not None and not same and target.found.st_nlink <= 1:
            system.nodes.forget(target.key)
        new_parts = (*target.parts[:-1], to.parts[-1])
        system.note("deleted", source)
        system.activity.note(
            "created",
            f"{to.drive}:\\" + "\\".join(new_parts),
            system.host_path(source.volume, new_parts),
        )
    _renamed(system, source.volume, source.parts, new_parts)


def _may_replace(
    system: FileSystem, source: Place, target: Place, *, replace: bool, posix: bool, force: bool
) -> None:
    if not replace:
        raise NtError(status.STATUS_OBJECT_NAME_COLLISION)
    node = system.nodes.get(target.key)
    if target.is_directory and not (posix and source.is_directory):
        raise NtError(status.STATUS_ACCESS_DENIED)
    read_only = is_read_only(target.there, system.nodes.recall(target.key))
    if read_only and not target.is_directory and not force:
        raise NtError(status.STATUS_ACCESS_DENIED)
    if node is not None:
        shared = all(claim.share & flags.SHARE_DELETE for claim in node.claims)
        if not posix or not shared:
            raise NtError(status.STATUS_ACCESS_DENIED)
        system.nodes.detach(node)


def link(system: FileSystem, file: OpenFile, to: Location, *, replace: bool) -> None:
    """Give an open file a second name ([MS-FSA] 2.1.5.15.6)."""
    _need_target(file, to)
    if system.info(file).is_directory:
        raise NtError(status.STATUS_FILE_IS_A_DIRECTORY)
    with (
        system.walk(file.location, follow=False) as source,
        system.walk(to, follow=False) as target,
    ):
        if target.found is not None:
            if target.key == file.node.key and replace:
                return
            _may_replace(system, source, target, replace=replace, posix=False, force=False)
            system.unlink(target)
        with translated():
            source.folder.link(source.host, target.folder, hostnames.to_host(to.parts[-1]))
        system.note("created", target)


def make_link(
    system: FileSystem, location: Location, link: reparse.Link, *, directory: bool
) -> None:
    """Make a symbolic link (CreateSymbolicLinkW)."""
    with system.walk(location, follow=False) as place:
        if place.found is not None:
            raise NtError(status.STATUS_OBJECT_NAME_COLLISION)
        system.need_writable(place)
        _put_link(system, place, link, directory=directory)


def become_link(system: FileSystem, file: OpenFile, link: reparse.Link) -> None:
    """Turn an empty file or folder into a symbolic link (FSCTL_SET_REPARSE_POINT)."""
    file.need(flags.WRITE_ATTRIBUTES | flags.WRITE_DATA)
    with system.walk(file.location, follow=False) as place:
        if place.found is None or place.key != file.node.key:
            raise NtError(status.STATUS_OBJECT_NAME_NOT_FOUND)
        if place.is_link or (place.found.st_size and not place.is_directory):
            raise NtError(status.STATUS_IO_REPARSE_TAG_MISMATCH)
        system.need_writable(place)
        directory = place.is_directory
        _link_text(system, place, link)
        system.unlink(place)
        _put_link(system, place, link, directory=directory)
        system.nodes.close(file.node, file.claim)
        file.replaced(place.there, system.nodes.open(place.key, file.claim))


def _put_link(system: FileSystem, place: Place, link: reparse.Link, *, directory: bool) -> None:
    text = _link_text(system, place, link)
    with translated():
        place.folder.make_link(place.host, text)
    place.look()
    system.nodes.forget(place.key)
    remembered = system.nodes.remember(place.key)
    remembered.directory_link, remembered.link = directory, link
    system.note("created", place)


def _link_text(system: FileSystem, place: Place, link: reparse.Link) -> str:
    """What the host's link will say; refused where links are not made or lead outside."""
    if not place.volume.makes_links:
        raise NtError(status.STATUS_PRIVILEGE_NOT_HELD)
    roots = [(drive.letter, drive.path) for drive in system.drives.values()]
    text = reparse.to_host(link, len(place.parts) - 1, roots)
    if text is None:
        raise NtError(status.STATUS_ACCESS_DENIED)
    return text


def set_attributes(system: FileSystem, file: OpenFile, attributes: int) -> None:
    """Set a file's attributes: READONLY on the host, the others for the session."""
    file.need(flags.WRITE_ATTRIBUTES)
    found = file.status()
    remembered = system.nodes.remember(key_of(found))
    is_folder = system.info(file).is_directory
    wrong = flags.ATTRIBUTE_TEMPORARY if is_folder else flags.ATTRIBUTE_DIRECTORY
    if attributes & wrong:
        raise NtError(status.STATUS_INVALID_PARAMETER)
    read_only = bool(attributes & flags.ATTRIBUTE_READONLY)
    remembered.attributes = attributes & flags.SETTABLE
    if not stat.S_ISREG(found.st_mode):
        remembered.attributes |= attributes & flags.ATTRIBUTE_READONLY
        return
    mode = stat.S_IMODE(found.st_mode)
    wanted = mode & ~0o222 if read_only else mode | 0o200 if not mode & 0o222 else mode
    if wanted != mode:
        with system.walk(file.location, follow=False) as place, translated():
            place.folder.set_mode(place.host, wanted)


def set_filetimes(
    system: FileSystem, file: OpenFile, created: int, accessed: int, written: int
) -> None:
    """Set times; 0 leaves one as it is."""
    file.need(flags.WRITE_ATTRIBUTES)
    found = file.status()
    if created:
        system.nodes.remember(key_of(found)).created = created
    elif accessed or written:
        # The host derives it from the other times where it keeps none.
        system.nodes.remember(key_of(found)).created = system.info(file).created
    if accessed or written:
        file.set_times(
            nanoseconds(accessed) if accessed else found.st_atime_ns,
            nanoseconds(written) if written else found.st_mtime_ns,
        )


def _need_target(file: OpenFile, to: Location) -> None:
    if not to.drive or to.drive != file.volume.letter:
        raise NtError(status.STATUS_NOT_SAME_DEVICE)
    if not file.parts or not to.parts or not file.volume.writable:
        raise NtError(status.STATUS_ACCESS_DENIED)


def _has_open_below(system: FileSystem, file: OpenFile) -> bool:
    depth = len(file.parts)
    return file.is_directory and any(
        other.volume is file.volume
        and len(other.parts) > depth
        and other.parts[:depth] == file.parts
        for other in system.handles
    )


def _renamed(system: FileSystem, where: Volume, old: tuple[str, ...], new: tuple[str, ...]) -> None:
    for handle in system.handles:
        if handle.volume is where and handle.parts[: len(old)] == old:
            handle.parts = new + handle.parts[len(old) :]


def _is_below(target: Place, source: Place) -> bool:
    depth = len(source.parts)
    return len(target.parts) > depth and target.parts[:depth] == source.parts


def _move(source: Place, target: Place, new_host: str, *, same: bool) -> None:
    """Rename on the host, where two names of one file make rename(2) do nothing."""
    if same and (target.folder.own().st_ino, target.host) == (
        source.folder.own().st_ino,
        source.host,
    ):
        source.folder.rename(source.host, target.folder, new_host)
        return
    if same:
        source.folder.remove(source.host, folder=False)
        if target.host != new_host:
            target.folder.rename(target.host, target.folder, new_host)
        return
    if target.found is not None and source.is_directory and not target.is_directory:
        # rename(2) puts no folder in a file's place, Windows does.
        target.folder.remove(target.host, folder=False)
    elif target.found is not None and target.host != new_host:
        source.folder.rename(source.host, target.folder, target.host)
        target.folder.rename(target.host, target.folder, new_host)
        return
    source.folder.rename(source.host, target.folder, new_host)
