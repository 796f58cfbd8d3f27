"""The registry: keys, values, what they hold. All of it is in memory and gone at the end."""

from __future__ import annotations

from crosswind.run.emulator import registry, status
from crosswind.run.emulator.abi import U32, Handle, LStatus, Pointer, WideString, call
from crosswind.run.emulator.calls.texts import encoded, units
from crosswind.run.emulator.objects import KernelObject
from crosswind.run.emulator.policy import Action
from crosswind.run.emulator.process import Process
from crosswind.run.emulator.registry import TEXTS, Key, Value, ValueType
from crosswind.run.emulator.status import WinError

# Rights to a key (winnt.h).
QUERY_VALUE = 0x0001
SET_VALUE = 0x0002
CREATE_SUB_KEY = 0x0004
ENUMERATE_SUB_KEYS = 0x0008
READ = 0x20019
ALL_ACCESS = 0xF003F
_GENERIC_READ, _GENERIC_WRITE, _GENERIC_ALL = 0x80000000, 0x40000000, 0x10000000
_MAXIMUM_ALLOWED = 0x02000000
_WRITE = 0x20006

_CREATED_NEW, _OPENED_EXISTING = 1, 2
# Flags of RegGetValueW: which types may come, and how.
_RESTRICT = {
    0x01: ValueType.NONE, 0x02: ValueType.SZ, 0x04: ValueType.EXPAND_SZ, 0x08: ValueType.BINARY,
    0x10: ValueType.DWORD, 0x20: ValueType.MULTI_SZ, 0x40: ValueType.QWORD,
}  # fmt: skip
_NO_EXPAND = 0x10000000


class OpenKey(KernelObject):
    """A handle's view of a key: the key and its path from the predefined one."""

    kind = "Key"

    def __init__(self, key: Key, path: str) -> None:
        """Hold a key."""
        super().__init__()
        self.key = key
        self.path = path


def _access(wanted: int) -> int:
    """Replace generic rights by a key's own."""
    if wanted & (_GENERIC_ALL | _MAXIMUM_ALLOWED):
        wanted |= ALL_ACCESS
    if wanted & _GENERIC_READ:
        wanted |= READ
    if wanted & _GENERIC_WRITE:
        wanted |= _WRITE
    return wanted & ALL_ACCESS


def _key(p: Process, handle: int, right: int = 0) -> tuple[Key, str]:
    """Return a handle's key and path; predefined handles have every right.

    Raises:
        WinError: no key, no right to do so, or the key was removed.
    """
    root = p.registry.root(handle)
    if root is not None:
        return root, root.name
    opened = p.handles.get(handle, OpenKey, right)
    if opened.key.deleted:
        raise WinError(status.ERROR_KEY_DELETED)
    return opened.key, opened.path


def _below(path: str, name: str) -> str:
    return f"{path}\\{name}" if name else path


def _permit(p: Process, path: str) -> None:
    """Note a key that is opened; raises ERROR_ACCESS_DENIED where the registry is denied."""
    p.activity.note("registry", path)
    if not p.policy.allows(Action.REGISTRY, path):
        raise WinError(status.ERROR_ACCESS_DENIED)


@call("advapi32", "kernelbase")
def RegOpenKeyExW(
    p: Process, key: Handle, subkey: WideString, options: U32, access: U32, result: Pointer
) -> LStatus:
    """Open a key; there is one view for 32-bit and 64-bit programs."""
    del options
    if not result:
        raise WinError(status.ERROR_INVALID_PARAMETER)
    parent, path = _key(p, key)
    name = subkey or ""
    if name.startswith("\\"):
        raise WinError(status.ERROR_BAD_PATHNAME)
    _permit(p, _below(path, name))
    found = parent.child(name)
    if found is None:
        raise WinError(status.ERROR_FILE_NOT_FOUND)
    if found is parent and p.registry.root(key) is not None:
        # A predefined key by its own name is itself.
        p.memory.write_u64(result, key)
        return status.ERROR_SUCCESS
    opened = OpenKey(found, _below(path, name))
    p.memory.write_u64(result, p.handles.add(opened, _access(access)))
    return status.ERROR_SUCCESS


