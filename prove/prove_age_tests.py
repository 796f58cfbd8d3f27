"""Age's own tests, built for other platforms and run here.

    python prove/prove_age_tests.py [TARGET...]

Each package must fare on each target as on this host; what does not must stand among the differences
that are expected, with the reason.
"""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path
from typing import Any

from commands import GO, crosswind, source_tree
from report import Proof

MODULE = "filippo.io/age@v1.3.2"
TARGETS = (
    "linux/386", "linux/arm64", "linux/arm", "linux/riscv64", "linux/s390x", "windows/amd64",
)  # fmt: skip
# Package and runner of what fares otherwise than here, and why.
EXPECTED = {
    ("filippo.io/age/cmd/age", "wine"): "its tests ask for Windows' own go command",
}

CLAIM = f"""`crosswind test -t TARGET --go {GO} -- -short -timeout 8m` builds the tests of `{MODULE}` for each target and runs
them by the runner that is chosen. Each package must fare as it does on this host. Seconds are wall time of a package's
test binary under its runner, on a machine shared with other work."""


def main() -> int:
    """Test all targets, write the table."""
    targets = tuple(sys.argv[1:]) or TARGETS
    proof = Proof(
        "age-tests",
        "age's tests on other platforms",
        CLAIM,
        ("package", "target", "runner", "verdict", "tests", "seconds", "why"),
        go=GO,
        notes=[
            "Of the tests, the first number passed; in a package that passed, the others skipped themselves."
        ],
    )
    with tempfile.TemporaryDirectory() as folder:
        tree = source_tree(Path(folder) / "age", MODULE)
        here = {one["package"]: one for one in _test(tree, "host")["packages"]}
        for target in targets:
            told = _test(tree, target)
            for one in told["packages"]:
                _judge(proof, told, one, here.get(one["package"]))
    return proof.finish(
        "Proved: every package fares as on this host, or differs for a known reason."
    )


def _test(tree: Path, target: str) -> dict[str, Any]:
    document = crosswind(
        tree, "test", "-t", target, "--go", GO, "--", "-short", "-timeout", "8m", GOTOOLCHAIN="auto"
    )
    told: dict[str, Any] = document["targets"][0]
    return told


def _judge(
    proof: Proof, told: dict[str, Any], one: dict[str, Any], here: dict[str, Any] | None
) -> None:
    package, target = one["package"], told["target"]
    wanted = here["verdict"] if here else "excluded"
    differs = one["verdict"] != wanted
    reason = EXPECTED.get((package, told["runner"]), "") if differs else ""
    passed = sum(case["verdict"] == "pass" for case in one["tests"])
    by = f"{told['runner']} {told['version']}".strip()
    why = reason or one["reason"]
    proof.row(
        package,
        target,
        by,
        one["verdict"],
        f"{passed}/{len(one['tests'])}",
        f"{one['seconds']:.1f}",
        why,
    )
    if differs and not reason:
        proof.fail(f"{package} on {target}: {one['verdict']}, here {wanted}")


if __name__ == "__main__":
    sys.exit(main())
