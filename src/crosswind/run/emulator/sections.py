"""Sections: files, or memory of its own, that a program sees in its memory.

A section is read into memory as a whole when it is first viewed, and every view is a part of that
memory, so that views see one another. What a program changes there is written back when it flushes
or unmaps, when the file is read through a handle, and at the end.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from crosswind.run.emulator.filesystem.openfile import OpenFile
from crosswind.run.emulator.memory import Memory
from crosswind.run.emulator.objects import KernelObject


@dataclass(slots=True)
class _Views:
    """Where a section lies in memory and how many views there are of each address."""

    base: int
    size: int
    kept: bytes
    counts: dict[int, int] = field(default_factory=dict)


class Section(KernelObject):
    """What CreateFileMappingW makes: a file's content, or memory of its own.

    Attributes:
        file: the file, held as long as there are views; None for memory.
        size: bytes.
        writes: whether views may write to the file.
    """

    kind = "Section"

    def __init__(self, memory: Memory, file: OpenFile | None, size: int, *, writes: bool) -> None:
        """Hold a file, which cannot shrink meanwhile."""
        super().__init__()
        self.memory = memory
        self.file = file
        self.size = size
        self.writes = writes
        self.views: _Views | None = None
        if file is not None:
            file.acquire()

    def close(self) -> None:
        """The last handle and the last view are gone."""
        if self.file is not None:
            self.file.release()

    def view(self, offset: int) -> int:
        """The address of a new view, which keeps the section."""
        self.acquire()
        if self.views is None:
            data = self.file.content(self.size) if self.file is not None else b""
            base = self.memory.new(self.size)
            self.memory.write(base, data)
            self.views = _Views(base, self.size, data)
            if self.file is not None:
                self.file.node.mapped.append(self)
        address = self.views.base + offset
        self.views.counts[address] = self.views.counts.get(address, 0) + 1
        return address

    def unview(self, address: int) -> bool:
        """Take a view away; whether it was the last one at its address."""
        views = self.views
        if views is None:
            return True
        self.store()
        views.counts[address] -= 1
        last = not views.counts[address]
        if last:
            del views.counts[address]
        if not views.counts:
            if self.file is not None:
                self.file.node.mapped.remove(self)
            self.memory.release(views.base)
            self.views = None
        self.release()
        return last

    def store(self) -> None:
        """Write to the file what changed in memory."""
        if self.views is None or self.file is None or not self.writes:
            return
        now = self.memory.read(self.views.base, self.views.size)
        if now != self.views.kept:
            self.file.put_content(now[: self.size])
            self.views.kept = now

    def load(self) -> None:
        """Read from the file what was written to it through a handle."""
        if self.views is not None and self.file is not None:
            self.views.kept = self.file.content(self.size)
            self.memory.write(self.views.base, self.views.kept)
