"""Byte identity: what crosswind makes is what plain Go makes, on real public modules.

    python prove/prove_identity.py [--only age]

Each program is made three times for each target: by crosswind, by plain go, and by a shell that is
given what `crosswind build --dry-run` prints. All three must have the same digest.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from commands import GO, count, crosswind, go, run, sha256, source_tree
from report import Proof

TARGETS = (
    "windows/amd64", "windows/arm64", "linux/amd64", "linux/arm64", "darwin/amd64", "darwin/arm64",
)  # fmt: skip
AGE = "filippo.io/age@v1.3.2"


@dataclass(frozen=True)
class Subject:
    """What to build: `module/path@version`, or with `tree` the source tree of such a module."""

    name: str
    module: str
    tree: bool = False

    @property
    def request(self) -> list[str]:
        """The words after `crosswind`."""
        package = [] if self.tree else [self.module]
        return ["build", *package, "-t", ",".join(TARGETS), "--go", GO]


SUBJECTS = (
    Subject("age, source tree", AGE, tree=True),
    Subject("age", "filippo.io/age/cmd/...@v1.3.2"),
    Subject("yq", "github.com/mikefarah/yq/v4@v4.45.4"),
    Subject("helm", "helm.sh/helm/v3/cmd/helm@v3.19.0"),
)

CLAIM = f"""Every program is built by `crosswind build`, by plain go with `-trimpath CGO_ENABLED=0`, and by a shell
that runs the lines of `crosswind build --dry-run`. For a source tree plain go is `go build` in that tree, with
a build cache of its own that was empty, and Go's default version control stamps; for `module@version` it is
`go install module@version` under a private GOPATH with GOBIN unset, where compiled packages may come from
the build cache that crosswind filled, and every program is linked anew. `GOENV=off`, Go {GO}."""


def ours(subject: Subject, home: Path) -> dict[str, Any]:
    """Build with crosswind in a folder of its own, or in the source tree."""
    return crosswind(home, *subject.request)


def plain(subject: Subject, home: Path, work: Path, artifact: Mapping[str, Any]) -> Path:
    """Build one program for one target with nothing but go."""
    package, target = artifact["package"], str(artifact["target"]).replace("/", "_")
    selected = {"GOOS": artifact["goos"], "GOARCH": artifact["goarch"], "CGO_ENABLED": "0"}
    if subject.tree:
        made = work / "plain" / target / str(artifact["program"])
        cache = {"GOCACHE": str(work / "cache")}
        go(home, "build", "-trimpath", "-o", made, package, **selected, **cache)
        return made
    gopath = work / "plain" / target
    private = {"GOPATH": str(gopath), "GOMODCACHE": go(home, "env", "GOMODCACHE").strip()}
    version = subject.module.partition("@")[2]
    go(home, "install", "-trimpath", f"{package}@{version}", **selected, **private)
    # Programs for other platforms than this one lie in a folder of their own.
    return next(path for path in (gopath / "bin").rglob(str(artifact["name"])) if path.is_file())


def pasted(subject: Subject, home: Path, work: Path) -> Path:
    """Run what `--dry-run` prints; return the folder that its paths are relative to."""
    folder = work / "pasted"
    if subject.tree:
        run(work, "git", "clone", "-q", home, folder)
    else:
        folder.mkdir()
    lines = run(folder, sys.executable, "-m", "crosswind", *subject.request, "--dry-run")
    run(folder, "sh", "-e", "-c", lines)
    return folder


def prove(subject: Subject, work: Path, proof: Proof) -> None:
    """Build one subject in all three ways and compare."""
    print(f"== {subject.name}", flush=True)
    home = source_tree(work, subject.module) if subject.tree else work / "ours"
    home.mkdir(parents=True, exist_ok=True)
    document = ours(subject, home)
    if not document["ok"] or not document["artifacts"]:
        proof.fail(f"{subject.name}: crosswind build: {document['findings'] or document}")
    copies = pasted(subject, home, work)
    for artifact in document["artifacts"]:
        digest = sha256(home / artifact["path"])
        same = {
            "go": digest == sha256(plain(subject, home, work, artifact)),
            "shell": digest == sha256(copies / artifact["path"]),
        }
        what = f"{subject.name}: {artifact['program']} {artifact['target']}"
        proof.row(
            subject.name,
            artifact["program"],
            artifact["target"],
            f"`{digest[:12]}`",
            "yes" if same["go"] else "**no**",
            "yes" if same["shell"] else "**no**",
            f"{artifact['size']:,}",
            count(artifact["checks"]),
        )
        if not all(same.values()) or digest != artifact["sha256"] or not digest:
            proof.fail(f"{what}: other bytes than {[name for name in same if not same[name]]}")
        for check in artifact["checks"]:
            if check["status"] in ("fail", "warn"):
                proof.fail(f"{what}: {check['code']} {check['title']}: {check['message']}")


def main() -> int:
    """Prove every subject."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--only", choices=sorted({subject.name for subject in SUBJECTS}))
    options = parser.parse_args()
    proof = Proof(
        "identity",
        "Byte identity with plain Go",
        CLAIM,
        ("what", "program", "target", "sha256", "= go", "= dry run", "bytes", "checks"),
        go=GO,
    )
    with tempfile.TemporaryDirectory() as folder:
        for number, subject in enumerate(SUBJECTS):
            if options.only in (None, subject.name):
                prove(subject, Path(folder) / str(number), proof)
    return proof.finish(f"All {len(proof.rows)} programs are identical in all three ways.")


if __name__ == "__main__":
    sys.exit(main())
