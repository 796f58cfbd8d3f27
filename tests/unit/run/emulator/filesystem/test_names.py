"""Windows' path rules; the answers were read from Windows' documentation and from Wine."""

from __future__ import annotations

import ntpath

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crosswind.run.emulator.filesystem import names
from crosswind.run.emulator.filesystem.names import NameError_, NameProblem, PathKind

CURRENT = "C:\\Users\\user"


def full(path: str, current: str = CURRENT) -> str:
    return names.full(path, current, {"D": "D:\\data"}.get)


@pytest.mark.parametrize(
    ("path", "kind"),
    [
        (r"\\server\share", PathKind.UNC_ABSOLUTE),
        (r"//server/share", PathKind.UNC_ABSOLUTE),
        (r"C:\x", PathKind.DRIVE_ABSOLUTE),
        ("C:/x", PathKind.DRIVE_ABSOLUTE),
        ("C:x", PathKind.DRIVE_RELATIVE),
        ("C:", PathKind.DRIVE_RELATIVE),
        (r"\x", PathKind.ROOTED),
        ("/x", PathKind.ROOTED),
        ("x", PathKind.RELATIVE),
        ("", PathKind.RELATIVE),
        ("..", PathKind.RELATIVE),
        (r"\\.\x", PathKind.LOCAL_DEVICE),
        (r"\\?\x", PathKind.LOCAL_DEVICE),
        (r"\\.", PathKind.ROOT_LOCAL_DEVICE),
        (r"\\.x", PathKind.UNC_ABSOLUTE),
    ],
)
def test_kinds(path, kind):
    assert names.kind(path) is kind


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("a", r"C:\Users\user\a"),
        (r"..\a", r"C:\Users\a"),
        (r"..\..\..\a", r"C:\a"),
        (r"\a", r"C:\a"),
        ("/a/b/", "C:\\a\\b\\"),
        ("C:a", r"C:\Users\user\a"),
        ("D:a", r"D:\data\a"),
        ("E:a", r"E:\a"),
        ("a. . .", r"C:\Users\user\a"),
        ("a./b", r"C:\Users\user\a\b"),
        ("...", "C:\\Users\\user\\"),
        (r"C:\a\..\..\b", r"C:\b"),
        (r"C:\\a\\\b", r"C:\a\b"),
        (r"\\s\h\..\..\x", r"\\s\h\x"),
        ("nul", r"\\.\nul"),
        (r"C:\dir\Con.txt", r"\\.\Con"),
        ("com0", r"C:\Users\user\com0"),
        ("com¹", r"\\.\com¹"),
        (r"\\?\C:\a\..\b", r"\\?\C:\b"),
        (r"\\?\?\a\..\..\b", r"\\?\b"),
        (r"\\.\pipe\x/y", r"\\.\pipe\x\y"),
    ],
)
def test_full_paths(path, expected):
    assert full(path) == expected


def test_a_rooted_path_stays_on_the_share():
    assert full(r"\x", r"\\s\h\dir") == r"\\s\h\x"


@pytest.mark.parametrize(
    ("path", "part"),
    [("C:\\a\\b", 5), ("C:\\a\\", None), ("C:\\", None), ("nul", None), (r"\\?\C:\a", 7)],
)
def test_file_part(path, part):
    assert names.file_part(path, full(path)) == part


@pytest.mark.parametrize(
    ("path", "parts"),
    [
        (r"\??\C:\a\b", ("a", "b")),
        (r"\??\c:\a\b" + "\\", ("a", "b")),
        (r"\DosDevices\C:\a", ("a",)),
        (r"\GLOBAL??\GLOBAL\C:\a", ("a",)),
        ("\\??\\C:\\", ()),
        (r"\??\C:\a::$DATA", ("a",)),
        ("\\??" + names.volume_name("C")[3:] + "a", ("a",)),
        ("\\??\\C:\\trail. ", ("trail. ",)),
    ],
)
def test_locations(path, parts):
    found = names.locate(path)
    assert (found.drive, found.parts) == ("C", parts)
    assert found.directory == (path.endswith("\\") and bool(parts))


