"""What the go command says of modules, and the mend that fits it."""

from __future__ import annotations

from pathlib import Path

import pytest

from crosswind.project.golist import failure

# Messages of Go 1.26.8, as `go list -e` printed them.
VENDOR = """go: inconsistent vendoring in /src:
\tgolang.org/x/text@v0.3.0: is explicitly required in go.mod, but not marked as explicit

\tTo ignore the vendor directory, use -mod=readonly or -mod=mod.
\tTo sync the vendor directory, run:
\t\tgo mod vendor
"""


@pytest.mark.parametrize(
    ("said", "code", "mend"),
    [
        ("go: updates to go.mod needed; to update it:\n\tgo mod tidy\n", "CW0303", "go mod tidy"),
        (VENDOR, "CW0303", "go mod vendor"),
        (
            (
                "go: module x listed in go.work file requires go >= 1.26.9, but go.work lists go 1.24;"
                " to update it:\n\tgo work use\n"
            ),
            "CW0303",
            "go work use",
        ),
        ("go: parsing $GOFLAGS: unknown flag -foo\n", "CW0303", "GOFLAGS"),
        ("go: unknown GOEXPERIMENT pe\n", "CW0303", "go env -u GOEXPERIMENT"),
        ("go: reading go.work: open /nope: no such file or directory\n", "CW0303", "GOWORK"),
        (
            "go: cannot load module x listed in go.work file: open x/go.mod: no such file\n",
            "CW0303",
            "-dropuse",
        ),
        (
            "go: malformed module path \"example.com/\u00dcber\": invalid char '\u00dc'\n",
            "CW0303",
            "ASCII",
        ),
        ("go: something new\n", "CW0303", "crosswind doctor"),
        ("", "CW0303", "crosswind doctor"),
        (
            "go: errors parsing go.mod:\ngo.mod:4: syntax error (unterminated block)\n",
            "CW0302",
            "mend the line",
        ),
        ("go: example.com@v1: dial tcp: connection refused\n", "CW0304", "GOPROXY"),
        (
            "build cache is required, but could not be located: GOCACHE is not defined and so on\n",
            "CW0303",
            "set HOME",
        ),
        ("go: example.com@v1: reading https://x.test/a: 403 Forbidden\n", "CW0304", "GOPROXY"),
        ("verifying a@v1: checksum mismatch\n", "CW0305", "do not build"),
    ],
)
def test_the_mend_fits_the_message(said: str, code: str, mend: str) -> None:
    error = failure(said, Path("/src"))
    assert error.code == code
    assert mend in error.hint
    assert code == "CW0303" or "tidy" not in error.hint
