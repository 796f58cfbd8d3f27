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

from crosswind.verify import examine

CLAIM = f"""One call of `crosswind build -t all --go {GO}` in a copy of `examples/greet`, with an empty build cache.
Every port that Go links by itself must be built, and none of its checks may fail or warn; the others must be
skipped with their reason. Seconds are wall time of the go command on a machine shared with other work."""

PORTS, EXTERNAL = (
    47,
    4,
)  # of Go 1.27.3: `go tool dist list`, and MustLinkExternal in internal/platform


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