@call("advapi32", "kernelbase")
def RegCreateKeyExW(
    p: Process, key: Handle, subkey: WideString, reserved: U32, class_name: WideString,
    options: U32, access: U32, security: Pointer, result: Pointer, disposition: Pointer,
) -> LStatus:  # fmt: skip
    """Open a key, or make it and those on the way; security descriptors are not kept."""
    del reserved, security
    if not result:
        raise WinError(status.ERROR_INVALID_PARAMETER)
    parent, path = _key(p, key)
    name = subkey or ""
    if name.startswith("\\"):
        raise WinError(status.ERROR_BAD_PATHNAME)
    _permit(p, _below(path, name))
    if any(len(part) > registry.MAX_KEY_NAME for part in registry.parts(name)):
        raise WinError(status.ERROR_INVALID_PARAMETER)
    if len(registry.parts(_below(path, name))) > registry.MAX_DEPTH:
        raise WinError(status.ERROR_INVALID_PARAMETER)
    if parent.child(name) is None:
        _key(p, key, CREATE_SUB_KEY)
    volatile = bool(options & 1)
    if parent.volatile and not volatile and parent.child(name) is None:
        raise WinError(status.ERROR_CHILD_MUST_BE_VOLATILE)
    found, new = parent.make(name, p.clock.filetime())
    if new:
        found.class_name, found.volatile = class_name or "", volatile
    p.memory.write_u64(result, p.handles.add(OpenKey(found, _below(path, name)), _access(access)))
    if disposition:
        p.memory.write_u32(disposition, _CREATED_NEW if new else _OPENED_EXISTING)
    return status.ERROR_SUCCESS


@call("advapi32", "kernelbase")
def RegCloseKey(p: Process, key: Handle) -> LStatus:
    """Close a key's handle; predefined ones stay."""
    if p.registry.root(key) is None:
        p.handles.get(key, OpenKey)
        p.handles.close(key)
    return status.ERROR_SUCCESS


def _data(p: Process, value: Value, kind_at: int, data_at: int, size_at: int) -> LStatus:
    """Hand out a value as the documentation of RegQueryValueExW says."""
    if kind_at:
        p.memory.write_u32(kind_at, value.type)
    if not size_at:
        if data_at:
            raise WinError(status.ERROR_INVALID_PARAMETER)
        return status.ERROR_SUCCESS
    room = p.memory.read_u32(size_at)
    p.memory.write_u32(size_at, len(value.data))
    if not data_at:
        return status.ERROR_SUCCESS
    if room < len(value.data):
        raise WinError(status.ERROR_MORE_DATA)
    p.memory.write(data_at, value.data)
    return status.ERROR_SUCCESS


@call("advapi32", "kernelbase")
def RegQueryValueExW(
    p: Process, key: Handle, name: WideString, reserved: Pointer, kind: Pointer, data: Pointer,
    size: Pointer,
) -> LStatus:  # fmt: skip
    """Read a value: its type, its data, or their size."""
    del reserved
    if data and not size:
        raise WinError(status.ERROR_INVALID_PARAMETER)
    value = _key(p, key, QUERY_VALUE)[0].get(name or "")
    if value is None:
        raise WinError(status.ERROR_FILE_NOT_FOUND)
    return _data(p, value, kind, data, size)


@call("advapi32", "kernelbase")
def RegGetValueW(
    p: Process, key: Handle, subkey: WideString, name: WideString, flags: U32, kind: Pointer,
    data: Pointer, size: Pointer,
) -> LStatus:  # fmt: skip
    """Read a value of a subkey, of the types that the flags allow; texts get their NUL."""
    parent, _ = _key(p, key)
    found = parent.child(subkey or "")
    value = found.get(name or "") if found is not None else None
    if value is None:
        raise WinError(status.ERROR_FILE_NOT_FOUND)
    if flags & 0xFFFF != 0xFFFF and value.type not in {
        allowed for flag, allowed in _RESTRICT.items() if flags & flag
    }:
        raise WinError(status.ERROR_UNSUPPORTED_TYPE)
    if value.type in TEXTS:
        value = _expanded(p, value, expand=not flags & _NO_EXPAND)
    return _data(p, value, kind, data, size)


