"""All ports of Go that need no external linker, built and verified for examples/greet in one call.

python prove/prove_ports.py
"""

from __future__ import annotations

import resource
import shutil
import sys
import tempfile
import time
from pathlib import Path

from commands import GO, count, crosswind
from report import ROOT, Proof

from crosswind.verify.examine import examine

CLAIM = f"""One call of `crosswind build -t all --go {GO}` in a copy of `examples/greet`, with an empty build cache.
Every port that Go links by itself must be built, and none of its checks may fail or warn; the others must be
skipped with their reason. Seconds are wall time of the go command on a machine shared with other work."""

# Go 1.27.3: `go tool dist list` names this many ports.
PORTS = 47
# Of them, MustLinkExternal (internal/platform/supported.go) names all but ios/amd64. For that one
# plain `go build` refuses as well: its default build mode is PIE, which Go's linker cannot make
# there (InternalLinkPIESupported); -buildmode=exe links a file without a main function.
EXTERNAL = {"android/386", "android/amd64", "android/arm", "ios/amd64", "ios/arm64"}
# WebAssembly has no symbols of variables, so an injected value is found but not attributable.
EXPLAINED = {("js/wasm", "CW1702"), ("wasip1/wasm", "CW1702")}
NOTES = [
    (
        "ios/amd64 is skipped although MustLinkExternal does not name it: plain `go build` refuses it too"
        " (`default PIE binary requires external (cgo) linking`)."
    ),
    (
        "js/wasm and wasip1/wasm warn with CW1702: WebAssembly has no symbols of variables, so the injected"
        " values are found in the file but cannot be attributed."
    ),
]


def main() -> int:
    """Build everything and write the table."""
    proof = Proof(
        "ports",
        "Every port in one call",
        CLAIM,
        ("target", "outcome", "format", "bytes", "checks", "seconds"),
        go=GO,
    )
    with tempfile.TemporaryDirectory() as folder:
        project = Path(folder) / "greet"
        shutil.copytree(ROOT / "examples/greet", project, ignore=shutil.ignore_patterns("dist"))
        started = time.monotonic()
        words = ("build", "-t", "all", "--go", GO)
        document = crosswind(project, *words, GOCACHE=str(Path(folder) / "cache"))
        seconds = time.monotonic() - started
        used = resource.getrusage(resource.RUSAGE_CHILDREN)
        if not document["ok"]:
            proof.fail(f"the build: {document['findings']}")
        for artifact in document["artifacts"]:
            where = project / artifact["path"]
            made = artifact["outcome"] == "built"
            proof.row(
                artifact["target"],
                artifact["outcome"],
                examine(where).format if made else artifact["reason"][0]["message"],
                f"{artifact['size']:,}" if made else "",
                count(artifact["checks"]),
                f"{artifact['seconds']:.1f}" if made else "",
            )
            for check in artifact["checks"]:
                known = (artifact["target"], check["code"]) in EXPLAINED
                if check["status"] == "fail" or (check["status"] == "warn" and not known):
                    said = f"{check['code']} {check['title']}: {check['message']}"
                    proof.fail(f"{artifact['target']}: {said}")
    outcomes = {artifact["target"]: artifact["outcome"] for artifact in document["artifacts"]}
    built = [target for target in outcomes if outcomes[target] == "built"]
    skipped = {target for target in outcomes if outcomes[target] == "skipped"}
    if len(built) != PORTS - len(EXTERNAL) or skipped != EXTERNAL:
        proof.fail(f"{len(built)} built, {len(skipped)} skipped, of {len(outcomes)}")
    cpu = used.ru_utime + used.ru_stime
    proof.notes = [
        f"The whole call: {seconds:.0f} s of wall time, {cpu:.0f} s of CPU time, n = 1.",
        *NOTES,
    ]
    return proof.finish(
        f"All {len(built)} ports that need no external linker are built and verified;"
        f" {len(skipped)} are skipped, each with its reason."
    )


if __name__ == "__main__":
    sys.exit(main())
