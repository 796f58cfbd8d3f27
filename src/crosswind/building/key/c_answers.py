"""What GCC and GNU ld say about the files that they read."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable
from pathlib import Path

from crosswind.building.key.model import Doubt
from crosswind.gosource import csource

# GCC, c-incpath.cc, remove_duplicates and merge_include_chains: with -v.
_SEARCH = re.compile(r'#include "\.\.\." search starts here:\n(.*?)End of search list\.', re.DOTALL)
_NOT_THERE = re.compile(r'^ignoring nonexistent directory "(.*)"$', re.MULTILINE)
# GCC, gcc.cc, driver::maybe_print_and_exit: with -print-search-dirs.
_DIRECTORIES = re.compile(r"^(?:programs|libraries): =(.*)$", re.MULTILINE)
# GNU ld, ldfile.c, ldfile_try_open_bfd: with --verbose.
_OPENED = re.compile(r"^attempt to open (.+) (succeeded|failed)$", re.MULTILINE)
_FOUND = re.compile(r"^found .+ at (/.+)$", re.MULTILINE)
# ld.so(8), LD_TRACE_LOADED_OBJECTS.
_LOADED = re.compile(r"^\s*(?:.+ => )?(/.+) \(0x[0-9a-f]+\)$", re.MULTILINE)
# The name is missing where a macro gives it. Many define the operator for compilers that lack it.
_ASKED = re.compile(rb"has_(?:include(?:_next)?|embed)\s*\(\s*(?:[<\"]([^>\"\n]+)[>\"])?")
_OPERATOR = re.compile(rb"#[ \t]*define[ \t]+__has_\w+")
# GCC's manual, "Using Precompiled Headers"; clang/lib/Driver/ToolChains/Clang.cpp, AddPreprocessingOptions.
_PRECOMPILED = (".gch", ".pch")
_WORD = re.compile(r"(?:\\.|[^\s\\])+", re.DOTALL)
_ESCAPED = re.compile(r"\\([ #\\])")

# How archives, objects and shared libraries begin (ar.h, elf.h, winnt.h, mach-o/loader.h, LLVM's bitcode).
_MAGIC = 8
_BINARY = (
    b"!<arch>\n", b"\x7fELF", b"MZ", b"\x64\x86", b"\x4c\x01", b"\x64\xaa", b"\xcf\xfa\xed\xfe",
    b"\xca\xfe\xba\xbe", b"\x00\x00\xff\xff",
)  # fmt: skip
# ar.h of binutils, ARMAGT: an archive that only names its members.
_THIN = b"!<thin>\n"


def dependencies(text: str, directory: str) -> set[str]:
    """Return the files that `-M` lists, absolute.

    Args:
        text: rules of make.
        directory: where the compiler ran.
    """
    found = set()
    for rule in text.replace("\\\n", " ").splitlines():
        _, colon, listed = rule.partition(": ")
        if colon:
            for word in _WORD.findall(listed):
                name = _ESCAPED.sub(r"\1", word).replace("$$", "$")
                found.add(os.path.normpath(os.path.join(directory, name)))  # noqa: PTH118
    return found


def search_folders(text: str, directory: str) -> set[str]:
    """Return the folders in which a preprocessor looks for headers, those that are not there as well.

    Raises:
        Doubt: it does not say.
    """
    lists = _SEARCH.findall(text)
    if not lists:
        raise Doubt("the C compiler does not say where it looks for headers")
    lines = [line for listed in lists for line in listed.splitlines() if line.startswith(" ")]
    names = [line.strip() for line in lines] + _NOT_THERE.findall(text)
    return {os.path.normpath(os.path.join(directory, name)) for name in names}  # noqa: PTH118


def candidates(text: str, name: str) -> set[str]:
    """Return where a file may be, in the folders of an answer to `-print-search-dirs`, there or not.

    Raises:
        Doubt: it does not say.
    """
    found = {folder for listed in _DIRECTORIES.findall(text) for folder in listed.split(":")}
    if not found:
        raise Doubt("the C compiler does not say where it looks for its parts")
    # Not normalized: what stands before `..` must be there.
    return {f"{folder}/{name}" for folder in found if folder.startswith("/")}


def looked_in(read: Iterable[str], search: Iterable[str], contents: Iterable[bytes]) -> set[str]:
    """Return the folders in which one more file could have been taken instead, or as well.

    Args:
        read: the files that were read.
        search: folders of the search for headers.
        contents: of the same files.

    Raises:
        Doubt: a header was compiled before.
    """
    files = tuple(read)
    for path in files:
        if any(os.path.exists(f"{path}{ending}") for ending in _PRECOMPILED):  # noqa: PTH110
            raise Doubt(f"{path} was compiled before, and the compiler may take that instead")
    starts = {*search, *map(os.path.dirname, files)}
    below = {""}
    for data in contents:
        named = csource.includes(data)
        asked = (name.decode("utf-8", "surrogateescape") for name in _asked(data))
        below |= {os.path.dirname(name) for name in (*named.quoted, *named.angled, *asked)}  # noqa: PTH120
    below |= {
        os.path.dirname(path[len(start) + 1 :])  # noqa: PTH120
        for path in files
        for start in search
        if path.startswith(f"{start}/")
    }
    return {os.path.normpath(f"{start}/{one}") for start in starts for one in below}


def is_asked_by_macro(contents: Iterable[bytes]) -> bool:
    """Whether C asks if there is a file that a macro names: where that would be nobody knows."""
    return not all(name for data in contents for name in _asked(data))


def _asked(data: bytes) -> list[bytes]:
    """Return the names for which C asks whether there is such a file; empty where a macro gives one."""
    return _ASKED.findall(_OPERATOR.sub(b"#", csource.joined(data)))


def linked(text: str) -> tuple[set[str], set[str]]:
    """Return the files that GNU ld opens, and the folders in which it looked.

    Raises:
        Doubt: it does not say.
    """
    tried = _OPENED.findall(text)
    if not tried:
        raise Doubt("the linker does not say which files it opens")
    opened = {name for name, how in tried if how == "succeeded"} | set(_FOUND.findall(text))
    files = {os.path.normpath(name) for name in opened if name.startswith("/")}
    folders = {os.path.dirname(os.path.normpath(name)) for name, _ in tried if name[0] == "/"}  # noqa: PTH120
    return files, folders


def check_libraries(names: Iterable[str], *, scripts: bool = False) -> None:
    """Look for libraries that are lists of other files.

    Args:
        names: of libraries.
        scripts: whether the linker tells what its scripts name.

    Raises:
        Doubt: one is, so that more is read.
    """
    for name in names:
        try:
            with Path(name).open("rb") as stream:
                begins = stream.read(_MAGIC)
        except OSError as error:
            raise Doubt(f"cannot read {name}: {error.strerror}") from error
        if begins == _THIN or not (scripts or begins.startswith(_BINARY)):
            raise Doubt(f"{name} is a list of other files")


def loaded(text: str) -> set[str]:
    """Return the shared libraries that the loader maps for a program."""
    return set(_LOADED.findall(text))
