"""The usual mends."""

from __future__ import annotations

from crosswind.portability import mends


def test_names_with_an_equal_everywhere() -> None:
    assert "os.FindProcess" in mends.of_name("syscall", "Kill")
    assert "os.Interrupt" in mends.of_name("syscall", "SIGUSR1")
    assert "x/term" in mends.of_name("golang.org/x/sys/unix", "IoctlGetTermios")


def test_others_are_split_by_build_tags() -> None:
    assert "build constraint" in mends.of_name("example.com/p", "Name")


def test_subpackages_of_a_system() -> None:
    assert "_windows.go" in mends.of_import("golang.org/x/sys/windows/svc/mgr")
    assert "files for targets" in mends.of_import("example.com/p")


def test_who_declares_a_name() -> None:
    assert mends.of_own(["a.go", "b.go"]).startswith("only a.go, b.go")
    assert "and others" in mends.of_own(["a.go", "b.go", "c.go", "d.go"])
    assert "with cgo" in mends.of_own(["c.go"], cgo=True)
    assert "no file" in mends.of_own([])
