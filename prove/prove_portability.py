"""Compare `crosswind portability` with the compiler: public modules, every port, every package.

    python prove/prove_portability.py --only golang.org/x/sys

What the compiler said is kept in .cache/portability and asked for once; `--compile` asks first.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import sys
from collections import Counter
from collections.abc import Collection, Iterable, Iterator
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

from report import ROOT, Proof
from type_checker import Checker, is_own

from crosswind import toolchain
from crosswind.portability.hole import MAINLESS
from crosswind.portability.reasons import Reason
from crosswind.portability.survey import Survey, Wanted
from crosswind.portability.surveying import survey
from crosswind.target import Target
from crosswind.toolchain import Toolchain

CLAIM = """The go command and Go's compiler, which stops where code generation begins, check each package of public
modules for every port without cgo. `crosswind portability` says of each package and port whether it works, without
compiling. A miss is what the compiler refuses and the analysis does not, a false alarm the other way round. None may have
to do with files, imports or names at package scope; what needs types is counted by cause."""
MODULES = Path(__file__).with_name("portability_modules.txt")
DIFFERENCES = Path(__file__).with_name("portability_differences.json")
GO = "go1.27.3"
# What the unchanged compiler is asked about, too: it must say the same.
SAMPLE = (
    "golang.org/x/sys@v0.47.0",
    "github.com/creack/pty@v1.1.24",
    "github.com/muesli/termenv@v0.16.0",
    "github.com/muesli/cancelreader@v0.2.2",
    "github.com/mattn/go-isatty@v0.0.20",
)
SAMPLE_TARGETS = ("windows/amd64", "plan9/386", "wasip1/wasm", "linux/mips")

# What the compiler's messages are about; those of types are none of the analysis' business.
_CAUSES = (
    ("files", r"build constraints exclude all Go files|no non-test Go files|^no files$"),
    ("imports", r"no required module|is not in std|import cycle|cannot find (?:module|package)"),
    ("imports", r"use of internal package|is a program, not an importable package"),
    ("syntax", r"syntax error|newline in string|not terminated|rune literal|invalid character"),
    ("unused", r"imported (?:as \w+ )?and not used|declared and not used"),
    ("linking", r"function main is undeclared"),
    ("names", r"undefined: (?:\w+\.)?\w+$|undefined: \w+ \(but have"),
    ("names", r"redeclared in this block|is declared twice|already declared"),
    ("fields", r"unknown field \w+ in struct literal"),
    ("linking", r"requires external \(cgo\) linking|linked by a C compiler"),
    ("embed", r"pattern .*: no matching files|embed"),
    ("methods and fields of values", r"has no field or method|missing method|undefined \(type"),
    ("numbers", r"overflows|constant|truncated"),
    ("assembly", r"missing function body|\.s:|asm:"),
    ("other types", r"cannot use|cannot convert|invalid|mismatched|not enough|too many|does not"),
    ("other types", r"assignment mismatch"),
)


# What the analysis says: the state, the first reason, and the packages whose fault it is.
Ours = tuple[str, str, frozenset[str]]
NOBODY: frozenset[str] = frozenset()
_TESTS_ONLY = re.compile("no non-test Go files|build constraints exclude all Go files")


@dataclass(frozen=True)
class Difference:
    """A package of which analysis and compiler say different things, on some targets."""

    module: str
    package: str
    targets: tuple[str, ...]
    cause: str
    said: str


def main() -> int:
    """Compare, and write the page and the lists."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--only", action="append", help="modules whose path begins so")
    parser.add_argument("--compared-only", action="store_true", help="ask the compiler nothing new")
    options = parser.parse_args()
    checker = Checker(ROOT / ".cache" / "portability", GO)
    checker.folder.mkdir(parents=True, exist_ok=True)
    columns = ("module", "packages", "cells", "work", "refused", "absent", "agree", "misses", "false alarms", "same cause")  # fmt: skip
    proof = Proof("portability", "Portability against the compiler", CLAIM, columns, GO[2:])
    chosen = toolchain.resolve(toolchain.Request(version=GO[2:]))
    misses: list[Difference] = []
    alarms: list[Difference] = []
    asked = listed(options.only)
    for module in asked:
        truth = known(checker, module)
        if not options.compared_only:
            truth = complete(checker, module, truth)
        if truth:
            found = surveyed(checker.copy(module), chosen)
            missed, false, row = compare(module, found, truth)
            misses += missed
            alarms += false
            proof.row(module, *row)
    _conclude(proof, misses, alarms)
    proof.notes.append(
        '"same cause" counts refused cells: in how many the package that the analysis holds to be at fault is'
        " one that the compiler has something against."
    )
    sample = [module for module in SAMPLE if module in asked]
    if sample and not options.compared_only:
        _compile_sample(proof, checker, sample)
    if not options.only:
        lists = {
            "misses": [asdict(one) for one in misses],
            "alarms": [asdict(one) for one in alarms],
        }
        DIFFERENCES.write_text(json.dumps(lists, indent=1) + "\n", encoding="utf-8")
    return proof.finish("Nothing differs that files, imports and names at package scope decide.")