def _expanded(p: Process, value: Value, *, expand: bool) -> Value:
    """End a text by its NUL, and replace variables where it wants that."""
    text = value.data.decode(
        "utf-16-le", "surrogatepass" if len(value.data) % 2 == 0 else "replace"
    )
    if value.type == ValueType.MULTI_SZ:
        return Value(value.name, value.type, encoded(text.rstrip("\0") + "\0"))
    text = text.partition("\0")[0]
    if value.type == ValueType.EXPAND_SZ and expand:
        return Value(value.name, ValueType.SZ, encoded(p.environment.expand(text)))
    return Value(value.name, value.type, encoded(text))


@call("advapi32", "kernelbase")
def RegLoadMUIStringW(
    p: Process, key: Handle, name: WideString, buffer: Pointer, size: U32, needed: Pointer,
    flags: U32, directory: WideString,
) -> LStatus:  # fmt: skip
    """Load a text from a library's resources: no value here names one, so none can be loaded."""
    del buffer, size, needed, flags, directory
    if _key(p, key, QUERY_VALUE)[0].get(name or "") is None:
        raise WinError(status.ERROR_FILE_NOT_FOUND)
    raise WinError(status.ERROR_INVALID_DATA)


@call("advapi32", "kernelbase")
def RegSetValueExW(
    p: Process, key: Handle, name: WideString, reserved: U32, kind: U32, data: Pointer, size: U32
) -> LStatus:
    """Set a value; a text whose size leaves out the NUL that follows gets it."""
    del reserved
    found, _ = _key(p, key, SET_VALUE)
    if len(name or "") > registry.MAX_VALUE_NAME or (size and not data):
        raise WinError(status.ERROR_INVALID_PARAMETER)
    content = p.memory.read(data, size) if size else b""
    if kind in TEXTS and size >= 2 and size % 2 == 0 and content[-2:] != b"\0\0":
        behind = p.memory.read(data + size, 2)
        content += behind if behind == b"\0\0" else b""
    found.set(name or "", kind, content, p.clock.filetime())
    return status.ERROR_SUCCESS


@call("advapi32", "kernelbase")
def RegDeleteValueW(p: Process, key: Handle, name: WideString) -> LStatus:
    """Remove a value."""
    if not _key(p, key, SET_VALUE)[0].remove(name or "", p.clock.filetime()):
        raise WinError(status.ERROR_FILE_NOT_FOUND)
    return status.ERROR_SUCCESS


@call("advapi32", "kernelbase")
def RegEnumValueW(
    p: Process, key: Handle, index: U32, name: Pointer, length: Pointer, reserved: Pointer,
    kind: Pointer, data: Pointer, size: Pointer,
) -> LStatus:  # fmt: skip
    """Read the name, type and data of a value by its place."""
    del reserved
    found, _ = _key(p, key, QUERY_VALUE)
    if not length or (data and not size):
        raise WinError(status.ERROR_INVALID_PARAMETER)
    if index >= len(found.values):
        raise WinError(status.ERROR_NO_MORE_ITEMS)
    value = found.values[index]
    _name(p, name, length, value.name)
    return _data(p, value, kind, data, size)


def _name(p: Process, buffer: int, length_at: int, name: str) -> None:
    """Write a name with its NUL, and its length without.

    Raises:
        WinError: it does not fit (ERROR_MORE_DATA).
    """
    if units(name) >= p.memory.read_u32(length_at):
        raise WinError(status.ERROR_MORE_DATA)
    p.memory.write(buffer, encoded(name))
    p.memory.write_u32(length_at, units(name))


