"""The process's heap: blocks for calls that return memory, and for HeapAlloc and LocalAlloc."""

from __future__ import annotations

from crosswind.run.emulator.memory import Memory

# Blocks come in powers of two from 16 bytes on; larger ones than this are reservations of their own.
_SMALLEST, _LARGEST = 16, 1 << 16
_CHUNK = 1 << 20


class Heap:
    """Blocks by address. Sizes are in bytes."""

    def __init__(self, memory: Memory) -> None:
        """Start without memory of its own."""
        self._memory = memory
        self._sizes: dict[int, int] = {}
        self._free: dict[int, list[int]] = {}
        self._chunk = self._left = 0

    def allocate(self, size: int) -> int:
        """Return the address of a block of zeros.

        Raises:
            WinError: ERROR_NOT_ENOUGH_MEMORY, ERROR_COMMITMENT_LIMIT.
        """
        room = max(_SMALLEST, 1 << max(size - 1, 0).bit_length())
        if room > _LARGEST:
            address = self._memory.new(size)
        elif self._free.get(room):
            address = self._free[room].pop()
            self._memory.write(address, bytes(room))
        else:
            address = self._carve(room)
        self._sizes[address] = size
        return address

    def _carve(self, room: int) -> int:
        if self._left < room:
            self._chunk, self._left = self._memory.new(_CHUNK), _CHUNK
        self._chunk += room
        self._left -= room
        return self._chunk - room

    def size(self, address: int) -> int | None:
        """Return a block's size; None if there is none at the address."""
        return self._sizes.get(address)

    def free(self, address: int) -> bool:
        """Free a block; false if there is none at the address."""
        size = self._sizes.pop(address, None)
        if size is None:
            return False
        room = max(_SMALLEST, 1 << max(size - 1, 0).bit_length())
        if room > _LARGEST:
            self._memory.release(address)
        else:
            self._free.setdefault(room, []).append(address)
        return True

    def data(self, data: bytes) -> int:
        """Return a block that holds these bytes."""
        address = self.allocate(len(data))
        self._memory.write(address, data)
        return address

    def text(self, text: str) -> int:
        """Return a block that holds a text in UTF-16, with its NUL."""
        return self.data((text + "\0").encode("utf-16-le", "surrogatepass"))