def _compile_sample(proof: Proof, checker: Checker, sample: Collection[str]) -> None:
    """Ask the unchanged compiler about some modules and targets."""
    whole = replace(checker, whole=True)
    count = 0
    for module in sample:
        truth = known(checker, module)
        for target in SAMPLE_TARGETS:
            said = whole.check(module, target)["packages"]
            count += len(said)
            if said != truth[target]["packages"]:
                proof.fail(f"{module} on {target}: the unchanged compiler says something else")
    proof.notes.append(
        f"The unchanged compiler was asked about {len(sample)} of the modules on"
        f" {', '.join(SAMPLE_TARGETS)}: {count} packages, and its messages are the same."
    )


def listed(only: list[str] | None) -> list[str]:
    """Return the modules to compare."""
    lines = MODULES.read_text(encoding="utf-8").splitlines()
    modules = [line for line in lines if line and not line.startswith("#")]
    return [one for one in modules if not only or one.startswith(tuple(only))]


def known(checker: Checker, module: str) -> dict[str, dict[str, Any]]:
    """Return what the compiler said before, by target."""
    path = checker.folder / "truth.jsonl"
    lines = path.read_text(encoding="utf-8").splitlines() if path.exists() else []
    records = (json.loads(line) for line in lines)
    return {
        record["target"]: record
        for record in records
        if record["module"] == module and record["go"] == checker.version
    }


def complete(
    checker: Checker, module: str, truth: dict[str, dict[str, Any]]
) -> dict[str, dict[str, Any]]:
    """Ask the compiler about the targets that are not known yet, and keep what it says."""
    checker.prepare()
    for target in checker.said("tool", "dist", "list").split():
        if target not in truth:
            truth[target] = checker.check(module, target)
            with (checker.folder / "truth.jsonl").open("a", encoding="utf-8") as stream:
                stream.write(json.dumps(truth[target]) + "\n")
    return truth


def surveyed(folder: Path, chosen: Toolchain) -> Survey:
    """Look at a module for every port."""
    ports = [port for port in toolchain.ports(chosen) if not port.broken]
    targets = tuple(Target(port.goos, port.goarch) for port in ports)
    os.environ |= {"GOFLAGS": "-mod=mod", "GOWORK": "off", "GOENV": "off"}
    return survey(folder, chosen, Wanted((), targets, targets))


def compare(
    module: str, found: Survey, truth: dict[str, dict[str, Any]]
) -> tuple[list[Difference], list[Difference], tuple[object, ...]]:
    """Hold a survey against the compiler's word."""
    counts: Counter[str] = Counter()
    wrong: dict[tuple[str, str, str, str], list[str]] = {}
    for target, package, said, ours in cells(found, truth):
        counts[_state(said)] += 1
        if _state(said) == ours[0] or (ours[0] == "blocked" and _state(said) == "refused"):
            counts["agree"] += 1
            if said and ours[0] == "blocked":
                counts["same" if _blamed(said, package) & ours[2] else "other"] += 1
            continue
        kind = "miss" if _state(said) == "refused" else "alarm"
        if "refused" not in (_state(said), ours[0]) and ours[0] != "blocked":
            kind = "miss"  # of files: there or not
        text = _first(said, truth[target]) if kind == "miss" else ours[1]
        wrong.setdefault((kind, package, cause(text), text), []).append(target)
    made = [
        (kind, Difference(module, package, tuple(targets), why, text))
        for (kind, package, why, text), targets in wrong.items()
    ]
    misses = [one for kind, one in made if kind == "miss"]
    alarms = [one for kind, one in made if kind == "alarm"]
    total = sum(counts[state] for state in ("works", "refused", "absent"))
    sizes = tuple(f"{counts[state]:,}" for state in ("works", "refused", "absent", "agree"))
    missed, false = (sum(len(one.targets) for one in some) for some in (misses, alarms))
    blamed = f"{counts['same']}/{counts['same'] + counts['other']}"
    return misses, alarms, (len(found.rows), f"{total:,}", *sizes, missed, false, blamed)