@pytest.mark.parametrize(
    ("path", "device", "rest"),
    [
        (r"\??\NUL", "NUL", ""),
        (r"\Device\Null", "NUL", ""),
        (r"\??\pipe\x\y", "PIPE", r"x\y"),
        (r"\Device\NamedPipe\x", "PIPE", "x"),
        (r"\??\UNC\.\pipe\x", "PIPE", "x"),
        (r"\??\CONOUT$", "CONOUT$", ""),
        (r"\??\C:", "VOLUME", ""),
    ],
)
def test_devices(path, device, rest):
    found = names.locate(path)
    assert (found.device, found.rest) == (device, rest)


@pytest.mark.parametrize(
    ("path", "problem"),
    [
        ("C:\\a", NameProblem.PATH_SYNTAX),
        ("\\a", NameProblem.NOT_FOUND),
        (r"\??\X", NameProblem.NOT_FOUND),
        (r"\??\C:a", NameProblem.NOT_FOUND),
        (r"\??\UNC\server\share", NameProblem.NO_NETWORK),
        (r"\??\C:\a*b", NameProblem.INVALID),
        (r"\??\C:\a\..\b", NameProblem.INVALID),
        (r"\??\C:\a\\b", NameProblem.INVALID),
        (r"\??\C:\a/b", NameProblem.INVALID),
        ("\\??\\C:\\a\x01", NameProblem.INVALID),
        ("\\??\\C:\\" + "x" * 256, NameProblem.INVALID),
        ("\\??\\C:\\" + "\U0001f600" * 128, NameProblem.INVALID),
        (r"\??\C:\a:stream", NameProblem.STREAM),
        (r"\??\C:\a:stream:$DATA", NameProblem.STREAM),
        (r"\??\C:\:x", NameProblem.INVALID),
        (r"\??\C:\a:x\b", NameProblem.INVALID),
    ],
)
def test_refused(path, problem):
    with pytest.raises(NameError_) as caught:
        names.locate(path)
    assert caught.value.problem is problem


def test_the_empty_path():
    with pytest.raises(NameError_):
        names.to_nt("", CURRENT, lambda _: None)


def test_a_literal_path_is_not_normalized():
    assert names.to_nt("\\\\?\\C:\\a. \\..", CURRENT, lambda _: None) == "\\??\\C:\\a. \\.."
    assert names.to_nt("\\\\s\\h\\a", CURRENT, lambda _: None) == "\\??\\UNC\\s\\h\\a"


WORDS = st.sampled_from([*"ab.\\/ :?", "..", "C:", "\\\\?\\", "\\\\.\\", "nul", "\ud800", "é"])
PATHS = st.lists(WORDS, min_size=1, max_size=12).map("".join)


@given(PATHS)
def test_a_full_path_is_absolute_and_without_dots(path):
    whole = full(path)
    assert names.kind(whole) not in (PathKind.RELATIVE, PathKind.ROOTED, PathKind.DRIVE_RELATIVE)
    assert "/" not in whole
    if names.kind(whole) is PathKind.DRIVE_ABSOLUTE:
        assert not {".", ".."} & set(whole.split("\\"))


@given(PATHS)
def test_every_path_is_located_or_refused(path):
    try:
        found = names.locate(names.to_nt(path, CURRENT, lambda _: None))
    except NameError_:
        return
    assert not {"", ".", ".."} & set(found.parts)
    assert not any("\\" in part or "/" in part for part in found.parts)


@given(st.lists(st.sampled_from(["a", "b", "..", "."]), max_size=8).map("\\".join))
def test_dots_as_python_resolves_them(path):
    assert full("C:\\x\\" + path).rstrip("\\") == ntpath.normpath("C:\\x\\" + path).rstrip("\\")
