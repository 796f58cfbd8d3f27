"""The command as users meet it: pipes, codes, exit statuses, JSON, and how fast it starts."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

MESSAGE = "main.go:2:8: no required module provides package example.com/p; to add it:"


def explain(*argv: str, stdin: bytes = b"") -> subprocess.CompletedProcess[bytes]:
    return subprocess.run(
        [Path(sys.executable).with_name("crosswind"), "explain", *argv],
        input=stdin,
        capture_output=True,
        env=os.environ | {"NO_COLOR": "1", "PYTHONIOENCODING": "utf-8"},
        check=False,
    )


@pytest.mark.parametrize(
    "argv", [("CW3312",), ("cw3312",), (MESSAGE,), MESSAGE.split(), ("--", MESSAGE)]
)
def test_explains(argv: tuple[str, ...]) -> None:
    done = explain(*argv)
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith(b"CW3312 ")
    assert b"\nMend\n" in done.stdout
    assert b"\x1b" not in done.stdout
    assert done.stderr == b""


def test_fills_in_what_it_caught() -> None:
    assert b"`go get example.com/p`" in explain(MESSAGE).stdout


def test_reads_a_pipe() -> None:
    text = f"\x1b[31m# example.com/m\x1b[0m\r\n{MESSAGE}\r\n".encode()
    for data in (text, text.decode().encode("utf-16")):
        assert explain("-", stdin=data).stdout.startswith(b"CW3312 ")


def test_a_message_may_begin_with_a_dash() -> None:
    text = "-buildmode=c-shared requires external (cgo) linking, but cgo is not enabled"
    assert explain(text).stdout.startswith(b"CW3203 ")
    document = json.loads(explain(text, "--json").stdout)
    assert document["pages"][0]["code"] == "CW3203"


def test_several_messages() -> None:
    text = f"{MESSAGE}\nx.go:1:1: undefined: foo\n"
    done = explain("-", stdin=text.encode())
    assert b"Also in this text:\n  CW3408  undefined name" in done.stdout
    both = explain("-v", "-", stdin=text.encode()).stdout
    assert both.count(b"\nMend\n") == 2


def test_unknown_text() -> None:
    done = explain("Gatekeeper: the quarantine of notarized downloads")
    assert (done.returncode, done.stdout) == (1, b"")
    assert done.stderr.startswith(b"error[CW3001] unknown: no page fits this text")
    assert b"CW3107  " in done.stderr


def test_unknown_code() -> None:
    done = explain("CW3313x"[:6] + "9")
    assert (done.returncode, done.stdout) == (2, b"")
    assert done.stderr.startswith(b"error[CW3000] no code 'CW33139'")
    assert b"CW3313" in done.stderr


def test_nothing_to_explain() -> None:
    assert explain().returncode == 2


def test_list() -> None:
    lines = explain("--list").stdout.decode().splitlines()
    assert len(lines) > 80
    assert lines == sorted(lines)
    assert "CW3101  exec format error: the file is for another machine" in lines


@pytest.mark.parametrize(
    ("argv", "status", "ok", "codes"),
    [
        (("CW3101",), 0, True, ["CW3101"]),
        ((MESSAGE,), 0, True, ["CW3312"]),
        (("nothing of this kind",), 1, False, []),
        (("--list",), 0, True, None),
    ],
)
def test_json(argv: tuple[str, ...], status: int, ok: bool, codes: list[str] | None) -> None:
    done = explain("--json", *argv)
    document = json.loads(done.stdout)
    assert (done.returncode, document["ok"]) == (status, ok)
    assert document["schema"] == "crosswind/explain/1"
    assert [finding["code"] for finding in document["findings"]] == ([] if ok else ["CW3001"])
    if codes is None:
        assert {"code", "title", "severity"} == set(document["pages"][0])
    else:
        assert [page["code"] for page in document["pages"]] == codes


def test_json_page() -> None:
    (page,) = json.loads(explain("--json", MESSAGE).stdout)["pages"]
    assert page["values"] == {"package": "example.com/p"}
    assert page["line"] == MESSAGE
    assert page["advice"] == "Add the module: `go get example.com/p`, then `go mod tidy`."
    assert {"what_happened", "why", "mend", "source", "title", "severity"} < set(page)


def test_json_of_an_unknown_code() -> None:
    done = explain("--json", "CW9999")
    document = json.loads(done.stdout)
    assert (done.returncode, document["ok"]) == (2, False)
    assert document["findings"][0]["code"] == "CW3000"


def test_a_code_reads_one_page_and_draws_without_rich() -> None:
    code = (
        "import sys; from crosswind import explain; explain.by_code('CW3101');"
        "from crosswind.explain import recognise;"
        "assert recognise._library.cache_info().currsize == 0;"
        "import crosswind.cli.explain;"
        "assert not {'rich', 'pydantic', 'ruamel', 'gotpl', 'psutil'} & set(sys.modules)"
    )
    subprocess.run([sys.executable, "-c", code], check=True)


def test_starts_fast() -> None:
    """The contract asks 0.15 s of an idle host; CPU time and the least of several runs leave out
    most of the neighbours' work."""

    def cpu() -> float:
        before = os.times()
        explain("CW3101")
        after = os.times()
        return (
            after.children_user
            + after.children_system
            - (before.children_user + before.children_system)
        )

    assert min(cpu() for _ in range(7)) < 0.15