def cells(
    found: Survey, truth: dict[str, dict[str, Any]]
) -> Iterator[tuple[str, str, dict[str, Any] | None, Ours]]:
    """Yield each target and package with the compiler's record and ours."""
    rows = {row.path: row for row in found.rows}
    for bit, context in enumerate(found.universe.contexts):
        target = str(context.target)
        if context.cgo or target not in truth:
            continue
        packages = _packages(truth[target])
        for path in sorted({*rows, *packages}):
            row = rows.get(path)
            if row is None:
                ours = "absent", "not listed", NOBODY
            elif row.blocked >> bit & 1 and not _is_unlinked(row.because(1 << bit)):
                reason = next(one for one in row.because(1 << bit))
                blamed = frozenset(one.package for one in row.because(1 << bit))
                ours = "blocked", f"{reason.place}: {reason.message}", blamed
            # go list lists what has tests only; there is nothing to compile. To who imports it that is an error.
            elif row.tests >> bit & 1 and _has_tests_only(packages.get(path)):
                ours = "blocked", "tests only", frozenset({path})
            elif row.there >> bit & 1 or row.tests >> bit & 1:
                ours = "works", "works", NOBODY
            else:
                ours = "absent", "no files", NOBODY
            yield target, path, packages.get(path), ours


def _has_tests_only(said: dict[str, Any] | None) -> bool:
    return bool(said and _TESTS_ONLY.search(said["error"]))


def _is_unlinked(reasons: Iterable[Reason]) -> bool:
    """Whether a program compiles, and nothing but the linker refuses it: nobody links here."""
    return all(one.code == MAINLESS for one in reasons)


def _packages(record: dict[str, Any]) -> dict[str, dict[str, Any]]:
    """Return what the compiler said of the module's own packages, those that were not loaded among them."""
    lost = {
        path: {"error": error, "blocked": []}
        for path, error in record["others"].items()
        if is_own(path, record["module"])
    }
    return {**record["packages"], **lost}


def _state(said: dict[str, Any] | None) -> str:
    if said is None:
        return "absent"
    return "refused" if said["error"] or said["blocked"] else "works"


def _blamed(said: dict[str, Any], package: str) -> set[str]:
    """Return the packages that the compiler has something against."""
    return {package} if said["error"] else set(said["blocked"])


def _first(said: dict[str, Any] | None, record: dict[str, Any]) -> str:
    """Return the first message about a package, or about the one that it waits for."""
    if said is None:
        return "no files"
    if said["error"]:
        lines = [line for line in said["error"].splitlines() if not line.startswith("\t")]
        # Where types are wrong, variables may count as unused only for that.
        lines.sort(key=lambda line: "declared and not used" in line)
        return _plain(next((line for line in lines if not line.startswith("package ")), lines[-1]))
    others = {
        **record["others"],
        **{path: one["error"] for path, one in record["packages"].items()},
    }
    errors = (others.get(path, "") for path in said["blocked"])
    return _plain(next((line for error in errors for line in error.splitlines()), ""))


def _plain(text: str) -> str:
    """Take out of a message where this machine keeps its modules."""
    return re.sub(r"\S*/pkg/mod/", "", text)


def cause(text: str) -> str:
    """Name what a message is about."""
    return next((name for name, pattern in _CAUSES if re.search(pattern, text)), "unknown")


def _conclude(proof: Proof, misses: list[Difference], alarms: list[Difference]) -> None:
    for name, some in (("Misses", misses), ("False alarms", alarms)):
        by_cause = Counter(one.cause for one in some for _ in one.targets)
        told = ", ".join(f"{count} of {cause}" for cause, count in by_cause.most_common()) or "none"
        proof.notes.append(f"{name} by cause, in cells (a package on a target): {told}.")
    for one in misses:
        if one.cause in ("files", "imports", "names", "unknown"):
            proof.fail(f"{one.package} on {', '.join(one.targets[:3])}: {one.said}")


if __name__ == "__main__":
    sys.exit(main())
