"""A module of packages that all have something wrong, or nearly."""

from __future__ import annotations

import os
from pathlib import Path

_EMBED = 'package p\nimport _ "embed"\n//go:embed {}\nvar s string\n'
_FILES: dict[str, str | bytes] = {
    "go.mod": "module m\n\ngo 1.26\n",
    "bom/a.go": b'\xef\xbb\xbfpackage p\nimport "fmt"\n',
    "bom2/a.go": b'\xef\xbb\xbf\xef\xbb\xbfpackage p\nimport "fmt"\n',
    "bomtag/a.go": b"\xef\xbb\xbf//go:build linux\n\npackage p\n",
    "crlf/a.go": '//go:build linux\r\n\r\npackage p\r\n\r\nimport (\r\n"embed"\r\n)\r\n//go:embed x.txt\r\nvar f embed.FS\r\n',
    "crlf/x.txt": "x",
    "zero/a.go": 'package p\nimport "fmt"\n\0', "zero/b.go": 'package p\nimport "os"\n',
    "zero2/a.go": 'package p\nvar x = "\0"\n',
    "heads/a.go": 'package p\nimport "C"\n', "heads/x.c": "/* \0 */ int x;\n", "heads/y.c": "int x;\0\n", "heads/z.s": "/* unclosed",
    "heads/w_windows.c": "/", "heads/v.c": "//go:build (\n",
    "syntax/a.go": 'package p\nimport "fmt"\nimport x\n', "syntax/b.go": 'package p\nimport "os"\n',
    "syntax2/a.go": "package\n", "syntax3/a.go": 'package p;\nimport "a b"\n', "syntax4/a.go": "", "syntax5/a.go": "package p\nvar x = ) (\n",
    "syntax6/a.go": "//go:build windows\n\npackage\n", "syntax6/b.go": "package p\n",
    "two/a.go": "package a\n", "two/b.go": "package b\n", "two/c_windows.go": "package c\n",
    "two2/a.go": "package a\n", "two2/a_test.go": 'package a_test\nimport "testing"\n', "two2/b_test.go": "package b_test\n",
    "words/a.go": "package documentation\n", "words2/a.go": 'package documentation\nimport "a b"\n', "words2/b.go": "package p\n",
    "tag/a.go": "//go:build (\n\npackage p\n", "tag/b.go": "package p\n", "tag2/a_windows.go": "//go:build (\n\npackage p\n",
    "tag2/b.go": "package p\n", "tag3/a.go": "//go:build linux\n//go:build windows\n\npackage p\n",
    "loop/a.go": "package p\n", "links/a.go": "package p\n", "folder/a.go": "package p\n", "folder/x.go/y.txt": "",
    "nested/go.mod": "module nested\n", "nested/a.go": "package p\n", "nested/in/a.go": "package p\n",
    "nested2/go.mod/x": "", "nested2/a.go": "package p\n", "nested2/sub/a.go": "package p\n",
    "testdata/a.go": "package p\n", "_x/a.go": "package p\n", ".y/a.go": "package p\n", "vendor/v/a.go": "package p\n",
    "e1/a.go": _EMBED.format("../go.mod"), "e2/a.go": _EMBED.format("/etc/passwd"), "e3/a.go": _EMBED.format("x/../y"),
    "e4/a.go": _EMBED.format("*"), "e5/a.go": _EMBED.format("none"), "e6/a.go": _EMBED.format("all:."),
    "e7/a.go": _EMBED.format('"open'), "e8/a.go": _EMBED.format("d"), "e8/d/.h": "", "e9/a.go": _EMBED.format("all:d"), "e9/d/.h": "",
    "e10/a.go": "package p\n", "e10/a_test.go": _EMBED.format("none"), "e11/a.go": "package p\n//go:embed x\nvar s string\n",
    "e12/a.go": _EMBED.format("sub/x"), "e12/sub/go.mod": "module n\n", "e12/sub/x": "",
    "c1/a.go": 'package p\n// #cgo LDFLAGS: -la\n// #cgo bogus\nimport "C"\n', "c1/a_test.go": 'package p\nimport "C"\n',
    "c2/a.go": "package p\n", "c2/a_test.go": 'package p\nimport "C"\n',
    "c3/a.go": 'package p\nimport ("C"; "fmt")\n', "c3/a.S": "", "c3/a.cc": "", "c3/b.f90": "", "c3/a.syso": "",
    "c4/a.go": "package p\n", "c4/a.c": "", "c4/a.S": "", "c5/a.go": 'package p\nimport "C"\n',
    "case/A.go": "package p\n", "case/a.go": "package p\n", "case2/A_linux.go": "package p\n", "case2/a_windows.go": "package p\n",
    "case2/a_linux.go": "package p\n",
    "-dash/a.go": "package p\n", "dash/-a.go": "package p\n", "sp ace/a.go": "package p\n", "letters/é.go": "package p\n",
    "dot./a.go": "package p\n", "con/a.go": "package p\n", "under/_a.go": "package p\n", "under2/_a.go": "package p\n",
    "under2/b.go": "package p\n", "only_test/a_test.go": "package p\n", "only_windows/a_windows.go": "package p\n",
    "only_outside/a_test.go": "package p_test\n", "nothing/x.txt": "", "line\nend/a.go": "package p\n",
    "big/a.go": "package p\n/*" + "x" * 1_000_000 + '*/\nimport "fmt"\n',
    "text/a.go": b'package p\n// \xff\nimport "fmt"\n', "text2/a.go": b'package p\nvar x = "\xff"\n',
    "from/a.go": 'package p\n//line foo.y:3\nimport "fmt"\nimport x\n',
    "program/a_test.go": "package main_test\n", "program/a.go": "package main\n",
}  # fmt: skip
_LINKS = {
    "loop/self": ".", "loop/b.go": "b.go", "loop/c.txt": "c.txt", "loop2": "loop", "links/c_windows.go": "../bom/a.go",
    "links/d.go": "nowhere.go", "links/d.txt": "nowhere.txt", "folder/y.go": "x.go", "e4/link": "a.go",
}  # fmt: skip


def write(root: Path) -> None:
    """Write it into an empty folder."""
    for name, text in _FILES.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
    for name, target in _LINKS.items():
        (root / name).symlink_to(target)
    os.mkfifo(root / "links/pipe.txt")
