"""A process without a processor: its memory, its handles, and drives in temporary folders."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import pytest

from crosswind.run.emulator.filesystem import session
from crosswind.run.emulator.memory import Memory
from crosswind.run.emulator.process import Process, Settings
from crosswind.run.emulator.status import CallError
from crosswind.run.emulator.threads import Thread, Wait


class NoProcessor:
    """Takes note of nothing: memory is mapped for no processor."""

    def map(self, address: int, size: int, rights: int, host: int) -> None: ...

    def unmap(self, address: int, size: int) -> None: ...

    def protect(self, address: int, size: int, rights: int) -> None: ...

    def forget(self, address: int, size: int) -> None: ...


class Machine:
    """What a test does with a process."""

    def __init__(self, process: Process) -> None:
        self.p = process
        self.memory: Memory = process.memory
        self._next = self.memory.new(1 << 20)

    def room(self, size: int = 8, data: bytes = b"") -> int:
        """Memory of the program."""
        address = self._next
        self._next += -(-max(size, len(data), 8) // 16) * 16
        self.memory.write(address, data.ljust(size, b"\0"))
        return address

    def overlapped(self, offset: int = 0, event: int = 0) -> int:
        return self.room(32, bytes(16) + offset.to_bytes(8, "little") + event.to_bytes(8, "little"))

    def number(self, address: int) -> int:
        return self.memory.read_u32(address)

    def text(self, call: Callable[..., int], *arguments: object) -> str:
        """What a call writes that takes a size and a buffer last."""
        buffer = self.room(1024)
        length = call(self.p, *arguments, 512, buffer)
        return self.memory.read(buffer, length * 2).decode("utf-16-le")


def error(call: Callable[..., object], *arguments: object) -> int:
    """The Win32 error of a call that must fail; 0 if it does not, -1 if it waits."""
    try:
        call(*arguments)
    except CallError as failure:
        return failure.win32
    except Wait:
        return -1
    return 0


def waits(call: Callable[..., object], *arguments: object) -> Callable[[], int | None]:
    """What to ask of a call that must wait, until it is over."""
    with pytest.raises(Wait) as caught:
        call(*arguments)
    return caught.value.waiting.poll


@pytest.fixture
def machine(tmp_path: Path):
    process = Process(Settings(tmp_path / "x.exe", "C:\\x.exe"), NoProcessor())
    teb = process.memory.new(0x2000)
    process.run_as(Thread(1, teb, 0))
    for name in ("private", "host"):
        (tmp_path / name).mkdir()
    made = session.drives(
        private=tmp_path / "private",
        program=tmp_path / "host" / "x.exe",
        current=tmp_path / "host",
        sandbox=tmp_path / "host",
    )
    process.files = made.files
    process.environment.set("TMP", "C:\\Windows\\Temp")
    yield Machine(process)
    process.handles.close_all()
    with suppress(CallError):
        process.files.close()