@call("advapi32", "kernelbase")
def RegEnumKeyExW(
    p: Process, key: Handle, index: U32, name: Pointer, length: Pointer, reserved: Pointer,
    class_name: Pointer, class_length: Pointer, written: Pointer,
) -> LStatus:  # fmt: skip
    """Read the name of a subkey by its place."""
    del reserved
    found, _ = _key(p, key, ENUMERATE_SUB_KEYS)
    if not length:
        raise WinError(status.ERROR_INVALID_PARAMETER)
    children = list(found)
    if index >= len(children):
        raise WinError(status.ERROR_NO_MORE_ITEMS)
    child = children[index]
    _name(p, name, length, child.name)
    if class_name and class_length:
        _name(p, class_name, class_length, child.class_name)
    if written:
        p.memory.write_u64(written, child.written)
    return status.ERROR_SUCCESS


@call("advapi32", "kernelbase")
def RegQueryInfoKeyW(
    p: Process, key: Handle, class_name: Pointer, class_length: Pointer, reserved: Pointer,
    subkeys: Pointer, longest_subkey: Pointer, longest_class: Pointer, values: Pointer,
    longest_name: Pointer, longest_data: Pointer, security: Pointer, written: Pointer,
) -> LStatus:  # fmt: skip
    """Count what a key holds, and the longest of it."""
    del reserved
    found, _ = _key(p, key, QUERY_VALUE)
    if class_name and class_length:
        _name(p, class_name, class_length, found.class_name)
    names = [units(child.name) for child in found]
    answers = {
        subkeys: len(names),
        longest_subkey: max(names, default=0),
        longest_class: max((units(child.class_name) for child in found), default=0),
        values: len(found.values),
        longest_name: max((units(value.name) for value in found.values), default=0),
        longest_data: max((len(value.data) for value in found.values), default=0),
        security: 0,
    }
    for place, answer in answers.items():
        if place:
            p.memory.write_u32(place, answer)
    if written:
        p.memory.write_u64(written, found.written)
    return status.ERROR_SUCCESS


@call("advapi32", "kernelbase")
def RegDeleteKeyW(p: Process, key: Handle, subkey: WideString) -> LStatus:
    """Remove a key without subkeys."""
    _delete(p, key, subkey)
    return status.ERROR_SUCCESS


def _delete(p: Process, key: int, subkey: str | None) -> None:
    """Remove a key.

    Raises:
        WinError: it has subkeys, or is the handle's own (ERROR_ACCESS_DENIED); there is none.
    """
    if subkey is None:
        raise WinError(status.ERROR_INVALID_PARAMETER)
    parent, _ = _key(p, key)
    found = parent.child(subkey)
    if found is None:
        raise WinError(status.ERROR_FILE_NOT_FOUND)
    if len(found) or found is parent:
        raise WinError(status.ERROR_ACCESS_DENIED)
    parent.drop(subkey)


@call("advapi32", "kernelbase")
def RegDeleteKeyExW(
    p: Process, key: Handle, subkey: WideString, access: U32, reserved: U32
) -> LStatus:
    """Remove a key without subkeys, of the one view."""
    del access, reserved
    _delete(p, key, subkey)
    return status.ERROR_SUCCESS


@call("advapi32", "kernelbase")
def RegDeleteTreeW(p: Process, key: Handle, subkey: WideString) -> LStatus:
    """Remove a key and all below it; without a name, what the key holds."""
    parent, _ = _key(p, key)
    found = parent.child(subkey or "")
    if found is None:
        raise WinError(status.ERROR_FILE_NOT_FOUND)
    _clear(found)
    if subkey:
        parent.drop(subkey)
    return status.ERROR_SUCCESS


def _clear(key: Key) -> None:
    """Remove what a key holds, from the leaves up."""
    pending = [(key, child) for child in key]
    for parent, child in pending:
        pending.extend((child, below) for below in child)
        parent.drop(child.name)
    for value in key.values:
        key.remove(value.name)


@call("advapi32", "kernelbase")
def RegFlushKey(p: Process, key: Handle) -> LStatus:
    """Do nothing: there is no file to write to."""
    _key(p, key)
    return status.ERROR_SUCCESS


@call("advapi32", "kernelbase")
def RegOpenCurrentUser(p: Process, access: U32, result: Pointer) -> LStatus:
    """Open HKEY_CURRENT_USER."""
    root, path = _key(p, 0x80000001)
    p.memory.write_u64(result, p.handles.add(OpenKey(root, path), _access(access)))
    return status.ERROR_SUCCESS
