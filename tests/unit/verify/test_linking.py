"""Linking checks on files made by hand."""

from __future__ import annotations

import pytest

from crosswind.binary import elf as elf_reader
from crosswind.binary import macho as macho_reader
from crosswind.binary import pe as pe_reader
from crosswind.binary.view import View
from crosswind.finding import Status
from crosswind.target import Target
from crosswind.verify import Expectation, linking
from crosswind.verify.subject import Subject
from crosswind.verify.windows_dlls import is_system_dll
from images import elf, macho, pe


def subject(reader, data: bytes) -> Subject:
    view = View.of(data)
    return Subject("program", view, reader.read(view))


LINUX = Expectation(target=Target("linux", "amd64"), cgo=False)


def test_static():
    verdict = linking.linkage(subject(elf_reader, elf.static()), LINUX)
    assert (verdict.status, verdict.message[:6]) == (Status.PASS, "static")


def test_dynamic_names_loader_and_libraries():
    dynamic = subject(elf_reader, elf.build())
    verdict = linking.linkage(dynamic, Expectation(target=LINUX.target, cgo=True))
    words = "dynamic: /lib64/ld-linux-x86-64.so.2, libc.so.6, libm.so.6"
    assert (verdict.status, verdict.message) == (Status.PASS, words)
    assert linking.linkage(dynamic, LINUX).status is Status.WARN


def test_a_loader_that_few_have():
    strange = subject(elf_reader, elf.build(interpreter="/nix/store/abc-glibc/lib/ld-linux.so.2"))
    assert linking.linkage(strange, LINUX).status is Status.FAIL


@pytest.mark.parametrize(
    ("allowed", "status"),
    [(None, Status.PASS), ("2.99", Status.PASS), ("2.4", Status.FAIL), ("1.99", Status.FAIL)],
)
def test_glibc_versions_compare_as_numbers(allowed, status, monkeypatch):
    monkeypatch.setattr(elf_reader.ELFImage, "glibc_needed", "2.17")
    dynamic = subject(elf_reader, elf.build())
    assert linking.glibc(dynamic, Expectation(glibc=allowed)).status is status


def test_stack_flags():
    check = linking.executable_stack
    assert check(subject(elf_reader, elf.build(stack_flags=7)), LINUX).status is Status.FAIL
    assert check(subject(elf_reader, elf.build(stack_flags=6)), LINUX).status is Status.PASS
    assert check(subject(macho_reader, macho.build(flags=0x20000)), LINUX).status is Status.FAIL
    assert check(subject(pe_reader, pe.build()), LINUX) is None


def test_relative_search_paths_are_fine():
    verdict = linking.search_path(subject(macho_reader, macho.build()), Expectation())
    assert (verdict.status, verdict.message) == (Status.PASS, "@executable_path/lib")


@pytest.mark.parametrize(
    "name",
    ["KERNEL32.dll", "kernel32", "api-ms-win-crt-runtime-l1-1-0.dll", "WINSPOOL.DRV", "ws2_32.dll"],
)
def test_dlls_of_windows(name):
    assert is_system_dll(name)


@pytest.mark.parametrize("name", ["libwinpthread-1.dll", "vcruntime140.dll", "sqlite3.dll", ""])
def test_other_dlls(name):
    assert not is_system_dll(name)
