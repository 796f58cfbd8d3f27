"""The documents in dist, and the build document that `--json` prints: one source for all."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from crosswind.artifact import Artifact, Kind
from crosswind.building.plan import Plan, Unit
from crosswind.finding import Finding, Report
from crosswind.frozen import frozen
from crosswind.outcome import Failed, Made, Outcome, Usage
from crosswind.port import ARCHS
from crosswind.version import __version__

# GoReleaser's internal/artifact/artifact.go, the iota of each Type (v2, 2026). It has no type for
# files with debug data: they stand in crosswind.json only.
_INTERNAL_TYPES = {
    Kind.BINARY: (4, "Binary"),
    Kind.HEADER: (31, "Header"),
    Kind.C_ARCHIVE: (32, "C Archive Library"),
    Kind.C_SHARED: (33, "C Shared Library"),
}
_METADATA = (36, "Metadata")


@frozen
class UnitResult:
    """How one unit of the plan ended.

    Attributes:
        unit: what was to be made.
        outcome: what became of it.
        report: its checks, if it was verified.
        findings: what else is worth saying of it.
    """

    unit: Unit
    outcome: Outcome
    report: Report | None = None
    findings: tuple[Finding, ...] = ()

    @property
    def ok(self) -> bool:
        """Whether it neither failed to build nor to verify."""
        return not isinstance(self.outcome, Failed) and (self.report is None or self.report.ok)


def artifact_documents(results: Sequence[UnitResult]) -> list[dict[str, Any]]:
    """Return the `artifacts` of the build document (contract.md): one entry per unit and file."""
    return [entry for result in results for entry in _entries(result)]


def _entries(result: UnitResult) -> list[dict[str, Any]]:
    unit, outcome = result.unit, result.outcome
    usage = getattr(outcome, "usage", None)
    common = {
        "target": str(unit.target),
        "goos": unit.target.goos,
        "goarch": unit.target.goarch,
        "variant": unit.target.variant,
        "outcome": outcome.name,
        "program": unit.program,
        "package": unit.import_path,
        "seconds": round(usage.wall, 3) if usage else 0.0,
    }
    if isinstance(outcome, Made):
        checks = [check.document for check in result.report.checks] if result.report else []
        ran = {"run": result.report.run} if result.report and result.report.run else {}
        return [
            {
                "name": artifact.path.name,
                "path": artifact.path.as_posix(),
                "kind": artifact.kind.value,
                **common,
                "size": artifact.size,
                "sha256": artifact.sha256,
                "checks": [] if artifact.kind in (Kind.HEADER, Kind.DEBUG) else checks,
                **(ran if artifact.kind is Kind.BINARY else {}),
            }
            for artifact in outcome.artifacts
        ]
    reason = (
        [finding.document for finding in outcome.findings]
        if isinstance(outcome, Failed)
        else [{"message": outcome.reason}]
    )
    nothing: dict[str, Any] = {"path": "", "size": 0, "sha256": "", "checks": []}
    return [
        {"name": unit.file_name, "kind": unit.kind.value, **common, **nothing, "reason": reason}
    ]


def goreleaser_artifacts(results: Sequence[UnitResult], metadata: str) -> list[dict[str, Any]]:
    """Return `artifacts.json` in the shape of GoReleaser's: built files, then the metadata."""
    entries: list[dict[str, Any]] = []
    for result in results:
        # What failed its checks is for people to look at, not for scripts to publish.
        if isinstance(result.outcome, Made) and result.ok:
            entries += [
                _goreleaser_artifact(artifact, result.unit)
                for artifact in result.outcome.artifacts
                if artifact.kind in _INTERNAL_TYPES
            ]
    number, name = _METADATA
    entries.append(
        {"name": "metadata.json", "path": metadata, "internal_type": number, "type": name}
    )
    return entries


def _goreleaser_artifact(artifact: Artifact, unit: Unit) -> dict[str, Any]:
    target = artifact.target
    number, name = _INTERNAL_TYPES[artifact.kind]
    entry: dict[str, Any] = {
        "name": artifact.path.name,
        "path": artifact.path.as_posix(),
        "goos": target.goos,
        "goarch": target.goarch,
    }
    arch = ARCHS.get(target.goarch)
    variant = target.variant or (arch.variant.default if arch and arch.variant else "")
    if arch and arch.variant and variant:
        # GoReleaser writes GOMIPS64 into gomips, too.
        entry[arch.variant.variable.lower().replace("gomips64", "gomips")] = variant
    suffix = artifact.path.suffix if artifact.kind is not Kind.BINARY else target.exe_suffix
    return entry | {
        "target": "_".join(filter(None, (target.goos, target.goarch, variant))),
        "internal_type": number,
        "type": name,
        "extra": {"Binary": unit.program, "Builder": "go", "Ext": suffix, "ID": unit.program},
    }


def whole(
    plan: Plan,
    results: Sequence[UnitResult],
    *,
    ok: bool,
    findings: Sequence[Finding],
    context: Mapping[str, Any],
    seconds: float,
) -> dict[str, Any]:
    """Return `crosswind.json`: the plan, outcomes, checks, timings and what they were made with."""
    return {
        "schema": "crosswind/record/1",
        "crosswind": __version__,
        "ok": ok,
        **context,
        "plan": [
            {
                "target": str(compile_.target),
                "programs": [unit.program for unit in compile_.units],
                "commands": list(compile_.shell(plan.after)),
            }
            for compile_ in plan.compiles
        ],
        "artifacts": artifact_documents(results),
        "timings": [
            {
                "target": str(result.unit.target),
                "program": result.unit.program,
                **_usage(getattr(result.outcome, "usage", None)),
            }
            for result in results
        ],
        "findings": [finding.document for finding in findings],
        "seconds": round(seconds, 3),
    }


def _usage(usage: Usage | None) -> dict[str, float | int | None]:
    if usage is None:
        return {}
    return {
        "seconds": round(usage.wall, 3),
        "cpu_seconds": None if usage.cpu is None else round(usage.cpu, 3),
        "peak_memory": usage.peak_rss,
    }
