"""A session's drives in temporary folders."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from crosswind.run.emulator.filesystem import flags
from crosswind.run.emulator.filesystem.filesystem import FileSystem, Request
from crosswind.run.emulator.filesystem.openfile import OpenFile
from crosswind.run.emulator.filesystem.volume import Volume
from crosswind.run.emulator.status import NtError


@contextmanager
def refused(status: int) -> Iterator[None]:
    """The block must fail with a status."""
    with pytest.raises(NtError) as caught:
        yield
    assert hex(caught.value.status) == hex(status)


@dataclass
class Drive:
    """One drive `Z:` and its folder on the host; beside it lies what must stay out of reach."""

    files: FileSystem
    host: Path
    outside: Path

    def open(self, path: str, access: int = 0x80000000, **more: int) -> OpenFile:
        return self.files.open(Request(self.files.locate(path), access, **more))[0]

    def create(self, path: str, data: bytes = b"", **more: int) -> OpenFile:
        more.setdefault("disposition", flags.CREATE)
        file = self.open(path, 0xC0010000, **more)
        if data:
            file.write(0, data)
        return file

    def make_folder(self, path: str) -> None:
        options = flags.DIRECTORY_FILE
        self.open(path, disposition=flags.CREATE, options=options).close()

    def exists(self, path: str) -> bool:
        try:
            self.files.query(self.files.locate(path))
        except NtError:
            return False
        return True


def made(tmp_path: Path, **more: bool) -> Drive:
    host, outside = tmp_path / "host", tmp_path / "outside"
    host.mkdir()
    outside.mkdir()
    (outside / "secret").write_text("secret")
    files = FileSystem({"Z": Volume("Z", host, **more)}, "Z:\\")
    return Drive(files, host, outside)


@pytest.fixture
def drive(tmp_path):
    drive = made(tmp_path)
    yield drive
    drive.files.close()
