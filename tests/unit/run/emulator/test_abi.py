import struct

import pytest

from crosswind.run.emulator import status
from crosswind.run.emulator.abi import KINDS, Table, call
from crosswind.run.emulator.status import NtError, WinError

STACK = 0x1000


class FakeMemory:
    def __init__(self, data):
        self.data = data

    def read(self, address, size):
        return self.data[address - STACK :][:size]

    def read_wide(self, address):
        return f"wide {address}"

    def read_ansi(self, address):
        return f"narrow {address}"


class FakeProcess:
    def __init__(self, *stack):
        self.memory = FakeMemory(struct.pack(f"<{5 + len(stack)}Q", 1, 2, 3, 4, 5, *stack))


def declared(annotations, *exports, name="Sample", summary="What it does."):
    def function(*given):
        return given

    function.__name__ = name
    function.__doc__ = summary
    function.__annotations__ = annotations
    table = Table()
    call(*(exports or ("kernel32",)), table=table)(function)
    return table


def decode(annotations, registers, *stack):
    p = FakeProcess(*stack)
    decoder = (
        declared({"p": "Process", **annotations, "return": "Bool"})
        .find("kernel32", "Sample")
        .decoder
    )
    words = decoder.words(p, registers, STACK)
    return decoder.arguments(p, words)


M = (1 << 64) - 1


@pytest.mark.parametrize(
    ("kind", "word", "value"),
    [
        ("U8", M, 0xFF),
        ("U16", M, 0xFFFF),
        ("U32", M, 0xFFFFFFFF),
        ("U64", M, M),
        ("I32", M, -1),
        ("I32", 0xABC_7FFFFFFF, 0x7FFFFFFF),
        ("I64", M, -1),
        ("Bool", 1 << 32, 0),
        ("Handle", M, M),
        ("Pointer", 7, 7),
        ("WideString", 7, "wide 7"),
        ("WideString", 0, None),
        ("AnsiString", 9, "narrow 9"),
    ],
)
def test_each_kind_is_decoded(kind, word, value):
    assert decode({"x": kind}, (word, 0, 0, 0)) == [value]


def test_arguments_from_the_fifth_on_lie_above_the_shadow_space():
    names = dict.fromkeys("abcdef", "U64")
    assert decode(names, (1, 2, 3, 4), 50, 60) == [1, 2, 3, 4, 50, 60]


def test_no_arguments():
    assert decode({}, (1, 2, 3, 4)) == []


@pytest.mark.parametrize(
    ("kind", "result", "last_error"),
    [
        ("Bool", 0, 6),
        ("FileHandle", M, 6),
        ("WaitStatus", 0xFFFFFFFF, 6),
        ("LStatus", 6, None),
        ("NtStatus", 0xC0000008, None),
        ("HResult", 0x80070006, None),
        ("None", None, 6),
    ],
)
def test_a_failure_is_told_as_the_result_type_wants(kind, result, last_error):
    decoder = declared({"p": "Process", "return": kind}).find("kernel32", "Sample").decoder
    for error in (WinError(status.ERROR_INVALID_HANDLE), NtError(status.STATUS_INVALID_HANDLE)):
        assert decoder.failure(error) == (result, last_error)


def test_aliases_share_a_function_and_keep_their_names():
    table = declared(
        {"p": "Process", "return": "U32"}, "kernel32", "kernelbase", "psapi:Other", name="K32Other"
    )
    assert table.find("kernel32", "K32Other") is table.find("kernelbase", "K32Other")
    assert table.find("psapi", "Other").libraries == ("psapi",)
    assert table.find("psapi", "K32Other") is None
    assert table.libraries() == {"kernel32", "kernelbase", "psapi"}


def test_the_same_call_twice_is_a_mistake():
    with pytest.raises(ValueError, match="kernel32!Sample is there twice"):
        declared({"p": "Process", "return": "U32"}, "kernel32", "kernel32")


def test_the_summary_is_the_first_line():
    table = declared({"p": "Process", "return": "U32"}, summary="One.\n\nTwo.")
    assert table.find("kernel32", "Sample").summary == "One."


def test_every_kind_has_an_annotation():
    from crosswind.run.emulator import abi

    assert [name for name in KINDS if name != "None" and not hasattr(abi, name)] == []
