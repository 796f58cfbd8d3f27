"""What changes touch, in lines."""

from __future__ import annotations

from crosswind.affected import Affected, Touched
from crosswind.affected.model import Cause
from crosswind.report.affected import lines
from crosswind.target import Target

LINUX, WINDOWS = Target("linux", "amd64"), Target("windows", "amd64")
GO_MOD = Cause("go.mod", "the go line was 1.24 and is 1.25 now, which every package may notice")
X = Cause("x/x.go", "modified")


def told(programs: dict[str, tuple[Cause, ...]], tests: int = 0, **how: int) -> list[str]:
    """Return the lines for touched programs, and as many packages whose tests go.mod touches."""
    found = Affected(
        commit="0123456789abcdef",
        changed={"go.mod": "modified"},
        idle=(),
        asked=(LINUX, WINDOWS),
        programs=tuple(Touched(name, name, (LINUX,), causes) for name, causes in programs.items()),
        tests=tuple(Touched("", f"t{at}", (LINUX, WINDOWS), (GO_MOD,)) for at in range(tests)),
        all_programs=len(programs),
        all_tests=tests,
        findings=(),
    )
    limit, verbose = how.get("limit", 80), bool(how.get("verbose"))
    return list(lines(found, lambda text, **_: text, limit, verbose=verbose))


def test_a_shared_reason_is_told_once_and_first() -> None:
    found = told({"a": (X,), "b": (GO_MOD,), "c": (GO_MOD, X)}, tests=7)
    assert found[1:5] == [
        "programs: 3 of 3 touched",
        "  a  linux/amd64",
        "  b  linux/amd64",
        "  c  linux/amd64",
    ]
    assert "\n".join(found).count("go line was") == 1
    at = found.index("because of")
    assert found[at + 2 :] == [
        "    → programs b, c; all of the 7 tests",
        "  x/x.go: modified",
        "    → programs a, c",
    ]


def test_lines_fit_the_terminal() -> None:
    for limit in (60, 80):
        found = told({f"program{at}": (GO_MOD,) for at in range(5)}, tests=5, limit=limit)
        assert max(len(part) for line in found for part in line.split("\n")) <= limit


def test_many_reasons_are_cut_unless_all_are_asked_for() -> None:
    causes = tuple(Cause(f"{at}.go", "modified") for at in range(5))
    assert "  and 2 more reasons (-v)" in told({"a": causes})
    apart = {f"p{at}": (Cause(f"{at}.go", "modified"),) for at in range(10)}
    assert told(apart)[-1] == "  and 2 more reasons (-v)"
    assert told(apart, verbose=1)[-2:] == ["  9.go: modified", "    → program p9"]


def test_nothing_touched_has_no_reasons() -> None:
    assert "because of" not in told({})
